"""What the web role may do: rows yes, tables no, and nothing that is final.

The owner makes tables and triggers. Whoever gets hold of the web server's connection gets the
web role's rights and no more (docs/adr/0048-database-roles.md).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from psycopg import sql

READ_ONLY = ("django_migrations", "audit_rowchange", "audit_ownerwrite")
"""Tables that only the owner writes, or a function of the owner's."""

ERASABLE = {"audit_auditevent": "actor_hash, actor_label, actor_salt"}
"""What of a final row may go, where its trigger lets it: the name of a person who is erased."""

# A table is final where a trigger refuses every UPDATE (or DELETE) of a row, whatever is in it.
# Bits of pg_trigger.tgtype: 1 each row, 2 before, 8 DELETE, 16 UPDATE. What a disabled trigger
# kept is final still.
FINAL = r"""
SELECT tgrelid::regclass::text, bool_or(tgtype & 16 > 0), bool_or(tgtype & 8 > 0)
FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND tgqual IS NULL AND tgattr = '' AND tgtype & 3 = 3
    AND (proname LIKE '%\_refuse\_change' OR proname LIKE '%\_refuse\_all\_but\_%')
GROUP BY tgrelid ORDER BY 1
"""
# Where the owner's own functions write: kept by row history, and by foreign keys of the queue.
UNNOTED = ("audit_rowchange", "audit_ownerwrite")
NOTE_OWNER = """
SELECT relname, relname = ANY(%s) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND relname <> 'public_change' AND relname NOT LIKE %s AND NOT EXISTS (
        SELECT 1 FROM pg_trigger
        WHERE tgrelid = pg_class.oid AND tgname = 'owner_write'
            AND pg_get_triggerdef(pg_trigger.oid) LIKE %s
    )
"""
NOTED = """
DROP TRIGGER IF EXISTS owner_write ON {table};
CREATE TRIGGER owner_write AFTER {acts} ON {table} FOR EACH STATEMENT
    WHEN (current_user <> {web} AND coalesce(current_setting('sinovik.hand', true), '') = '')
    EXECUTE FUNCTION audit_note_owner();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER owner_write
"""
HAND = "-c sinovik.hand=manage.py"
"""Options of a line of the site's own as the owner, which migrates and is not noted."""

MAKE_ROLE = """
DO $$ BEGIN
    CREATE ROLE {role} LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


# Asked by the web role about itself. Members of the owner may do what the owner may.
TOO_MUCH = """
SELECT 'memiliki tabel ' || relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
    AND pg_has_role(relowner, 'MEMBER')
UNION ALL
SELECT 'boleh mengubah tabel final ' || relname FROM pg_class
WHERE oid = ANY(%s::regclass[]) AND has_table_privilege(oid, 'UPDATE, TRUNCATE, TRIGGER')
    OR oid = ANY(%s::regclass[]) AND has_table_privilege(oid, 'DELETE, TRUNCATE, TRIGGER')
UNION ALL
SELECT 'boleh membuat tabel di skema public' WHERE has_schema_privilege('public', 'CREATE')
UNION ALL
SELECT 'boleh membuat tabel sementara' WHERE has_database_privilege(current_database(), 'TEMP')
"""


class FinalTable(NamedTuple):
    """A table of which a row can't be changed, or not be deleted, or neither."""

    name: str
    keeps_columns: bool
    keeps_rows: bool


def final_tables(cursor: Any) -> list[FinalTable]:
    """Tables whose triggers refuse every change of a row; read from the database itself."""
    cursor.execute(FINAL)
    return [FinalTable(*row) for row in cursor.fetchall()]


def excess_rights(cursor: Any) -> list[str]:
    """What the role that asks may do although a web role must not; empty when all is well."""
    final = final_tables(cursor)
    columns = [table.name for table in final if table.keeps_columns]
    cursor.execute(TOO_MUCH, [columns, [table.name for table in final if table.keeps_rows]])
    return [text for (text,) in cursor.fetchall()]


def make_role(cursor: Any, role: str) -> None:
    """Make a role that may sign in; one that exists stays as it is."""
    cursor.execute(_text(MAKE_ROLE, role=role))


def grant_web(cursor: Any, web: str) -> None:
    """Give the web role exactly what it needs; the cursor is the owner's, in one transaction.

    Rights that it has had beyond that go, those of PUBLIC with them: a temporary table of the
    same name would stand before the one that a trigger asks.
    """
    cursor.execute("SELECT current_database()")
    (database,) = cursor.fetchone()
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {web}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {web}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {web}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {web}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {web}",
        *_refusals(final_tables(cursor)),
    ):
        cursor.execute(_text(statement, database=database, web=web))


def note_owner(cursor: Any, web: str) -> None:
    """Let every table note who writes it past the site; tables that do so already stay as they are.

    The web role's statements pay for one comparison. Where one role is owner and web role both
    there is nobody to tell apart, and nothing is noted.
    """
    cursor.execute("SELECT current_user, to_regprocedure('audit_note_owner()') IS NOT NULL")
    owner, is_there = cursor.fetchone()
    if owner == web or not is_there:
        return
    cursor.execute(NOTE_OWNER, [list(UNNOTED), r"procrastinate\_%", f"%'{web}'%"])
    for table, is_written_by_owner in cursor.fetchall():
        acts = "UPDATE OR DELETE OR TRUNCATE"
        acts = acts if is_written_by_owner else f"INSERT OR {acts}"
        names = {"table": sql.Identifier(table), "acts": sql.SQL(acts), "web": sql.Literal(web)}
        cursor.execute(sql.SQL(NOTED).format(**names).as_string())  # type: ignore[arg-type]


def _refusals(tables: list[FinalTable]) -> Iterator[str]:
    for table in tables:
        # A name that the database has quoted where it must be.
        if table.keeps_columns:
            yield f"REVOKE UPDATE ON {table.name} FROM {{web}}"
        if table.keeps_rows:
            yield f"REVOKE DELETE ON {table.name} FROM {{web}}"
    for name, columns in ERASABLE.items():
        yield f"GRANT UPDATE ({columns}) ON {name} TO {{web}}"
    for name in READ_ONLY:
        yield f"REVOKE INSERT, UPDATE, DELETE ON {name} FROM {{web}}"


def _text(statement: str, **names: str) -> str:
    quoted = {key: sql.Identifier(name) for key, name in names.items()}
    return sql.SQL(statement).format(**quoted).as_string()  # type: ignore[arg-type]
