import django.db.models.deletion
from django.db import migrations, models

GUARD = """
-- Nobody is told before the instant, whatever job asks for it.
CREATE FUNCTION competitions_check_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM competitions_result result
        JOIN competitions_announcement news ON news.cut_off_id = result.cut_off_id
        WHERE result.id = NEW.result_id AND news.announce_at <= NEW.told_at
    ) THEN
        RAISE EXCEPTION 'result % is not announced', NEW.result_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER announcementnotice_after_instant
    BEFORE INSERT ON competitions_announcementnotice
    FOR EACH ROW EXECUTE FUNCTION competitions_check_notice();
CREATE TRIGGER announcementnotice_row_final
    BEFORE UPDATE OR DELETE ON competitions_announcementnotice
    FOR EACH ROW EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER announcementnotice_table_final
    BEFORE TRUNCATE ON competitions_announcementnotice
    FOR EACH STATEMENT EXECUTE FUNCTION competitions_refuse_change();
"""
UNDO = """
DROP TRIGGER announcementnotice_table_final ON competitions_announcementnotice;
DROP TRIGGER announcementnotice_row_final ON competitions_announcementnotice;
DROP TRIGGER announcementnotice_after_instant ON competitions_announcementnotice;
DROP FUNCTION competitions_check_notice();
"""


class Migration(migrations.Migration):
    dependencies = [("competitions", "0032_answer_days")]

    operations = [
        migrations.CreateModel(
            name="AnnouncementNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("told_at", models.DateTimeField(verbose_name="diberitahukan")),
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice",
                        to="competitions.result",
                    ),
                ),
            ],
            options={
                "verbose_name": "pemberitahuan hasil",
                "verbose_name_plural": "pemberitahuan hasil",
                "ordering": ["pk"],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
