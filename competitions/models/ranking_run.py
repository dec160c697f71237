"""A ranking that was computed and kept: the one that decides, or what would be if."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import RunBasis
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class RankingRun(Immutable):
    """What a ranking would look like under some terms; never changes a result.

    `inputs_hash` is over the sheets and terms; with it, `seed` and `method` anybody who has
    the sheets gets the same `figures` (shape: `competitions.queries.ranking_runs.Figures`).
    """

    stage = models.ForeignKey("competitions.Stage", models.PROTECT, related_name="ranking_runs")
    name = models.CharField(_("nama"), max_length=80)
    basis = models.CharField(_("dasar peringkat"), max_length=10, choices=RunBasis)
    seats = models.PositiveSmallIntegerField(_("jumlah kursi"))
    policy = models.JSONField(_("langkah kebijakan"), default=list)
    seed = models.PositiveIntegerField(_("benih acak"))
    draws = models.PositiveIntegerField(_("jumlah undian"))
    method = models.CharField(_("versi metode"), max_length=20)
    inputs_hash = models.CharField(_("sidik masukan"), max_length=64)
    figures = models.JSONField(_("angka"))
    made_at = models.DateTimeField(_("dihitung"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["RankingRun"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("perhitungan peringkat")
        verbose_name_plural = _("perhitungan peringkat")
        constraints = [
            models.UniqueConstraint(
                name="rankingrun_once_per_inputs", fields=["stage", "inputs_hash"]
            ),
            models.CheckConstraint(name="rankingrun_has_seats", condition=Q(seats__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name
