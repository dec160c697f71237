from django.db import migrations, models

REPLACE = """
CREATE FUNCTION audit_refuse_all_but_erasing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.actor_hash = '' AND NEW.actor_hash ~ '^[0-9a-f]{64}$'
        AND NEW.actor_label = '' AND NEW.actor_salt = ''
        AND to_jsonb(NEW) - '{actor_hash,actor_label,actor_salt}'::text[]
            = to_jsonb(OLD) - '{actor_hash,actor_label,actor_salt}'::text[]
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit events are append-only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER auditevent_row_final ON audit_auditevent;
CREATE TRIGGER auditevent_row_final BEFORE UPDATE OR DELETE ON audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_all_but_erasing();
"""
RESTORE = """
DROP TRIGGER auditevent_row_final ON audit_auditevent;
CREATE TRIGGER auditevent_row_final BEFORE UPDATE OR DELETE ON audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
DROP FUNCTION audit_refuse_all_but_erasing();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_log")]

    operations = [
        migrations.AddField(
            "auditevent",
            "actor_salt",
            models.CharField(blank=True, default="", max_length=32, verbose_name="garam pelaku"),
            preserve_default=False,
        ),
        migrations.AddField(
            "auditevent",
            "actor_hash",
            models.CharField(
                blank=True,
                default="",
                max_length=64,
                verbose_name="sidik pelaku yang dihapus",
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(REPLACE, RESTORE),
    ]
