"""Words and phrases in a table of their own: see docs/adr/0043-fast-search.md."""

import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

KEEP = """
-- Rows of 60 octets, so that a word that all dossiers have is counted fast; what the index was
-- made of lies apart, as an array because a tsvector is not compressed, and is hardly ever read.
ALTER TABLE innovations_searchwords SET (toast_tuple_target = 128);

INSERT INTO innovations_searchwords (innovation_id, words)
SELECT innovation_id, tsvector_to_array(search) FROM innovations_searchrow;
"""
FOLLOW = """
CREATE OR REPLACE FUNCTION innovations_follow_dossier() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    texts_are_new boolean := TG_OP = 'INSERT';
    whole tsvector;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        texts_are_new := OLD.state <> 'published'
            OR (OLD.title, OLD.place_names, OLD.summary, OLD.sections)
            IS DISTINCT FROM (NEW.title, NEW.place_names, NEW.summary, NEW.sections);
    END IF;
    IF NEW.state = 'published' AND texts_are_new THEN
        whole := innovations_search_vector(
            NEW.title, NEW.place_names, NEW.summary, NEW.sections);
        INSERT INTO innovations_searchrow (innovation_id, changed_in, is_published, is_simulated,
            published_at, attested_at, attested_state, novelty_kind, agency_type, category_id,
            province_id, goals, title_search, search)
        SELECT f.*, innovations_title_vector(NEW.title, NEW.place_names), whole
        FROM innovations_search_facts(ARRAY[NEW.id]) f
        ON CONFLICT (innovation_id) DO UPDATE
            SET title_search = EXCLUDED.title_search, search = EXCLUDED.search;
        -- Phrases come later, by a job: until then they are looked for in the text.
        INSERT INTO innovations_searchwords (innovation_id, words)
        VALUES (NEW.id, tsvector_to_array(whole))
        ON CONFLICT (innovation_id) DO UPDATE SET words = EXCLUDED.words, has_phrases = NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        PERFORM innovations_follow_facts(ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$;

-- Numbers of dossiers, one after the other. The text is read only where the index does not know
-- of a phrase. For a word that most dossiers have the planner would read every vector; a bitmap
-- that has no room makes it read them too.
CREATE FUNCTION innovations_having(wanted tsquery, surely tsquery, perhaps tsquery)
RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SET enable_seqscan = off SET work_mem = '64MB' AS $$
DECLARE
    known bytea;
    seen bytea;
    waiting bytea;
BEGIN
    IF surely = wanted THEN
        RETURN (SELECT string_agg(int8send(innovation_id), ''::bytea)
            FROM innovations_searchwords WHERE array_to_tsvector(words) @@ wanted);
    END IF;
    known := (SELECT string_agg(int8send(innovation_id), ''::bytea)
        FROM innovations_searchwords WHERE array_to_tsvector(words) @@ surely AND has_phrases);
    IF surely <> perhaps THEN
        seen := (SELECT string_agg(int8send(innovation_id), ''::bytea)
            FROM innovations_searchwords JOIN innovations_searchrow USING (innovation_id)
            WHERE array_to_tsvector(words) @@ (perhaps && !!surely) AND has_phrases AND search @@ wanted);
    END IF;
    waiting := (SELECT string_agg(int8send(innovation_id), ''::bytea)
        FROM innovations_searchwords JOIN innovations_searchrow USING (innovation_id)
        WHERE (has_phrases IS NULL OR NOT has_phrases) AND search @@ wanted);
    RETURN coalesce(known, '') || coalesce(seen, '') || coalesce(waiting, '');
END $$;

SELECT watch_public('innovations_searchwords');
"""


class Migration(migrations.Migration):
    dependencies = [("innovations", "0066_category_word")]

    operations = [
        migrations.CreateModel(
            name="SearchWords",
            fields=[
                (
                    "innovation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="innovations.innovation",
                    ),
                ),
                ("words", ArrayField(models.TextField())),
                ("has_phrases", models.BooleanField(null=True)),
            ],
            options={
                "verbose_name": "kata pencarian",
                "verbose_name_plural": "kata pencarian",
            },
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.AddIndex(
            "searchwords",
            GinIndex(
                models.Func(models.F("words"), function="array_to_tsvector"),
                fastupdate=False,
                name="search_words",
            ),
        ),
        migrations.AddIndex(
            "searchwords",
            models.Index(
                condition=models.Q(("has_phrases", None), ("has_phrases", False), _connector="OR"),
                fields=["innovation"],
                name="search_words_waiting",
            ),
        ),
        migrations.RunSQL(FOLLOW, migrations.RunSQL.noop),
    ]
