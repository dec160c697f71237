"""A file that is ready stays what it is, and stays at all while a version names it."""

from django.db import migrations

REFUSE = """
CREATE TRIGGER frozenattachment_row_final
    BEFORE UPDATE OR DELETE ON innovations_frozenattachment
    FOR EACH ROW EXECUTE FUNCTION innovations_refuse_change();
CREATE TRIGGER frozenattachment_table_final
    BEFORE TRUNCATE ON innovations_frozenattachment
    FOR EACH STATEMENT EXECUTE FUNCTION innovations_refuse_change();

CREATE TRIGGER attachment_one_way
    BEFORE UPDATE OF state ON innovations_attachment
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION innovations_refuse_move(
        'examining>held', 'examining>ready', 'examining>refused', 'held>ready', 'held>refused'
    );

CREATE FUNCTION innovations_refuse_other_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.innovation_id, OLD.public_id, OLD.name, OLD.kind, OLD.size, OLD.sha256,
        OLD.document_key, OLD.section_key, OLD.uploaded_at, OLD.uploaded_by_id)
       IS DISTINCT FROM
       (NEW.innovation_id, NEW.public_id, NEW.name, NEW.kind, NEW.size, NEW.sha256,
        NEW.document_key, NEW.section_key, NEW.uploaded_at, NEW.uploaded_by_id)
    THEN
        RAISE EXCEPTION '% %: a file that is ready stays what it is', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.storage_name <> NEW.storage_name AND (
        NEW.storage_name <> '' OR NEW.removed_at IS NULL
        OR EXISTS (SELECT FROM innovations_frozenattachment WHERE attachment_id = OLD.id)
    ) THEN
        RAISE EXCEPTION '% %: its bytes are needed', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER attachment_ready_stays
    BEFORE UPDATE ON innovations_attachment
    FOR EACH ROW WHEN (OLD.state = 'ready')
    EXECUTE FUNCTION innovations_refuse_other_file();
"""
ALLOW = """
DROP TRIGGER attachment_ready_stays ON innovations_attachment;
DROP FUNCTION innovations_refuse_other_file();
DROP TRIGGER attachment_one_way ON innovations_attachment;
DROP TRIGGER frozenattachment_table_final ON innovations_frozenattachment;
DROP TRIGGER frozenattachment_row_final ON innovations_frozenattachment;
"""


class Migration(migrations.Migration):
    dependencies = [("innovations", "0007_attachments")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
