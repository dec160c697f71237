"""Marks of change of the tables that public pages read (docs/adr/0042-shared-pages.md).

Each statement that may change a watched table adds a row with a random salt, in the same
transaction. The XOR of a table's salts that a reader sees is the mark of what that reader sees
of the table: no two states have the same, whichever order transactions commit in, and no
writer waits for another. `SELECT watch_public('table')` watches one more table.
"""

from django.db import migrations

WATCHED = {
    "agencies": "agency region unit",
    "audit": "seal",
    "competitions": (
        "announcement assignment certificate commitment conflictdeclaration contestfile criterion "
        "criterionlevel cutoff deadlineextension decreefile documentrequirement edition "
        "editioncategory eligibilityrule entry formsection group motion objection objectionwindow "
        "plenary policystep publishedfigure result scoresheet stage stageentry"
    ),
    "innovations": (
        "alarm alarmanswer attachment attestation award category frozenattachment indicatorvalue "
        "innovation innovation_goals innovationlink innovationversion mysterycheck "
        "outcomeindicator replication replicationneed replicationoffer satisfactionfigure "
        "sustainablegoal teammember"
    ),
}

FORWARD = """
CREATE TABLE public_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    salt bigint NOT NULL DEFAULT hashtextextended(gen_random_uuid()::text, 0)
);

CREATE FUNCTION note_public_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    INSERT INTO public_change (source) VALUES (TG_TABLE_NAME) RETURNING id INTO made;
    -- Older marks go now and then. The new one stays, so that no earlier mark comes back, and
    -- rows that another transaction is at are left to it, so that nobody waits.
    IF made % 32 = 0 THEN
        DELETE FROM public_change WHERE id IN (
            SELECT id FROM public_change WHERE source = TG_TABLE_NAME AND id < made
            FOR UPDATE SKIP LOCKED
        );
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION watch_public(watched text, columns text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER public_change AFTER INSERT OR UPDATE %s OR DELETE OR TRUNCATE ON %I'
        ' FOR EACH STATEMENT EXECUTE FUNCTION note_public_change()',
        'OF ' || columns, watched);
    -- A table is known as watched by having a row.
    INSERT INTO public_change (source) VALUES (watched);
END $$;
"""
UNDO = """
DROP FUNCTION watch_public(text, text);
DROP FUNCTION note_public_change() CASCADE;
DROP TABLE public_change;
"""
WATCH = "\n".join(
    f"SELECT watch_public('{app}_{table}');"
    for app, tables in WATCHED.items()
    for table in tables.split()
)
# Signing in writes the hour of the last visit, which no page shows.
PEOPLE = "SELECT watch_public('agencies_user', 'name, employer_id, is_active, is_simulated');"


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_letters"),
        ("audit", "0002_log"),
        ("competitions", "0048_attachment_release"),
        ("innovations", "0016_facet_index"),
    ]

    operations = [migrations.RunSQL(FORWARD + WATCH + PEOPLE, UNDO)]
