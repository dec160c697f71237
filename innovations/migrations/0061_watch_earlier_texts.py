"""The page of a dossier tells what the public read before: it is made anew with those rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("innovations", "0060_earlier_texts"),
        ("competitions", "0062_public_change"),
    ]

    operations = [
        migrations.RunSQL(
            "SELECT watch_public('innovations_earliertext')",
            "DROP TRIGGER public_change ON innovations_earliertext",
        )
    ]
