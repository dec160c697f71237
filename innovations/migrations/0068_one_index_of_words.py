"""The words are in the narrow table's index alone."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("innovations", "0067_search_words")]

    operations = [
        # Not RemoveIndexConcurrently, whose SQL nobody can look at inside a transaction.
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS search_row_words",
            migrations.RunSQL.noop,
            state_operations=[migrations.RemoveIndex("searchrow", "search_row_words")],
        )
    ]
