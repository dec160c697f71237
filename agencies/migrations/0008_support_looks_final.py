"""Looks stay as they were written until their term is over, whoever asks."""

from django.db import migrations

# A day less than the term of sinovik/management/retention.py: two clocks.
FORWARD = """
CREATE FUNCTION agencies_refuse_early_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at >= clock_timestamp() - interval '729 days' THEN
        RAISE EXCEPTION '% is kept for its term: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER supportlook_row_final BEFORE UPDATE ON agencies_supportlook
    FOR EACH ROW EXECUTE FUNCTION agencies_refuse_change();
CREATE TRIGGER supportlook_row_kept BEFORE DELETE ON agencies_supportlook
    FOR EACH ROW EXECUTE FUNCTION agencies_refuse_early_end();
CREATE TRIGGER supportlook_table_final BEFORE TRUNCATE ON agencies_supportlook
    FOR EACH STATEMENT EXECUTE FUNCTION agencies_refuse_change();
"""
BACK = """
DROP TRIGGER supportlook_table_final ON agencies_supportlook;
DROP TRIGGER supportlook_row_kept ON agencies_supportlook;
DROP TRIGGER supportlook_row_final ON agencies_supportlook;
DROP FUNCTION agencies_refuse_early_end();
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0007_support_looks")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
