"""A search over many hits: titles that are cheap to compare, hits from the index alone."""

import django.contrib.postgres.search
from django.db import migrations, models
from django.db.models.expressions import RawSQL

TITLES = """
CREATE FUNCTION innovations_title_vector(title text, places text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    setweight(to_tsvector('innovations_indonesian'::regconfig,
        translate(coalesce(title, ''), '-/._@:<>', '        ')), 'A')
    || setweight(to_tsvector('innovations_indonesian'::regconfig,
        translate(coalesce(places, ''), '-/._@:<>', '        ')), 'B');
"""
# For a word that most dossiers have the planner would read the table, and with it each row's
# long vector from where it is put out of line; it does not know what that costs.
MATCHING = """
CREATE FUNCTION innovations_matching(wanted tsquery) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY SELECT id FROM innovations_innovation
        WHERE search @@ wanted AND state = 'published';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("innovations", "0013_replication")]

    operations = [
        migrations.RunSQL(TITLES, "DROP FUNCTION innovations_title_vector(text, text)"),
        migrations.AddField(
            "innovation",
            "title_search",
            models.GeneratedField(
                db_persist=True,
                expression=RawSQL("innovations_title_vector(title, place_names)", []),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.RunSQL(MATCHING, "DROP FUNCTION innovations_matching(tsquery)"),
    ]
