"""Search in Indonesian without stop words, kept by the database itself.

A dictionary's stop words would need a file on the server, so they are deleted from the vector
by the stems that this server gives them. `reference/stop_words.txt` has more of them: those
whose stem is also that of a word with a meaning ("untuk", "peruntukan") go from queries alone.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models
from django.db.models.expressions import RawSQL

CONFIGURE = """
CREATE TEXT SEARCH CONFIGURATION innovations_indonesian (COPY = pg_catalog.indonesian);
-- The parts of a hyphened word are enough; addresses are nobody's search.
ALTER TEXT SEARCH CONFIGURATION innovations_indonesian
    DROP MAPPING FOR asciihword, hword, numhword, email, url, url_path, host, sfloat;

DO $outer$ BEGIN EXECUTE format($function$
CREATE FUNCTION innovations_search_vector(
    title text, places text, summary text, sections jsonb
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN ts_delete(
    setweight(to_tsvector('innovations_indonesian'::regconfig,
        translate(coalesce(title, ''), '-/._@:<>', '        ')), 'A')
    || setweight(to_tsvector('innovations_indonesian'::regconfig,
        translate(coalesce(places, ''), '-/._@:<>', '        ')), 'B')
    || setweight(to_tsvector('innovations_indonesian'::regconfig,
        translate(coalesce(summary, ''), '-/._@:<>', '        ')), 'C')
    || setweight(jsonb_to_tsvector('innovations_indonesian'::regconfig,
        coalesce(sections, '{}'::jsonb), '["string"]'::jsonb), 'D'),
    %L::text[]);
$function$, (
    SELECT array_agg(DISTINCT stem)
    FROM regexp_split_to_table('WORDS', ' ') word, unnest(ts_lexize('indonesian_stem', word)) stem
)); END $outer$;
"""
WORDS = (
    "yang dan di ke dari pada dengan oleh sebagai ialah yaitu yakni akan agar supaya "
    "atau ini itu tersebut karena sehingga jika bila apabila ketika saat sejak sampai "
    "hingga namun bahwa juga pun saja hanya lagi lalu kemudian para sang si sebuah "
    "seorang suatu tiap setiap bisa telah sudah belum masih sedang tidak bukan tanpa "
    "kami kita mereka ia saya lebih paling sangat secara melalui tentang mengenai "
    "bagaimana apa siapa mana dimana kapan mengapa yg dgn utk dlm pd tdk"
)
REMOVE = """
DROP FUNCTION innovations_search_vector(text, text, text, jsonb);
DROP TEXT SEARCH CONFIGURATION innovations_indonesian;
"""


class Migration(migrations.Migration):
    dependencies = [("innovations", "0011_life")]

    operations = [
        migrations.RunSQL(CONFIGURE.replace("WORDS", WORDS), REMOVE),
        migrations.RemoveIndex("innovation", "innovation_search"),
        migrations.RemoveField("innovation", "search"),
        migrations.AddField(
            "innovation",
            "search",
            models.GeneratedField(
                db_persist=True,
                expression=RawSQL(
                    "innovations_search_vector(title, place_names, summary, sections)", []
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            "innovation",
            django.contrib.postgres.indexes.GinIndex(fields=["search"], name="innovation_search"),
        ),
    ]
