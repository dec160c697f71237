"""What the search reads, apart from the wide dossier: see docs/adr/0043-fast-search.md."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

KEEP = """
-- Long vectors lie apart and as they are, so that reading rows for a count stays cheap and
-- reading vectors for an order needs no unpacking.
ALTER TABLE innovations_searchrow SET (toast_tuple_target = 512);
ALTER TABLE innovations_searchrow ALTER COLUMN search SET STORAGE EXTERNAL;
ALTER TABLE innovations_searchrow ALTER COLUMN title_search SET STORAGE MAIN;

-- The rows of some dossiers, by what facets and order need.
CREATE FUNCTION innovations_search_facts(dossiers bigint[]) RETURNS TABLE (
    dossier bigint, changed bigint, published boolean, simulated boolean, at timestamptz,
    attested timestamptz, state text, novelty text, kind text, category bigint, province text,
    goals integer
) LANGUAGE sql STABLE AS $$
    SELECT i.id, pg_current_xact_id()::text::bigint, i.state = 'published', i.is_simulated,
        i.published_at, i.attested_at, i.attested_state, i.novelty_kind, a.agency_type,
        i.category_id, coalesce(r.province_id, r.code), coalesce((
            SELECT bit_or(1 << g.sustainablegoal_id) FROM innovations_innovation_goals g
            WHERE g.innovation_id = i.id), 0)
    FROM innovations_innovation i
    JOIN agencies_agency a ON a.id = i.agency_id
    LEFT JOIN agencies_region r ON r.code = coalesce(i.location_id, a.region_id)
    WHERE i.id = ANY(dossiers)
$$;

CREATE FUNCTION innovations_follow_facts(dossiers bigint[]) RETURNS void
LANGUAGE sql AS $$
    UPDATE innovations_searchrow SET (changed_in, is_published, is_simulated, published_at,
        attested_at, attested_state, novelty_kind, agency_type, category_id, province_id, goals)
    = (f.changed, f.published, f.simulated, coalesce(f.at, published_at), f.attested, f.state,
        f.novelty, f.kind, f.category, f.province, f.goals)
    FROM innovations_search_facts(dossiers) f WHERE innovation_id = f.dossier
$$;

CREATE FUNCTION innovations_follow_dossier() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE texts_are_new boolean := TG_OP = 'INSERT';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        texts_are_new := OLD.state <> 'published'
            OR (OLD.title, OLD.place_names, OLD.summary, OLD.sections)
            IS DISTINCT FROM (NEW.title, NEW.place_names, NEW.summary, NEW.sections);
    END IF;
    IF NEW.state = 'published' AND texts_are_new THEN
        INSERT INTO innovations_searchrow (innovation_id, changed_in, is_published, is_simulated,
            published_at, attested_at, attested_state, novelty_kind, agency_type, category_id,
            province_id, goals, title_search, search)
        SELECT f.*, innovations_title_vector(NEW.title, NEW.place_names),
            innovations_search_vector(NEW.title, NEW.place_names, NEW.summary, NEW.sections)
        FROM innovations_search_facts(ARRAY[NEW.id]) f
        ON CONFLICT (innovation_id) DO UPDATE
            SET title_search = EXCLUDED.title_search, search = EXCLUDED.search;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        PERFORM innovations_follow_facts(ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER search_row_new AFTER INSERT ON innovations_innovation FOR EACH ROW
    WHEN (NEW.state = 'published') EXECUTE FUNCTION innovations_follow_dossier();
CREATE TRIGGER search_row_changed AFTER UPDATE ON innovations_innovation FOR EACH ROW
    WHEN (NEW.state = 'published' OR OLD.state = 'published')
    EXECUTE FUNCTION innovations_follow_dossier();

-- Awards and goals name their dossier.
CREATE FUNCTION innovations_follow_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM innovations_follow_facts(ARRAY[coalesce(NEW.innovation_id, OLD.innovation_id)]);
    RETURN NULL;
END $$;
CREATE TRIGGER search_row AFTER INSERT OR UPDATE OR DELETE ON innovations_award
    FOR EACH ROW EXECUTE FUNCTION innovations_follow_part();
CREATE TRIGGER search_row AFTER INSERT OR UPDATE OR DELETE ON innovations_innovation_goals
    FOR EACH ROW EXECUTE FUNCTION innovations_follow_part();

CREATE FUNCTION innovations_follow_agency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM innovations_follow_facts(ARRAY(
        SELECT id FROM innovations_innovation WHERE agency_id = NEW.id ORDER BY id));
    RETURN NULL;
END $$;
CREATE TRIGGER search_row AFTER UPDATE OF agency_type, region_id ON agencies_agency
    FOR EACH ROW EXECUTE FUNCTION innovations_follow_agency();

CREATE FUNCTION innovations_follow_region() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM innovations_follow_facts(ARRAY(
        SELECT i.id FROM innovations_innovation i JOIN agencies_agency a ON a.id = i.agency_id
        WHERE coalesce(i.location_id, a.region_id) = NEW.code ORDER BY i.id));
    RETURN NULL;
END $$;
CREATE TRIGGER search_row AFTER UPDATE OF province_id ON agencies_region
    FOR EACH ROW EXECUTE FUNCTION innovations_follow_region();

-- What there is.
INSERT INTO innovations_searchrow (innovation_id, changed_in, is_published, is_simulated,
    published_at, attested_at, attested_state, novelty_kind, agency_type, category_id,
    province_id, goals, title_search, search)
SELECT f.*, i.title_search, i.search FROM innovations_innovation i
CROSS JOIN LATERAL innovations_search_facts(ARRAY[i.id]) f WHERE i.state = 'published';

DROP FUNCTION innovations_matching(tsquery);
-- For a word that most dossiers have the planner would read every long vector.
CREATE FUNCTION innovations_matching(wanted tsquery) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY SELECT innovation_id FROM innovations_searchrow
        WHERE search @@ wanted AND is_published;
END $$;

SELECT watch_public('innovations_searchrow');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_letters"),
        ("innovations", "0061_watch_earlier_texts"),
        ("competitions", "0063_article"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchRow",
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
                ("changed_in", models.BigIntegerField()),
                ("is_published", models.BooleanField()),
                ("is_simulated", models.BooleanField()),
                ("published_at", models.DateTimeField()),
                ("attested_at", models.DateTimeField(null=True)),
                ("attested_state", models.CharField(blank=True, max_length=10)),
                ("novelty_kind", models.CharField(blank=True, max_length=12)),
                ("agency_type", models.CharField(max_length=12)),
                ("goals", models.IntegerField()),
                ("title_search", django.contrib.postgres.search.SearchVectorField()),
                ("search", django.contrib.postgres.search.SearchVectorField()),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="innovations.category",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.region",
                    ),
                ),
            ],
            options={
                "verbose_name": "baris pencarian",
                "verbose_name_plural": "baris pencarian",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["search"], name="search_row_words"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["title_search"], name="search_row_titles"
                    ),
                    models.Index(fields=["changed_in"], name="search_row_changed"),
                ],
            },
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RemoveIndex("innovation", "innovation_search"),
        migrations.RemoveIndex("innovation", "innovation_facets"),
        migrations.RemoveField("innovation", "search"),
        migrations.RemoveField("innovation", "title_search"),
    ]
