"""A search row that isn't there is not written, and one that is new is written once.

Each goal of a draft, which has no row, cost a millisecond of planning an update of nothing; a
published dossier's row was made and then written again.
"""

from django.db import migrations

FOLLOW = """
CREATE OR REPLACE FUNCTION innovations_follow_facts(dossiers bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- Planning the update takes ten times as long as this question.
    IF NOT EXISTS (
        SELECT FROM innovations_searchrow WHERE innovation_id = ANY(dossiers)
    ) THEN
        RETURN;
    END IF;
    UPDATE innovations_searchrow SET (changed_in, is_published, is_simulated, published_at,
        attested_at, attested_state, novelty_kind, agency_type, category_id, province_id, goals)
    = (f.changed, f.published, f.simulated, coalesce(f.at, published_at), f.attested, f.state,
        f.novelty, f.kind, f.category, f.province, f.goals)
    FROM innovations_search_facts(dossiers) f WHERE innovation_id = f.dossier;
END $$;

CREATE OR REPLACE FUNCTION innovations_follow_dossier() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    texts_are_new boolean := TG_OP = 'INSERT';
    whole tsvector;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        texts_are_new := OLD.state <> 'published'
            OR (OLD.title, OLD.place_names, OLD.summary, OLD.sections)
            IS DISTINCT FROM (NEW.title, NEW.place_names, NEW.summary, NEW.sections);
        -- Before a row is made, so that it isn't written twice.
        PERFORM innovations_follow_facts(ARRAY[NEW.id]);
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
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("innovations", "0070_read_waiting_texts_alone")]

    operations = [migrations.RunSQL(FOLLOW, migrations.RunSQL.noop)]
