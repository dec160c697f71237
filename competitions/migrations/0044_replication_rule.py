from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("competitions", "0041_text_highlight"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="eligibilityrule",
            name="eligibilityrule_key_is_known",
        ),
        migrations.AlterField(
            model_name="eligibilityrule",
            name="key",
            field=models.CharField(
                choices=[
                    ("title", "Judul terisi"),
                    ("age", "Usia inovasi"),
                    ("category", "Kategori"),
                    ("completeness", "Kelengkapan isian"),
                    ("word_limit", "Batas kata"),
                    ("junk", "Isian sungguh-sungguh"),
                    ("documents", "Dokumen pendukung"),
                    ("quota", "Kuota instansi"),
                    ("same_title", "Judul tidak ganda"),
                    ("similar_title", "Judul mirip"),
                    ("former_winner", "Bukan pemenang terdahulu"),
                    ("replication", "Replikasi yang disepakati"),
                ],
                max_length=20,
                verbose_name="aturan",
            ),
        ),
        migrations.AddConstraint(
            model_name="eligibilityrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "key__in",
                        [
                            "title",
                            "age",
                            "category",
                            "completeness",
                            "word_limit",
                            "junk",
                            "documents",
                            "quota",
                            "same_title",
                            "similar_title",
                            "former_winner",
                            "replication",
                        ],
                    )
                ),
                name="eligibilityrule_key_is_known",
            ),
        ),
    ]
