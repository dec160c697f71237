"""Official letters that open agencies; invitations that are taken back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FINAL = """
CREATE FUNCTION agencies_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER agencyletter_row_final
    BEFORE UPDATE OR DELETE ON agencies_agencyletter
    FOR EACH ROW EXECUTE FUNCTION agencies_refuse_change();
CREATE TRIGGER agencyletter_table_final
    BEFORE TRUNCATE ON agencies_agencyletter
    FOR EACH STATEMENT EXECUTE FUNCTION agencies_refuse_change();
"""
FREE = "DROP FUNCTION agencies_refuse_change() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgencyLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("opening", "Pembukaan instansi"),
                            ("appointment", "Penunjukan admin"),
                        ],
                        max_length=12,
                        verbose_name="maksud",
                    ),
                ),
                ("number", models.CharField(max_length=120, verbose_name="nomor surat")),
                ("dated_on", models.DateField(verbose_name="tanggal surat")),
                ("recorded_at", models.DateTimeField(verbose_name="dicatat")),
            ],
            options={
                "verbose_name": "surat instansi",
                "verbose_name_plural": "surat instansi",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="invitation",
            name="revoked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="dibatalkan"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="revoked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                    models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                    _connector="OR",
                ),
                name="invitation_revoked_at_with_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_at__isnull", True), ("revoked_at__isnull", True), _connector="OR"
                ),
                name="invitation_accepted_or_revoked",
                violation_error_message="Undangan yang diterima tidak dapat dibatalkan.",
            ),
        ),
        migrations.AddField(
            model_name="agencyletter",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="agencyletter",
            name="invitation",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letter",
                to="agencies.invitation",
                verbose_name="undangan",
            ),
        ),
        migrations.AddField(
            model_name="agencyletter",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyletter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("purpose", "opening")),
                fields=("agency",),
                name="agencyletter_opens_once",
                violation_error_message="Instansi ini sudah dibuka.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), _negated=True),
                name="agencyletter_has_number",
                violation_error_message="Isi nomor surat.",
            ),
        ),
        migrations.RunSQL(FINAL, FREE),
    ]
