"""Assignments that their judges gave back, for another reason than a conflict."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from competitions.models.judging import Assignment
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class Abstention(Immutable):
    """The judge does not score this one. Never taken back; another reads it instead.

    A trigger refuses it on a sheet that was ever sent, and refuses sending a sheet over it.
    """

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="abstention")
    reason = models.CharField(_("alasan"), max_length=300)
    abstained_at = models.DateTimeField(_("dilepas"))

    objects = ImmutableQuerySet["Abstention"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pelepasan penugasan")
        verbose_name_plural = _("pelepasan penugasan")
        constraints = [
            models.CheckConstraint(
                name="abstention_has_reason",
                condition=~models.Q(reason=""),
                violation_error_message=_("Tuliskan alasan Anda tidak menilai."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.abstained_at}"
