"""What is frozen stays frozen, whoever writes: versions, awards, and the dossier's one way."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION innovations_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER innovationversion_row_final
    BEFORE UPDATE OR DELETE ON innovations_innovationversion
    FOR EACH ROW EXECUTE FUNCTION innovations_refuse_change();
CREATE TRIGGER innovationversion_table_final
    BEFORE TRUNCATE ON innovations_innovationversion
    FOR EACH STATEMENT EXECUTE FUNCTION innovations_refuse_change();
CREATE TRIGGER award_row_final
    BEFORE UPDATE OR DELETE ON innovations_award
    FOR EACH ROW EXECUTE FUNCTION innovations_refuse_change();
CREATE TRIGGER award_table_final
    BEFORE TRUNCATE ON innovations_award
    FOR EACH STATEMENT EXECUTE FUNCTION innovations_refuse_change();

CREATE FUNCTION innovations_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.state || '>' || NEW.state) = ANY (TG_ARGV) THEN
        RAISE EXCEPTION '% %: no way from % to %', TG_TABLE_NAME, OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER innovation_one_way
    BEFORE UPDATE OF state ON innovations_innovation
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION innovations_refuse_move(
        'draft>published', 'draft>archived', 'published>archived'
    );
"""
ALLOW = """
DROP TRIGGER innovation_one_way ON innovations_innovation;
DROP FUNCTION innovations_refuse_move();
DROP TRIGGER award_table_final ON innovations_award;
DROP TRIGGER award_row_final ON innovations_award;
DROP TRIGGER innovationversion_table_final ON innovations_innovationversion;
DROP TRIGGER innovationversion_row_final ON innovations_innovationversion;
DROP FUNCTION innovations_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("innovations", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
