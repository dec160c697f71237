"""When a note is required is a term of each criterion, fixed when its stage opens."""

from django.db import migrations, models
from django.db.models import Q

DROP = "DROP TRIGGER criterion_fixed_update ON competitions_criterion;"
FIXED = """
CREATE TRIGGER criterion_fixed_update
    BEFORE UPDATE OF stage_id, key, weight, scale_maximum, note_rule ON competitions_criterion
    FOR EACH ROW WHEN (
        (OLD.stage_id, OLD.key, OLD.weight, OLD.scale_maximum, OLD.note_rule)
        IS DISTINCT FROM (NEW.stage_id, NEW.key, NEW.weight, NEW.scale_maximum, NEW.note_rule)
    )
    EXECUTE FUNCTION competitions_check_criterion();
"""
BEFORE = """
CREATE TRIGGER criterion_fixed_update
    BEFORE UPDATE OF stage_id, key, weight, scale_maximum ON competitions_criterion
    FOR EACH ROW WHEN (
        (OLD.stage_id, OLD.key, OLD.weight, OLD.scale_maximum)
        IS DISTINCT FROM (NEW.stage_id, NEW.key, NEW.weight, NEW.scale_maximum)
    )
    EXECUTE FUNCTION competitions_check_criterion();
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0025_announcement_preparation")]

    operations = [
        migrations.AddField(
            "criterion",
            "note_rule",
            models.CharField(
                "catatan penilai",
                max_length=10,
                choices=[
                    ("never", "Tidak wajib"),
                    ("extremes", "Wajib untuk nilai terendah dan tertinggi"),
                    ("always", "Selalu wajib"),
                ],
                default="extremes",
            ),
        ),
        migrations.AddConstraint(
            "criterion",
            models.CheckConstraint(
                name="criterion_note_rule_known",
                condition=Q(note_rule__in=["never", "extremes", "always"]),
                violation_error_message="Pilih kapan penilai wajib menulis catatan.",
            ),
        ),
        migrations.RunSQL(DROP + FIXED, DROP + BEFORE),
    ]
