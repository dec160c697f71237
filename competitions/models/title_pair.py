"""Submitted proposals of one edition whose titles are alike, as last compared."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

SAME = 100
"""Likeness of titles that the rules call the same."""


class TitlePair(models.Model):
    """A narrow copy for the queue, refreshed by a job; each pair has a row from either side.

    A hint for a person, never a decision: `likeness` is a percentage.
    """

    entry = models.ForeignKey("competitions.Entry", models.CASCADE, related_name="title_pairs")
    other = models.ForeignKey("competitions.Entry", models.CASCADE, related_name="+")
    likeness = models.PositiveSmallIntegerField(_("kemiripan"))

    class Meta:
        verbose_name = _("pasangan judul")
        verbose_name_plural = _("pasangan judul")
        constraints = [
            models.UniqueConstraint(name="titlepair_once", fields=["entry", "other"]),
            models.CheckConstraint(name="titlepair_of_two", condition=~Q(entry=F("other"))),
            models.CheckConstraint(
                name="titlepair_likeness_in_range", condition=Q(likeness__gte=1, likeness__lte=SAME)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.other_id}: {self.likeness}"
