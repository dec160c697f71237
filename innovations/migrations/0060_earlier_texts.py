"""What the public read before a dossier changed, kept for good."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REFUSE = """
CREATE TRIGGER earliertext_row_final
    BEFORE UPDATE OR DELETE ON innovations_earliertext
    FOR EACH ROW EXECUTE FUNCTION innovations_refuse_change();
CREATE TRIGGER earliertext_table_final
    BEFORE TRUNCATE ON innovations_earliertext
    FOR EACH STATEMENT EXECUTE FUNCTION innovations_refuse_change();
"""
ALLOW = """
DROP TRIGGER earliertext_table_final ON innovations_earliertext;
DROP TRIGGER earliertext_row_final ON innovations_earliertext;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("innovations", "0016_facet_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlierText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="judul")),
                ("summary", models.TextField(verbose_name="ringkasan")),
                ("sections", models.JSONField(verbose_name="isi bagian")),
                ("told_from", models.DateTimeField(verbose_name="terbaca sejak")),
                ("told_until", models.DateTimeField(verbose_name="terbaca sampai")),
                (
                    "innovation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earlier_texts",
                        to="innovations.innovation",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "teks terdahulu",
                "verbose_name_plural": "teks terdahulu",
                "ordering": ["told_until", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("told_from__lte", models.F("told_until"))),
                        name="earlier_text_told_from_before_until",
                    )
                ],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
