"""Which columns keep what stood in them before (docs/adr/0056-row-history.md)."""

from django.db import migrations

KEPT = {
    "competitions_stage": (
        "state opens_at closes_at grace_minutes closed_at "
        "closed_by_id seats reviews_per_entry is_blind passing_grade"
    ),
    "competitions_entry": (
        "state group_id agency_id version_id submitted_at submitted_by_id arrival"
    ),
    "competitions_stageentry": (
        "stage_id entry_id entered_at entered_by_id outcome left_at left_by_id"
    ),
    "competitions_assignment": (
        "stage_id entry_id evaluator_id version_id skipped_at assigned_at assigned_by_id"
    ),
    "competitions_scoresheet": "assignment_id state total finalised_at finalised_by_id",
    "competitions_score": "scoresheet_id criterion_id mark",
    "competitions_cutoff": "state seats line_at applied_at applied_by_id locked_at locked_by_id",
    "competitions_result": "cut_off_id entry_id rank is_selected",
    "competitions_announcement": "cut_off_id announce_at",
}


class Migration(migrations.Migration):
    dependencies = [("competitions", "0064_night_check"), ("audit", "0004_row_history")]

    operations = [
        migrations.RunSQL(
            f"SELECT keep_rows('{table}', '{columns}')", f"SELECT forget_rows('{table}')"
        )
        for table, columns in KEPT.items()
    ]
