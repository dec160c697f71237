"""What the search knows of a published dossier, apart from its wide row."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SearchRow(models.Model):
    """Kept by triggers (migration 0064): no write path misses it, raw SQL included.

    Title, places, summary and sections weigh A to D in `search`; stop words are out. The rest
    is what facets count and order goes by. `changed_in` numbers the transaction that wrote the
    row last. A dossier that was withdrawn keeps its row, so that who holds rows learns of it.
    """

    innovation = models.OneToOneField(
        "innovations.Innovation", models.PROTECT, primary_key=True, related_name="+"
    )
    changed_in = models.BigIntegerField()
    is_published = models.BooleanField()
    is_simulated = models.BooleanField()
    published_at = models.DateTimeField()
    attested_at = models.DateTimeField(null=True)
    attested_state = models.CharField(max_length=10, blank=True)
    novelty_kind = models.CharField(max_length=12, blank=True)
    agency_type = models.CharField(max_length=12)
    category = models.ForeignKey(
        "innovations.Category", models.PROTECT, null=True, related_name="+", db_index=False
    )
    province = models.ForeignKey(
        "agencies.Region", models.PROTECT, null=True, related_name="+", db_index=False
    )
    goals = models.IntegerField()
    title_search = SearchVectorField()
    search = SearchVectorField()

    class Meta:
        verbose_name = _("baris pencarian")
        verbose_name_plural = _("baris pencarian")
        indexes = [
            # Without a pending list, which every search would have to read through.
            GinIndex(fields=["title_search"], name="search_row_titles", fastupdate=False),
            models.Index(fields=["changed_in"], name="search_row_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_id}"


class SearchWords(models.Model):
    """The words and, a little later, the phrases of a published dossier, for an index alone.

    Kept by the triggers of `SearchRow` (migration 0067) without phrases; those come from
    `index_phrases`. `has_phrases` is empty until then, and false of a text that is too long.
    """

    innovation = models.OneToOneField(
        "innovations.Innovation", models.PROTECT, primary_key=True, related_name="+"
    )
    words = ArrayField(models.TextField())
    has_phrases = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("kata pencarian")
        verbose_name_plural = _("kata pencarian")
        indexes = [
            # Without a pending list, which every search would have to read through.
            GinIndex(
                models.Func(models.F("words"), function="array_to_tsvector"),
                name="search_words",
                fastupdate=False,
            ),
            models.Index(
                fields=["innovation"],
                name="search_words_waiting",
                condition=Q(has_phrases=None) | Q(has_phrases=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_id}"
