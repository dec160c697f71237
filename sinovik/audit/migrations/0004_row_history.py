"""What stood in a row before it was changed, written by the owner's function (ADR 56).

`SELECT keep_rows('table', 'column column')` keeps those columns of one more table. The triggers
fire for each statement, whatever session_replication_role says.
"""

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION audit_keep_rows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kept text[] := string_to_array(TG_ARGV[0], ' ');
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO audit_rowchange
            (changed_at, source, row_id, act, before, after, login, role)
        SELECT clock_timestamp(), TG_TABLE_NAME, old_rows.id, TG_OP, differing.before,
            differing.after, session_user, current_setting('role')
        FROM old_rows LEFT JOIN new_rows ON new_rows.id = old_rows.id
        CROSS JOIN LATERAL (SELECT to_jsonb(old_rows) AS was, to_jsonb(new_rows) AS stands) AS whole
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(name, whole.was -> name) AS before,
                jsonb_object_agg(name, whole.stands -> name) AS after
            FROM unnest(kept) AS name
            WHERE whole.was -> name IS DISTINCT FROM whole.stands -> name
        ) AS differing
        WHERE differing.before IS NOT NULL;
    ELSE
        INSERT INTO audit_rowchange
            (changed_at, source, row_id, act, before, after, login, role)
        SELECT clock_timestamp(), TG_TABLE_NAME, old_rows.id, TG_OP,
            (SELECT jsonb_object_agg(name, to_jsonb(old_rows) -> name) FROM unnest(kept) AS name),
            NULL, session_user, current_setting('role')
        FROM old_rows;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_rows(kept text, columns text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER row_history_update AFTER UPDATE ON %I'
        ' REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'
        ' FOR EACH STATEMENT EXECUTE FUNCTION audit_keep_rows(%L)', kept, columns);
    EXECUTE format('CREATE TRIGGER row_history_delete AFTER DELETE ON %I'
        ' REFERENCING OLD TABLE AS old_rows'
        ' FOR EACH STATEMENT EXECUTE FUNCTION audit_keep_rows(%L)', kept, columns);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER row_history_update,'
        ' ENABLE ALWAYS TRIGGER row_history_delete', kept);
END $$;

CREATE FUNCTION forget_rows(kept text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER row_history_update ON %I', kept);
    EXECUTE format('DROP TRIGGER row_history_delete ON %I', kept);
END $$;

CREATE TRIGGER rowchange_row_final BEFORE UPDATE OR DELETE ON audit_rowchange
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER rowchange_table_final BEFORE TRUNCATE ON audit_rowchange
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
BACK = """
DROP TRIGGER rowchange_row_final ON audit_rowchange;
DROP TRIGGER rowchange_table_final ON audit_rowchange;
DROP FUNCTION keep_rows(text, text);
DROP FUNCTION forget_rows(text);
DROP FUNCTION audit_keep_rows();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_erasable_actors")]

    operations = [
        migrations.CreateModel(
            name="RowChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("changed_at", models.DateTimeField(verbose_name="diubah")),
                ("source", models.CharField(max_length=63, verbose_name="tabel")),
                ("row_id", models.BigIntegerField(verbose_name="nomor baris")),
                ("act", models.CharField(max_length=8, verbose_name="perbuatan")),
                ("before", models.JSONField(verbose_name="sebelum")),
                ("after", models.JSONField(null=True, verbose_name="sesudah")),
                ("login", models.CharField(max_length=63, verbose_name="akun basis data")),
                ("role", models.CharField(max_length=63, verbose_name="peran basis data")),
            ],
            options={
                "verbose_name": "riwayat baris",
                "verbose_name_plural": "riwayat baris",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["source", "row_id"], name="rowchange_of_row")],
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
