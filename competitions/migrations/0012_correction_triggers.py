"""Corrections: the new ways between states, the one way a pinned version changes, final rows.

Checks that exist learn how many sections of their version hold text.
"""

from django.db import migrations

WAYS = """
DROP TRIGGER entry_one_way ON competitions_entry;
CREATE TRIGGER entry_one_way
    BEFORE UPDATE OF state ON competitions_entry
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION competitions_refuse_move(
        'draft>with_agency', 'draft>withdrawn',
        'with_agency>returned', 'with_agency>submitted', 'with_agency>withdrawn',
        'returned>with_agency', 'returned>withdrawn',
        'submitted>returned', 'submitted>withdrawn', 'submitted>correction',
        'correction>submitted', 'correction>withdrawn',
        'withdrawn>draft'
    );
DROP TRIGGER administrativecheck_one_way ON competitions_administrativecheck;
CREATE TRIGGER administrativecheck_one_way
    BEFORE UPDATE OF state ON competitions_administrativecheck
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION competitions_refuse_move(
        'queued>claimed',
        'claimed>queued', 'claimed>passed', 'claimed>fail_proposed', 'claimed>correction',
        'correction>claimed', 'correction>queued',
        'fail_proposed>failed', 'fail_proposed>queued'
    );

-- What was submitted is let go of as a whole, on the way back to work; and a version gives way
-- to a later one when a correction comes back. Who submitted first, and when, stays then.
DROP TRIGGER entry_version_final ON competitions_entry;
CREATE TRIGGER entry_version_final
    BEFORE UPDATE OF version_id, submitted_at, submitted_by_id ON competitions_entry
    FOR EACH ROW WHEN (
        OLD.version_id IS NOT NULL
        AND (
            OLD.version_id IS DISTINCT FROM NEW.version_id
                AND NOT (OLD.state = 'correction' AND NEW.state = 'submitted'
                         AND NEW.version_id IS NOT NULL)
            OR OLD.submitted_at IS DISTINCT FROM NEW.submitted_at
            OR OLD.submitted_by_id IS DISTINCT FROM NEW.submitted_by_id
        )
        AND NOT (NEW.version_id IS NULL AND NEW.state IN ('returned', 'draft'))
    )
    EXECUTE FUNCTION competitions_refuse_change();
"""

FINAL = """
CREATE TRIGGER letter_row_final
    BEFORE UPDATE OR DELETE ON competitions_letter
    FOR EACH ROW EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER letter_table_final
    BEFORE TRUNCATE ON competitions_letter
    FOR EACH STATEMENT EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER correction_row_final
    BEFORE UPDATE OR DELETE ON competitions_correction
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL)
    EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER correction_promise_final
    BEFORE UPDATE OF check_of_id, number, version_id, asked_at, asked_by_id, due_at
    ON competitions_correction
    FOR EACH ROW WHEN (
        (OLD.check_of_id, OLD.number, OLD.version_id, OLD.asked_at, OLD.asked_by_id, OLD.due_at)
        IS DISTINCT FROM
        (NEW.check_of_id, NEW.number, NEW.version_id, NEW.asked_at, NEW.asked_by_id, NEW.due_at)
    )
    EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER correction_table_final
    BEFORE TRUNCATE ON competitions_correction
    FOR EACH STATEMENT EXECUTE FUNCTION competitions_refuse_change();

CREATE FUNCTION competitions_check_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM competitions_administrativecheck
        WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.check_of_id ELSE OLD.check_of_id END
            AND state IN ('passed', 'failed')
    ) THEN
        RAISE EXCEPTION 'the check is decided: its items are final, % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER checkitem_final
    BEFORE INSERT OR UPDATE OR DELETE ON competitions_checkitem
    FOR EACH ROW EXECUTE FUNCTION competitions_check_item();
CREATE TRIGGER checkitem_table_final
    BEFORE TRUNCATE ON competitions_checkitem
    FOR EACH STATEMENT EXECUTE FUNCTION competitions_refuse_change();
"""

COUNT = """
ALTER TABLE competitions_administrativecheck DISABLE TRIGGER administrativecheck_row_final;
UPDATE competitions_administrativecheck c SET filled_sections = (
    SELECT count(*) FROM competitions_formsection s
    WHERE s.edition_id = e.edition_id AND btrim(
        CASE WHEN s.key = 'summary' THEN v.content ->> 'summary'
             ELSE v.content -> 'sections' ->> s.key END, E' \\t\\n\\r') <> ''
)
FROM competitions_stageentry t
JOIN competitions_entry e ON e.id = t.entry_id
JOIN innovations_innovationversion v ON v.id = e.version_id
WHERE t.id = c.stage_entry_id;
ALTER TABLE competitions_administrativecheck ENABLE TRIGGER administrativecheck_row_final;
"""

BACK = """
DROP FUNCTION competitions_check_item() CASCADE;
DROP TRIGGER letter_row_final ON competitions_letter;
DROP TRIGGER letter_table_final ON competitions_letter;
DROP TRIGGER correction_row_final ON competitions_correction;
DROP TRIGGER correction_promise_final ON competitions_correction;
DROP TRIGGER correction_table_final ON competitions_correction;

-- As migrations 0002 and 0006 left them.
DROP TRIGGER entry_one_way ON competitions_entry;
CREATE TRIGGER entry_one_way
    BEFORE UPDATE OF state ON competitions_entry
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION competitions_refuse_move(
        'draft>with_agency', 'draft>withdrawn',
        'with_agency>returned', 'with_agency>submitted', 'with_agency>withdrawn',
        'returned>with_agency', 'returned>withdrawn',
        'submitted>returned', 'submitted>withdrawn',
        'withdrawn>draft'
    );
DROP TRIGGER administrativecheck_one_way ON competitions_administrativecheck;
CREATE TRIGGER administrativecheck_one_way
    BEFORE UPDATE OF state ON competitions_administrativecheck
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION competitions_refuse_move(
        'queued>claimed',
        'claimed>queued', 'claimed>passed', 'claimed>fail_proposed',
        'fail_proposed>failed', 'fail_proposed>queued'
    );
DROP TRIGGER entry_version_final ON competitions_entry;
CREATE TRIGGER entry_version_final
    BEFORE UPDATE OF version_id, submitted_at, submitted_by_id ON competitions_entry
    FOR EACH ROW WHEN (
        OLD.version_id IS NOT NULL
        AND (
            OLD.version_id IS DISTINCT FROM NEW.version_id
            OR OLD.submitted_at IS DISTINCT FROM NEW.submitted_at
            OR OLD.submitted_by_id IS DISTINCT FROM NEW.submitted_by_id
        )
        AND NOT (NEW.version_id IS NULL AND NEW.state IN ('returned', 'draft'))
    )
    EXECUTE FUNCTION competitions_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0011_corrections")]

    operations = [migrations.RunSQL(WAYS + FINAL, BACK), migrations.RunSQL(COUNT, "")]
