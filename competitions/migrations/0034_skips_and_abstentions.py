import django.db.models.deletion
from django.db import migrations, models

FINAL = """
CREATE FUNCTION competitions_check_abstention() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM competitions_scoresheet s
        JOIN competitions_assignment a ON a.id = s.assignment_id
        JOIN competitions_stage st ON st.id = a.stage_id
        WHERE a.id = NEW.assignment_id AND s.state = 'draft' AND st.state = 'open'
            AND NOT EXISTS (
                SELECT 1 FROM competitions_sheetreopening WHERE scoresheet_id = s.id
            )
    ) THEN
        RAISE EXCEPTION 'assignment % was scored or its stage is over', NEW.assignment_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER abstention_of_an_unsent_sheet
    BEFORE INSERT ON competitions_abstention
    FOR EACH ROW EXECUTE FUNCTION competitions_check_abstention();
CREATE TRIGGER abstention_row_final
    BEFORE UPDATE OR DELETE ON competitions_abstention
    FOR EACH ROW EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER abstention_table_final
    BEFORE TRUNCATE ON competitions_abstention
    FOR EACH STATEMENT EXECUTE FUNCTION competitions_refuse_change();

CREATE FUNCTION competitions_check_not_released() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM competitions_abstention WHERE assignment_id = NEW.assignment_id) THEN
        RAISE EXCEPTION 'the judge gave assignment % back', NEW.assignment_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoresheet_not_released
    BEFORE UPDATE OF state ON competitions_scoresheet
    FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state = 'final')
    EXECUTE FUNCTION competitions_check_not_released();
"""
BACK = """
DROP TRIGGER scoresheet_not_released ON competitions_scoresheet;
DROP TRIGGER abstention_of_an_unsent_sheet ON competitions_abstention;
DROP TRIGGER abstention_row_final ON competitions_abstention;
DROP TRIGGER abstention_table_final ON competitions_abstention;
DROP FUNCTION competitions_check_abstention();
DROP FUNCTION competitions_check_not_released();
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0033_announcement_notice")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="skipped_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="dilewati"),
        ),
        migrations.CreateModel(
            name="Abstention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="alasan")),
                ("abstained_at", models.DateTimeField(verbose_name="dilepas")),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="abstention",
                        to="competitions.assignment",
                    ),
                ),
            ],
            options={
                "verbose_name": "pelepasan penugasan",
                "verbose_name_plural": "pelepasan penugasan",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="abstention_has_reason",
                        violation_error_message="Tuliskan alasan Anda tidak menilai.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FINAL, BACK),
    ]
