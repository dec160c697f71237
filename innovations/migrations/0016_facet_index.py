"""Facets counted from an index, without the wide rows."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_letters"),
        ("innovations", "0015_replication_hub"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="innovation",
            index=models.Index(
                condition=models.Q(("state", "published")),
                fields=["id"],
                include=(
                    "agency",
                    "category",
                    "location",
                    "published_at",
                    "novelty_kind",
                    "attested_state",
                    "attested_at",
                    "is_simulated",
                ),
                name="innovation_facets",
            ),
        ),
    ]
