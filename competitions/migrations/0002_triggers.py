"""Rules that no code can walk around: one-way states, final rows, marks within their scale.

Every refusal is a restrict_violation (23001), so Django raises IntegrityError.
"""

from django.db import migrations

ONE_WAY = """
CREATE FUNCTION competitions_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.state || '>' || NEW.state) = ANY (TG_ARGV) THEN
        RAISE EXCEPTION '% %: no way from % to %', TG_TABLE_NAME, OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER stage_one_way
    BEFORE UPDATE OF state ON competitions_stage
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION competitions_refuse_move('planned>open', 'open>closed');
CREATE TRIGGER entry_one_way
    BEFORE UPDATE OF state ON competitions_entry
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION competitions_refuse_move(
        'draft>with_agency', 'draft>withdrawn',
        'with_agency>returned', 'with_agency>submitted', 'with_agency>withdrawn',
        'returned>with_agency', 'returned>withdrawn',
        'submitted>withdrawn'
    );
CREATE TRIGGER administrativecheck_one_way
    BEFORE UPDATE OF state ON competitions_administrativecheck
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION competitions_refuse_move(
        'queued>claimed',
        'claimed>queued', 'claimed>passed', 'claimed>fail_proposed',
        'fail_proposed>failed', 'fail_proposed>queued'
    );
CREATE TRIGGER cutoff_one_way
    BEFORE UPDATE OF state ON competitions_cutoff
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION competitions_refuse_move(
        'provisional>lock_proposed',
        'lock_proposed>provisional', 'lock_proposed>locked',
        'locked>scheduled'
    );
"""

FINAL = """
CREATE FUNCTION competitions_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is final: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER announcement_row_final
    BEFORE UPDATE OR DELETE ON competitions_announcement
    FOR EACH ROW EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER announcement_table_final
    BEFORE TRUNCATE ON competitions_announcement
    FOR EACH STATEMENT EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER conflictdeclaration_row_final
    BEFORE UPDATE OR DELETE ON competitions_conflictdeclaration
    FOR EACH ROW EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER conflictdeclaration_table_final
    BEFORE TRUNCATE ON competitions_conflictdeclaration
    FOR EACH STATEMENT EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER result_table_final
    BEFORE TRUNCATE ON competitions_result
    FOR EACH STATEMENT EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER scoresheet_table_final
    BEFORE TRUNCATE ON competitions_scoresheet
    FOR EACH STATEMENT EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER score_table_final
    BEFORE TRUNCATE ON competitions_score
    FOR EACH STATEMENT EXECUTE FUNCTION competitions_refuse_change();

-- A sheet that was sent, a check that was decided, a stay that ended, a version that was
-- pinned: the row may be read and nothing else.
CREATE TRIGGER scoresheet_row_final
    BEFORE UPDATE OR DELETE ON competitions_scoresheet
    FOR EACH ROW WHEN (OLD.state = 'final')
    EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER administrativecheck_row_final
    BEFORE UPDATE OR DELETE ON competitions_administrativecheck
    FOR EACH ROW WHEN (OLD.state IN ('passed', 'failed'))
    EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER stageentry_row_final
    BEFORE UPDATE OR DELETE ON competitions_stageentry
    FOR EACH ROW WHEN (OLD.left_at IS NOT NULL)
    EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER entry_version_final
    BEFORE UPDATE OF version_id, submitted_at, submitted_by_id ON competitions_entry
    FOR EACH ROW WHEN (
        OLD.version_id IS NOT NULL AND (
            OLD.version_id IS DISTINCT FROM NEW.version_id
            OR OLD.submitted_at IS DISTINCT FROM NEW.submitted_at
            OR OLD.submitted_by_id IS DISTINCT FROM NEW.submitted_by_id
        )
    )
    EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER entry_submitted_stays
    BEFORE DELETE ON competitions_entry
    FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL)
    EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER stage_closing_final
    BEFORE UPDATE OF closed_at, closed_by_id ON competitions_stage
    FOR EACH ROW WHEN (
        OLD.closed_at IS NOT NULL AND (
            OLD.closed_at IS DISTINCT FROM NEW.closed_at
            OR OLD.closed_by_id IS DISTINCT FROM NEW.closed_by_id
        )
    )
    EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER stage_rules_final
    BEFORE UPDATE OF tie_break, ranks_from_id, reviews_per_entry ON competitions_stage
    FOR EACH ROW WHEN (
        OLD.state <> 'planned' AND (
            OLD.tie_break IS DISTINCT FROM NEW.tie_break
            OR OLD.ranks_from_id IS DISTINCT FROM NEW.ranks_from_id
            OR OLD.reviews_per_entry IS DISTINCT FROM NEW.reviews_per_entry
        )
    )
    EXECUTE FUNCTION competitions_refuse_change();

-- A locked list keeps its numbers; only its state still moves, to "scheduled".
CREATE TRIGGER cutoff_locked_final
    BEFORE UPDATE ON competitions_cutoff
    FOR EACH ROW WHEN (
        OLD.state IN ('locked', 'scheduled')
        AND (OLD.stage_id, OLD.seats, OLD.content_hash, OLD.locked_at, OLD.locked_by_id,
             OLD.lock_proposed_at, OLD.lock_proposed_by_id, OLD.lock_reason,
             OLD.applied_at, OLD.applied_by_id)
            IS DISTINCT FROM
            (NEW.stage_id, NEW.seats, NEW.content_hash, NEW.locked_at, NEW.locked_by_id,
             NEW.lock_proposed_at, NEW.lock_proposed_by_id, NEW.lock_reason,
             NEW.applied_at, NEW.applied_by_id)
    )
    EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER cutoff_locked_stays
    BEFORE DELETE ON competitions_cutoff
    FOR EACH ROW WHEN (OLD.state IN ('locked', 'scheduled'))
    EXECUTE FUNCTION competitions_refuse_change();
"""

