"""A plan of who reads what: computed, looked at, applied, undone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import UNDER_WAY, AllocationState
from sinovik.web.querysets import LockableQuerySet

WAS_APPLIED = ["applied", "undone"]


class AllocationPlan(models.Model):
    """What the allocation of one stage would hand out, before and after somebody applies it.

    `shelves` is what `queries.allocation_plans.content_of` makes; a trigger keeps it once it is
    ready. `reason` says why there is none. The assignments of an applied plan are those of its
    stage with its `applied_at`.
    """

    STEPS = 3

    stage = models.ForeignKey("competitions.Stage", models.PROTECT, related_name="plans")
    seed = models.PositiveIntegerField(_("benih acak"))
    state = models.CharField(
        _("keadaan"), max_length=10, choices=AllocationState, default=AllocationState.QUEUED
    )
    done = models.PositiveSmallIntegerField(_("langkah selesai"), default=0)
    shelves = models.JSONField(_("pembagian"), default=dict, blank=True)
    reason = models.TextField(_("alasan"), blank=True)
    created_at = models.DateTimeField(_("diminta"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    applied_at = models.DateTimeField(_("diterapkan"), null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("diurungkan"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LockableQuerySet["AllocationPlan"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("rencana penugasan")
        verbose_name_plural = _("rencana penugasan")
        constraints = [
            models.UniqueConstraint(
                name="allocationplan_one_at_a_time",
                fields=["stage"],
                condition=Q(state__in=["queued", "running"]),
                violation_error_message=_("Pembagian tahap ini sedang dihitung."),
            ),
            models.CheckConstraint(name="allocationplan_steps", condition=Q(done__lte=3)),
            models.CheckConstraint(
                name="allocationplan_over_has_end",
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | ~Q(state__in=["queued", "running"]) & Q(finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="allocationplan_applied_by_somebody",
                condition=Q(
                    state__in=WAS_APPLIED, applied_at__isnull=False, applied_by__isnull=False
                )
                | ~Q(state__in=WAS_APPLIED) & Q(applied_at__isnull=True, applied_by__isnull=True),
            ),
            models.CheckConstraint(
                name="allocationplan_undone_by_somebody",
                condition=Q(state="undone", undone_at__gte=F("applied_at"), undone_by__isnull=False)
                | ~Q(state="undone") & Q(undone_at__isnull=True, undone_by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id} {self.state}"

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.state in UNDER_WAY
