from django.db import migrations, models

FIXED = (
    "tie_break",
    "ranks_from_id",
    "reviews_per_entry",
    "extra_readers",
    "disagreement_threshold",
)


def trigger(*columns: str) -> str:
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
    return f"""
DROP TRIGGER stage_rules_final ON competitions_stage;
CREATE TRIGGER stage_rules_final
    BEFORE UPDATE OF {", ".join(columns)} ON competitions_stage
    FOR EACH ROW WHEN (OLD.state <> 'planned' AND ({changed}))
    EXECUTE FUNCTION competitions_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0023_extra_readings")]

    operations = [
        migrations.AddField(
            model_name="stage",
            name="passing_grade",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Lembar di kedua sisinya memanggil pembaca tambahan; kosong berarti tidak.",
                null=True,
                verbose_name="nilai kelulusan",
            ),
        ),
        migrations.AddField(
            model_name="extrareading",
            name="passing_grade",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="nilai kelulusan menurut aturan"
            ),
        ),
        migrations.AddConstraint(
            model_name="stage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("passing_grade", None),
                    models.Q(("passing_grade__gte", 1), ("passing_grade__lte", 100)),
                    _connector="OR",
                ),
                name="stage_passing_grade_in_range",
                violation_error_message="Nilai kelulusan antara 1 dan 100.",
            ),
        ),
        migrations.RunSQL(trigger(*FIXED, "passing_grade"), trigger(*FIXED)),
    ]
