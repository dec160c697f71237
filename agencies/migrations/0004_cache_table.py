"""The table of the shared cache, in which every process counts tries."""

from django.db import migrations

# As `createcachetable` makes it, but unlogged: after a crash counts begin anew.
MAKE = """
CREATE UNLOGGED TABLE sinovik_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX sinovik_cache_expires ON sinovik_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0003_session_epoch")]

    operations = [migrations.RunSQL(MAKE, "DROP TABLE sinovik_cache")]
