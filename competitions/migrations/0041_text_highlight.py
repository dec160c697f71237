import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("competitions", "0040_expertise")]

    operations = [
        migrations.CreateModel(
            name="TextHighlight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("section", models.SlugField(max_length=60, verbose_name="bagian")),
                ("start", models.PositiveIntegerField(verbose_name="letak")),
                ("quote", models.CharField(max_length=1000, verbose_name="kutipan")),
                ("created_at", models.DateTimeField(verbose_name="disorot")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="highlights",
                        to="competitions.assignment",
                    ),
                ),
            ],
            options={
                "verbose_name": "sorotan",
                "verbose_name_plural": "sorotan",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assignment", "section", "start", "quote"),
                        name="texthighlight_once",
                    ),
                ],
            },
        ),
    ]
