import hashlib
import json
import secrets
from datetime import UTC

import django.db.models.deletion
from django.db import migrations, models

REFUSE = """
CREATE TRIGGER leaf_row_final BEFORE UPDATE OR DELETE ON audit_leaf
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER leaf_table_final BEFORE TRUNCATE ON audit_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER node_row_final BEFORE UPDATE OR DELETE ON audit_node
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER node_table_final BEFORE TRUNCATE ON audit_node
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER seal_row_final BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER seal_table_final BEFORE TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
ALLOW = """
DROP TRIGGER seal_table_final ON audit_seal;
DROP TRIGGER seal_row_final ON audit_seal;
DROP TRIGGER node_table_final ON audit_node;
DROP TRIGGER node_row_final ON audit_node;
DROP TRIGGER leaf_table_final ON audit_leaf;
DROP TRIGGER leaf_row_final ON audit_leaf;
"""
PAUSE = "ALTER TABLE audit_auditevent DISABLE TRIGGER auditevent_row_final"
RESUME = "ALTER TABLE audit_auditevent ENABLE TRIGGER auditevent_row_final"


def canonical(value):
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def hash_earlier_events(apps, schema_editor):
    """What was written before the log gets its salt and leaf now, as new events do at insert."""
    event_model = apps.get_model("audit", "AuditEvent")
    for event in event_model.objects.filter(leaf="").iterator(chunk_size=2000):
        salt = secrets.token_hex(16)

        def salted(value, salt=salt):
            return hashlib.sha256(salt.encode() + b"|" + canonical(value)).hexdigest()

        statement = {
            "actor": salted([event.actor_id, event.actor_label]),
            "at": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "event": event.verb,
            "object": f"{event.object_type}:{event.object_id}",
            "payload": salted(event.payload),
        }
        leaf = hashlib.sha256(b"\x00" + canonical(statement)).hexdigest()
        event_model.objects.filter(pk=event.pk).update(salt=salt, leaf=leaf)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddField(
            "auditevent",
            "salt",
            models.CharField(default="", max_length=32, verbose_name="garam"),
            preserve_default=False,
        ),
        migrations.AddField(
            "auditevent",
            "leaf",
            models.CharField(default="", max_length=64, verbose_name="sidik kejadian"),
            preserve_default=False,
        ),
        migrations.RunSQL(PAUSE, RESUME),
        migrations.RunPython(hash_earlier_events, migrations.RunPython.noop),
        migrations.RunSQL(RESUME, PAUSE),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                (
                    "index",
                    models.BigIntegerField(
                        primary_key=True, serialize=False, verbose_name="urutan"
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leaf_row",
                        to="audit.auditevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "daun buku",
                "verbose_name_plural": "daun buku",
                "ordering": ["index"],
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="tingkat")),
                ("index", models.BigIntegerField(verbose_name="urutan")),
                ("hash", models.CharField(max_length=64, verbose_name="sidik")),
            ],
            options={
                "verbose_name": "simpul buku",
                "verbose_name_plural": "simpul buku",
                "ordering": ["level", "index"],
                "constraints": [
                    models.UniqueConstraint(fields=("level", "index"), name="node_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "number",
                    models.PositiveIntegerField(
                        primary_key=True, serialize=False, verbose_name="nomor"
                    ),
                ),
                ("size", models.BigIntegerField(verbose_name="jumlah kejadian")),
                ("root", models.CharField(max_length=64, verbose_name="akar")),
                ("previous", models.CharField(max_length=64, verbose_name="segel sebelumnya")),
                ("sealed_at", models.DateTimeField(verbose_name="disegel")),
                ("payload", models.TextField(verbose_name="isi yang ditandatangani")),
                ("signature", models.CharField(max_length=88, verbose_name="tanda tangan")),
                ("key", models.CharField(max_length=16, verbose_name="nomor kunci")),
            ],
            options={
                "verbose_name": "segel",
                "verbose_name_plural": "segel",
                "ordering": ["-number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="seal_is_over_something"
                    )
                ],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
