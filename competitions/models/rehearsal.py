"""Dress rehearsals: only their reports stay."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import RehearsalState
from sinovik.web.querysets import LockableQuerySet


class Rehearsal(models.Model):
    """One walk of generated entries through a draft edition, rolled back at its end.

    `report` is a list of stages, each {"name", "steps": [text], "screens": [{"title", "who",
    "html"}], "letters": [{"to", "subject", "body"}], "refusal"}; `stopped_at` names the
    stage that refused to go on. All of it is simulated.
    """

    edition = models.ForeignKey("competitions.Edition", models.CASCADE, related_name="rehearsals")
    state = models.CharField(
        _("keadaan"), max_length=8, choices=RehearsalState, default=RehearsalState.WAITING
    )
    done = models.PositiveSmallIntegerField(_("sudah dikerjakan"), default=0)
    total = models.PositiveSmallIntegerField(_("jumlah langkah"))
    report = models.JSONField(_("laporan"), default=list, blank=True)
    stopped_at = models.CharField(_("berhenti di"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("diminta"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(_("selesai"), null=True, blank=True)

    objects = LockableQuerySet["Rehearsal"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("gladi bersih")
        verbose_name_plural = _("gladi bersih")
        constraints = [
            models.UniqueConstraint(
                name="rehearsal_one_at_a_time",
                fields=["edition"],
                condition=Q(state__in=["waiting", "running"]),
                violation_error_message=_("Gladi bersih edisi ini sedang berjalan."),
            ),
            models.CheckConstraint(
                name="rehearsal_no_more_than_all", condition=Q(done__lte=F("total"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.created_at:%Y-%m-%d}"

    @property
    def is_under_way(self) -> bool:
        """Whether its report is still to come."""
        return self.state in {RehearsalState.WAITING, RehearsalState.RUNNING}
