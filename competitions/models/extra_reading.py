"""Readers whom a stage's rule called because the others disagree."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from competitions.models.judging import Assignment
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class ExtraReading(Immutable):
    """An assignment by the stage's rule; `number` counts the entry's own, from 1.

    `threshold` and `passing_grade` are what the rule asked for then. How far the sheets were
    apart is in them.
    """

    stage = models.ForeignKey("competitions.Stage", models.PROTECT, related_name="extra_readings")
    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="extra_readings")
    number = models.PositiveSmallIntegerField(_("nomor"))
    assignment = models.OneToOneField(
        Assignment, models.PROTECT, related_name="extra_reading", verbose_name=_("penugasan")
    )
    threshold = models.PositiveSmallIntegerField(_("selisih menurut aturan"))
    passing_grade = models.PositiveSmallIntegerField(
        _("nilai kelulusan menurut aturan"), null=True, blank=True
    )
    called_at = models.DateTimeField(_("dipanggil"))

    objects = ImmutableQuerySet["ExtraReading"].as_manager()

    class Meta:
        ordering = ["stage", "entry", "number"]
        verbose_name = _("bacaan tambahan")
        verbose_name_plural = _("bacaan tambahan")
        constraints = [
            models.UniqueConstraint(
                name="extrareading_number_once", fields=["stage", "entry", "number"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.number}"
