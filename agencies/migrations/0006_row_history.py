"""Which columns keep what stood in them before (docs/adr/0056-row-history.md)."""

from django.db import migrations

KEPT = {
    "agencies_user": "is_active is_staff is_superuser is_simulated employer_id session_epoch",
    "agencies_membership": (
        "user_id agency_id unit_id role started_at started_by_id ends_on ends_set_by_id ended_at ended_by_id"
    ),
}


class Migration(migrations.Migration):
    dependencies = [("agencies", "0005_season"), ("audit", "0004_row_history")]

    operations = [
        migrations.RunSQL(
            f"SELECT keep_rows('{table}', '{columns}')", f"SELECT forget_rows('{table}')"
        )
        for table, columns in KEPT.items()
    ]