LOOKING_ELSEWHERE = """
CREATE FUNCTION competitions_check_result() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    list_state text;
BEGIN
    SELECT state INTO list_state FROM competitions_cutoff
        WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.cut_off_id ELSE OLD.cut_off_id END;
    IF list_state <> 'provisional' THEN
        RAISE EXCEPTION 'the list is %: results are frozen, % refused', list_state, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF TG_OP = 'UPDATE' AND NEW.cut_off_id <> OLD.cut_off_id THEN
        RAISE EXCEPTION 'a result stays in its list' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER result_frozen
    BEFORE INSERT OR UPDATE OR DELETE ON competitions_result
    FOR EACH ROW EXECUTE FUNCTION competitions_check_result();

CREATE FUNCTION competitions_check_score() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sheet record;
    rule record;
BEGIN
    SELECT s.state, a.stage_id INTO sheet
        FROM competitions_scoresheet s JOIN competitions_assignment a ON a.id = s.assignment_id
        WHERE s.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.scoresheet_id ELSE OLD.scoresheet_id END;
    IF sheet.state = 'final' THEN
        RAISE EXCEPTION 'the scoresheet is final: % of a score refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF TG_OP = 'UPDATE' AND NEW.scoresheet_id <> OLD.scoresheet_id THEN
        RAISE EXCEPTION 'a score stays on its sheet' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT stage_id, scale_maximum INTO rule FROM competitions_criterion
        WHERE id = NEW.criterion_id;
    IF rule.stage_id <> sheet.stage_id THEN
        RAISE EXCEPTION 'the criterion belongs to another stage'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.mark > rule.scale_maximum THEN
        RAISE EXCEPTION 'mark % exceeds the scale of 1..%', NEW.mark, rule.scale_maximum
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER score_within_rules
    BEFORE INSERT OR UPDATE OR DELETE ON competitions_score
    FOR EACH ROW EXECUTE FUNCTION competitions_check_score();

CREATE FUNCTION competitions_check_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.stage_id, OLD.entry_id, OLD.evaluator_id)
        IS DISTINCT FROM (NEW.stage_id, NEW.entry_id, NEW.evaluator_id) THEN
        RAISE EXCEPTION 'an assignment never changes hands' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' AND EXISTS (
        SELECT 1 FROM competitions_conflictdeclaration
        WHERE user_id = NEW.evaluator_id AND entry_id = NEW.entry_id
    ) THEN
        RAISE EXCEPTION 'user % declared a conflict with entry %', NEW.evaluator_id, NEW.entry_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assignment_free_of_conflict
    BEFORE INSERT OR UPDATE ON competitions_assignment
    FOR EACH ROW EXECUTE FUNCTION competitions_check_assignment();

CREATE FUNCTION competitions_check_criterion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM competitions_stage
        WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.stage_id ELSE OLD.stage_id END
            AND state <> 'planned'
    ) THEN
        RAISE EXCEPTION 'the stage has opened: its rubric is fixed, % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER criterion_fixed_insert_delete
    BEFORE INSERT OR DELETE ON competitions_criterion
    FOR EACH ROW EXECUTE FUNCTION competitions_check_criterion();
CREATE TRIGGER criterion_fixed_update
    BEFORE UPDATE OF stage_id, key, weight, scale_maximum ON competitions_criterion
    FOR EACH ROW WHEN (
        (OLD.stage_id, OLD.key, OLD.weight, OLD.scale_maximum)
        IS DISTINCT FROM (NEW.stage_id, NEW.key, NEW.weight, NEW.scale_maximum)
    )
    EXECUTE FUNCTION competitions_check_criterion();
"""

ALLOW = """
DROP FUNCTION competitions_check_criterion() CASCADE;
DROP FUNCTION competitions_check_assignment() CASCADE;
DROP FUNCTION competitions_check_score() CASCADE;
DROP FUNCTION competitions_check_result() CASCADE;
DROP FUNCTION competitions_refuse_change() CASCADE;
DROP FUNCTION competitions_refuse_move() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0001_initial")]

    operations = [migrations.RunSQL(ONE_WAY + FINAL + LOOKING_ELSEWHERE, ALLOW)]
