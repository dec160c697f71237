import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FINAL = """
CREATE FUNCTION competitions_refuse_final_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Back to a draft with the same content, on the strength of a reopening of this very sending.
    IF TG_OP = 'UPDATE' AND NEW.state = 'draft'
        AND (NEW.id, NEW.assignment_id, NEW.strengths, NEW.weaknesses)
            = (OLD.id, OLD.assignment_id, OLD.strengths, OLD.weaknesses)
        AND NEW.edit_number > OLD.edit_number
        AND EXISTS (
            SELECT 1 FROM competitions_sheetreopening
            WHERE scoresheet_id = OLD.id AND finalised_at = OLD.finalised_at
        )
        AND EXISTS (
            SELECT 1 FROM competitions_assignment a
            JOIN competitions_stage s ON s.id = a.stage_id
            WHERE a.id = OLD.assignment_id AND s.state = 'open'
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is final: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER scoresheet_row_final ON competitions_scoresheet;
CREATE TRIGGER scoresheet_row_final
    BEFORE UPDATE OR DELETE ON competitions_scoresheet
    FOR EACH ROW WHEN (OLD.state = 'final')
    EXECUTE FUNCTION competitions_refuse_final_sheet();

-- A reopening names one sending: the next one is later, or the same row would open it again.
CREATE FUNCTION competitions_check_sent_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM competitions_sheetreopening
        WHERE scoresheet_id = NEW.id AND finalised_at >= NEW.finalised_at
    ) THEN
        RAISE EXCEPTION 'scoresheet % was reopened: it is sent again later than before', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoresheet_sent_again
    BEFORE UPDATE OF state, finalised_at ON competitions_scoresheet
    FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state = 'final')
    EXECUTE FUNCTION competitions_check_sent_again();

CREATE FUNCTION competitions_check_sheet_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sheet record;
BEGIN
    SELECT s.state, s.finalised_at, s.total, a.evaluator_id, a.stage_id, st.state AS stage
        INTO sheet
        FROM competitions_scoresheet s
        JOIN competitions_assignment a ON a.id = s.assignment_id
        JOIN competitions_stage st ON st.id = a.stage_id
        WHERE s.id = NEW.scoresheet_id;
    IF sheet.state <> 'final' OR sheet.finalised_at <> NEW.finalised_at
        OR sheet.total <> NEW.total THEN
        RAISE EXCEPTION 'a reopening names the sheet as it was sent'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF sheet.stage <> 'open'
        OR EXISTS (SELECT 1 FROM competitions_cutoff WHERE stage_id = sheet.stage_id) THEN
        RAISE EXCEPTION 'the stage of the sheet is over' USING ERRCODE = 'restrict_violation';
    END IF;
    IF sheet.evaluator_id = NEW.reopened_by_id THEN
        RAISE EXCEPTION 'nobody reopens the own sheet' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sheetreopening_of_a_sent_sheet
    BEFORE INSERT ON competitions_sheetreopening
    FOR EACH ROW EXECUTE FUNCTION competitions_check_sheet_reopening();
CREATE TRIGGER sheetreopening_row_final
    BEFORE UPDATE OR DELETE ON competitions_sheetreopening
    FOR EACH ROW EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER sheetreopening_table_final
    BEFORE TRUNCATE ON competitions_sheetreopening
    FOR EACH STATEMENT EXECUTE FUNCTION competitions_refuse_change();
"""
BACK = """
DROP TRIGGER sheetreopening_of_a_sent_sheet ON competitions_sheetreopening;
DROP TRIGGER sheetreopening_row_final ON competitions_sheetreopening;
DROP TRIGGER sheetreopening_table_final ON competitions_sheetreopening;
DROP TRIGGER scoresheet_sent_again ON competitions_scoresheet;
DROP TRIGGER scoresheet_row_final ON competitions_scoresheet;
DROP FUNCTION competitions_check_sheet_reopening();
DROP FUNCTION competitions_check_sent_again();
DROP FUNCTION competitions_refuse_final_sheet();
CREATE TRIGGER scoresheet_row_final
    BEFORE UPDATE OR DELETE ON competitions_scoresheet
    FOR EACH ROW WHEN (OLD.state = 'final')
    EXECUTE FUNCTION competitions_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("competitions", "0029_note_rule"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SheetReopening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("finalised_at", models.DateTimeField(verbose_name="dikirim")),
                (
                    "total",
                    models.DecimalField(decimal_places=6, max_digits=9, verbose_name="total"),
                ),
                ("content", models.JSONField(verbose_name="isi yang dikirim")),
                ("reason", models.CharField(max_length=300, verbose_name="alasan")),
                ("reopened_at", models.DateTimeField(verbose_name="dibuka kembali")),
                (
                    "reopened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "scoresheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopenings",
                        to="competitions.scoresheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "pembukaan lembar nilai",
                "verbose_name_plural": "pembukaan lembar nilai",
                "ordering": ["scoresheet", "reopened_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scoresheet", "finalised_at"),
                        name="sheetreopening_once_per_sending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="sheetreopening_has_reason",
                        violation_error_message="Tuliskan alasan pembukaan.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FINAL, BACK),
    ]
