"""Whoever writes past the site is noted; the triggers are set by `manage.py migrate` (ADR 56)."""

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION audit_note_owner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    own bigint := pg_current_xact_id()::text::bigint;
BEGIN
    -- Once for a transaction, table and act, however many statements; numbers of transactions
    -- may begin anew in a restored cluster.
    INSERT INTO audit_ownerwrite (written_at, source, act, login, role, program, transaction)
    SELECT clock_timestamp(), TG_TABLE_NAME, TG_OP, session_user, current_setting('role'),
        current_setting('application_name'), own
    WHERE NOT EXISTS (
        SELECT 1 FROM audit_ownerwrite WHERE transaction = own AND source = TG_TABLE_NAME
            AND act = TG_OP AND written_at >= transaction_timestamp()
    );
    RETURN NULL;
END $$;

CREATE TRIGGER ownerwrite_row_final BEFORE UPDATE OR DELETE ON audit_ownerwrite
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER ownerwrite_table_final BEFORE TRUNCATE ON audit_ownerwrite
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
BACK = """
DROP TRIGGER ownerwrite_row_final ON audit_ownerwrite;
DROP TRIGGER ownerwrite_table_final ON audit_ownerwrite;
DROP FUNCTION audit_note_owner() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_row_history")]

    operations = [
        migrations.CreateModel(
            name="OwnerWrite",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("written_at", models.DateTimeField(verbose_name="ditulis")),
                ("source", models.CharField(max_length=63, verbose_name="tabel")),
                ("act", models.CharField(max_length=8, verbose_name="perbuatan")),
                ("login", models.CharField(max_length=63, verbose_name="akun basis data")),
                ("role", models.CharField(max_length=63, verbose_name="peran basis data")),
                ("program", models.CharField(max_length=63, verbose_name="program")),
                ("transaction", models.BigIntegerField(verbose_name="nomor transaksi")),
            ],
            options={
                "verbose_name": "penulisan pemilik basis data",
                "verbose_name_plural": "penulisan pemilik basis data",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["transaction", "source", "act"], name="ownerwrite_of")
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
