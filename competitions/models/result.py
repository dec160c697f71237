"""From ranks to a public list: cut-off, results, announcement."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import CutOffState, RunBasis
from sinovik.audit import clock
from sinovik.web.querysets import Immutable, ImmutableQuerySet, LockableQuerySet


class CutOff(models.Model):
    """The line under a selection stage's list (Ambang) and how firm the list is.

    What it was drawn up by stays with it: `ranks_by`, and `policy`, the report of each policy
    step (shape: `competitions.queries.policy.StepRow`). `line_at` is how many results stand
    above the line; `lines` are the numbers of seats that its chances speak of, its own first.
    `draw_number` counts how often the line was drawn: moves of an earlier drawing are void.
    `content_hash` is fixed when the second person locks it.
    """

    stage = models.OneToOneField("competitions.Stage", models.PROTECT, related_name="cut_off")
    state = models.CharField(
        _("keadaan"), max_length=14, choices=CutOffState, default=CutOffState.PROVISIONAL
    )
    seats = models.PositiveSmallIntegerField(_("jumlah kursi"))
    ranks_by = models.CharField(
        _("nilai yang menentukan peringkat"),
        max_length=10,
        choices=RunBasis,
        default=RunBasis.RAW,
    )
    policy = models.JSONField(_("langkah kebijakan"), default=list)
    line_at = models.PositiveIntegerField(_("letak garis"), null=True)
    lines = ArrayField(models.PositiveSmallIntegerField(), default=list, verbose_name=_("garis"))
    draw_number = models.PositiveSmallIntegerField(_("penerapan ke"), default=1)
    applied_at = models.DateTimeField(_("diterapkan"))
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lock_reason = models.CharField(_("alasan penguncian"), max_length=300, blank=True)
    lock_proposed_at = models.DateTimeField(_("diusulkan terkunci"), null=True, blank=True)
    lock_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    locked_at = models.DateTimeField(_("terkunci"), null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    content_hash = models.CharField(_("sidik daftar"), max_length=64, blank=True)

    objects = LockableQuerySet["CutOff"].as_manager()

    class Meta:
        verbose_name = _("ambang")
        verbose_name_plural = _("ambang")
        constraints = [
            models.CheckConstraint(
                name="cutoff_lock_proposed_at_with_by",
                condition=Q(lock_proposed_at__isnull=True, lock_proposed_by__isnull=True)
                | Q(lock_proposed_at__isnull=False, lock_proposed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="cutoff_lock_needs_second_person",
                condition=~Q(state__in=["locked", "scheduled"])
                | Q(
                    locked_at__isnull=False,
                    locked_by__isnull=False,
                    lock_proposed_by__isnull=False,
                )
                & ~Q(locked_by=F("lock_proposed_by"))
                & ~Q(content_hash=""),
                violation_error_message=_("Daftar dikunci oleh dua orang yang berbeda."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.seats}"

    @property
    def line_position(self) -> int:
        """How many results stand above the line; at least one, so that it can be drawn."""
        return max(self.seats if self.line_at is None else self.line_at, 1)


class ResultQuerySet(LockableQuerySet["Result"]):
    """Reads over results. Every public read goes through `announced()`."""

    def announced(self, at: datetime | None = None) -> "ResultQuerySet":
        """Winners whose announcement instant has passed, by the clock at read time."""
        return self.filter(
            is_selected=True, cut_off__announcement__announce_at__lte=at or clock.now()
        )

    def disclosed(self, at: datetime | None = None) -> "ResultQuerySet":
        """Of winners and others alike, from their list's announcement on; for their own people."""
        return self.filter(cut_off__announcement__announce_at__lte=at or clock.now())


class Result(models.Model):
    """One ranked entry of a list. Frozen by a trigger once the list is locked.

    `score` is the mean of the final sheets, `calibrated` the same without what its judges are
    severe or mild by, None where no evaluator joins the parts; which of them ranks says the
    list. `rank` is competition rank (1, 2, 2, 4); `is_tied` says that no tie-break told it
    from a neighbour, `is_at_line` that the plenary must decide it. Of 100 judgings 90 would
    put it between `best_rank` and `worst_rank`; `chances` of standing above each of the
    list's `lines`, 0..1. `motion` is the plenary's that moved it last across the line, and
    nothing else moves it.
    """

    cut_off = models.ForeignKey(CutOff, models.PROTECT, related_name="results")
    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="results")
    rank = models.PositiveIntegerField(_("peringkat"))
    score = models.DecimalField(_("nilai akhir"), max_digits=9, decimal_places=6)
    calibrated = models.DecimalField(
        _("nilai disesuaikan"), max_digits=15, decimal_places=12, null=True
    )
    best_rank = models.PositiveIntegerField(_("peringkat terbaik"), null=True)
    worst_rank = models.PositiveIntegerField(_("peringkat terburuk"), null=True)
    chances = ArrayField(
        models.DecimalField(max_digits=5, decimal_places=4),
        default=list,
        verbose_name=_("peluang"),
    )
    sheet_count = models.PositiveSmallIntegerField(_("jumlah lembar nilai"))
    lowest = models.DecimalField(_("terendah"), max_digits=9, decimal_places=6)
    highest = models.DecimalField(_("tertinggi"), max_digits=9, decimal_places=6)
    is_tied = models.BooleanField(_("seri"), default=False)
    is_at_line = models.BooleanField(_("seri di garis"), default=False)
    is_selected = models.BooleanField(_("terpilih"), default=False)
    motion = models.ForeignKey(
        "competitions.Motion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="results",
        verbose_name=_("usulan yang memindahkan"),
    )

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["cut_off", "rank", "entry"]
        verbose_name = _("hasil")
        verbose_name_plural = _("hasil")
        constraints = [
            models.UniqueConstraint(name="result_once", fields=["cut_off", "entry"]),
            models.CheckConstraint(
                name="result_score_in_range", condition=Q(score__gte=0, score__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.entry_id}"


class Announcement(Immutable):
    """The decree of a locked list and the instant from which the public may see it.

    Nothing runs at that instant: readers compare `announce_at` with the clock.
    """

    cut_off = models.OneToOneField(CutOff, models.PROTECT, related_name="announcement")
    decree_number = models.CharField(_("nomor keputusan"), max_length=120)
    decree_dated_on = models.DateField(_("tanggal keputusan"))
    announce_at = models.DateTimeField(_("diumumkan"))
    scheduled_at = models.DateTimeField(_("dijadwalkan"))
    scheduled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["Announcement"].as_manager()

    class Meta:
        verbose_name = _("pengumuman")
        verbose_name_plural = _("pengumuman")

    def __str__(self) -> str:
        return self.decree_number
