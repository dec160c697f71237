import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are append-only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER auditevent_row_final BEFORE UPDATE OR DELETE ON audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER auditevent_table_final BEFORE TRUNCATE ON audit_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
ALLOW = """
DROP TRIGGER auditevent_table_final ON audit_auditevent;
DROP TRIGGER auditevent_row_final ON audit_auditevent;
DROP FUNCTION audit_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="waktu")),
                (
                    "actor_label",
                    models.CharField(blank=True, max_length=200, verbose_name="nama pelaku"),
                ),
                ("verb", models.CharField(max_length=64, verbose_name="kejadian")),
                (
                    "object_type",
                    models.CharField(max_length=64, verbose_name="jenis objek"),
                ),
                ("object_id", models.BigIntegerField(verbose_name="nomor objek")),
                (
                    "payload",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="rincian",
                    ),
                ),
                (
                    "request_id",
                    models.CharField(blank=True, max_length=36, verbose_name="nomor permintaan"),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="oleh",
                    ),
                ),
            ],
            options={
                "verbose_name": "kejadian",
                "verbose_name_plural": "kejadian",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["object_type", "object_id"], name="auditevent_object"),
                    models.Index(fields=["at"], name="auditevent_at"),
                ],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
