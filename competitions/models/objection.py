"""The objection window of a stage, and what agencies objected to."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.enums import Role
from competitions.enums import AnswerReason, ObjectionReason, ObjectionState
from sinovik.audit import clock
from sinovik.web.querysets import Immutable, ImmutableQuerySet, LockableQuerySet
from sinovik.web.zones import contest_day, last_minute


class ObjectionWindow(Immutable):
    """From when until when a stage takes objections (masa sanggah). Opened once, never moved.

    What arrives at `closes_at` is late. Filers hold the row FOR SHARE, whoever firms the
    list up holds it alone.
    """

    stage = models.OneToOneField(
        "competitions.Stage", models.PROTECT, related_name="objection_window"
    )
    opens_at = models.DateTimeField(_("dibuka"))
    closes_at = models.DateTimeField(_("ditutup"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["ObjectionWindow"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("masa sanggah")
        verbose_name_plural = _("masa sanggah")
        constraints = [
            models.CheckConstraint(
                name="objectionwindow_closes_after_opening",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("Penutupan harus sesudah pembukaan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id} → {self.closes_at:%Y-%m-%d %H:%M}"

    def is_running(self, at: datetime) -> bool:
        """Whether an objection that arrives at `at` is in time."""
        return self.opens_at <= at < self.closes_at


class ObjectionQuerySet(LockableQuerySet["Objection"]):
    """Reads over objections."""

    def unanswered(self) -> "ObjectionQuerySet":
        """Those without an answer that two people stand for."""
        return self.filter(state__in=[ObjectionState.FILED, ObjectionState.ANSWER_PROPOSED])

    def visible_to(self, user: Any) -> "ObjectionQuerySet":
        """Whole objections: the agency's admins see their own, secretariat and observers all.

        What a conflict of interest keeps from staff is left to the caller.
        """
        if user.is_secretariat or user.has_role(Role.OBSERVER):
            return self
        return self.filter(entry__agency_id__in=user.agency_ids(Role.AGENCY_ADMIN))

    def for_list(self) -> "ObjectionQuerySet":
        """With what a list shows."""
        return self.select_related(
            "edition",
            "stage__edition",
            "entry__edition",
            "entry__agency__region",
            "entry__innovation",
            "evidence",
            "filed_by",
            "proposed_by",
            "decided_by",
        ).defer("entry__innovation__sections")


class Objection(models.Model):
    """An agency objects to how a stage treated its entry (sanggahan).

    `number` runs without gaps in an edition. Triggers keep what was filed and what two
    people answered; `answer` is what the first person proposes, `state` what holds.
    """

    edition = models.ForeignKey("competitions.Edition", models.PROTECT, related_name="objections")
    number = models.PositiveIntegerField(_("nomor"))
    stage = models.ForeignKey("competitions.Stage", models.PROTECT, related_name="objections")
    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="objections")
    reason = models.CharField(_("pokok sanggahan"), max_length=12, choices=ObjectionReason)
    text = models.TextField(_("uraian"))
    evidence = models.OneToOneField(
        "competitions.ContestFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="objection",
        verbose_name=_("bukti"),
    )
    filed_at = models.DateTimeField(_("diajukan"))
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(
        _("keadaan"), max_length=15, choices=ObjectionState, default=ObjectionState.FILED
    )
    answer = models.CharField(
        _("jawaban"),
        max_length=8,
        blank=True,
        choices=[
            (ObjectionState.ACCEPTED.value, ObjectionState.ACCEPTED.label),
            (ObjectionState.REJECTED.value, ObjectionState.REJECTED.label),
        ],
    )
    answer_reason = models.CharField(
        _("alasan jawaban"), max_length=12, choices=AnswerReason, blank=True
    )
    answer_text = models.TextField(_("uraian jawaban"), blank=True)
    proposed_at = models.DateTimeField(_("jawaban diusulkan"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("dijawab"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "number"]
        verbose_name = _("sanggahan")
        verbose_name_plural = _("sanggahan")
        constraints = [
            models.UniqueConstraint(name="objection_number_once", fields=["edition", "number"]),
            models.UniqueConstraint(
                name="objection_reason_once",
                fields=["stage", "entry", "reason"],
                violation_error_message=_("Sanggahan dengan pokok ini sudah diajukan."),
            ),
            models.CheckConstraint(
                name="objection_has_text",
                condition=Q(text__regex=r"\S"),
                violation_error_message=_("Tulis uraian sanggahan."),
            ),
            models.CheckConstraint(
                name="objection_answer_is_whole",
                condition=Q(
                    state="filed",
                    answer="",
                    answer_reason="",
                    answer_text="",
                    proposed_at__isnull=True,
                    proposed_by__isnull=True,
                )
                | ~Q(state="filed")
                & ~Q(answer="")
                & ~Q(answer_reason="")
                & Q(
                    answer_text__regex=r"\S",
                    proposed_at__isnull=False,
                    proposed_by__isnull=False,
                ),
                violation_error_message=_("Jawaban menyebut putusan, alasan, dan uraiannya."),
            ),
            models.CheckConstraint(
                name="objection_decided_at_with_by",
                condition=Q(
                    state__in=["filed", "answer_proposed"],
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                )
                | Q(
                    state__in=["accepted", "rejected"],
                    state=F("answer"),
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="objection_needs_second_person",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Sanggahan dijawab oleh dua orang yang berbeda."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The number as people cite it: SGH/2027/0001."""
        return f"SGH/{self.edition.year}/{self.number:04d}"

    @property
    def due_at(self) -> datetime:
        """Until when it is answered: 23.59 WIB of its day; `stage` loaded."""
        return last_minute(contest_day(self.filed_at) + timedelta(days=self.stage.answer_days))

    @property
    def is_overdue(self) -> bool:
        """Whether it waits for an answer longer than was promised; `stage` loaded."""
        return not self.is_answered and self.due_at < clock.now()

    @property
    def is_answered(self) -> bool:
        """Whether two people stand for the answer."""
        return self.state in (ObjectionState.ACCEPTED, ObjectionState.REJECTED)
