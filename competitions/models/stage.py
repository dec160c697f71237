"""Stages of an edition, and what is judged in them."""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Max, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competitions.enums import ExtensionState, NoteRule, RunBasis, StageKind, StageState
from sinovik.web.prepared import OneOf
from sinovik.web.querysets import LockableQuerySet


class StageQuerySet(LockableQuerySet["Stage"]):
    """Reads over stages."""

    def open(self) -> "StageQuerySet":
        """Stages in which work goes on."""
        return self.filter(state=StageState.OPEN)

    def of_kind(self, kind: str) -> "StageQuerySet":
        """Stages of one kind."""
        return self.filter(kind=kind)

    def with_deadline(self, agency_ids: Collection[int] | Value = ()) -> "StageQuerySet":
        """With `deadline`, the latest close that holds for all or for one of the agencies."""
        reaching = Q(extensions__agency__isnull=True) | Q(
            OneOf("extensions__agency_id", agency_ids)
        )
        latest = Max(
            "extensions__new_closes_at",
            filter=reaching & Q(extensions__state=ExtensionState.CONFIRMED),
        )
        # PostgreSQL's greatest passes over what is not there.
        return self.annotate(deadline=Greatest(F("closes_at"), latest))  # type: ignore[no-redef]

    def before_deadline(
        self, at: datetime | Value, agency_ids: Collection[int] = ()
    ) -> "StageQuerySet":
        """Stages whose deadline has not passed at `at`, the next one first."""
        stages = self.with_deadline(agency_ids)
        return stages.filter(deadline__gt=at).order_by("deadline")  # type: ignore[misc]

    def taking(
        self, at: datetime | Value, agency_ids: Collection[int] | Value = ()
    ) -> "StageQuerySet":
        """Open stages whose deadline and grace have not passed at `at`."""
        grace = ExpressionWrapper(
            F("grace_minutes") * Value(timedelta(minutes=1)), output_field=DurationField()
        )
        ends = ExpressionWrapper(F("deadline") + grace, output_field=DateTimeField())
        stages = self.open().filter(opens_at__lte=at).with_deadline(agency_ids)
        return stages.alias(ends=ends).filter(ends__gt=at)


class Stage(models.Model):
    """A step of an edition.

    A SELECTION stage makes a band of `seats` ("Top 99"); it ranks by the final sheets of
    `ranks_from`, which is the review stage for the first band and the stage itself where
    the panel scores (`ranks_from` empty).
    """

    edition = models.ForeignKey("competitions.Edition", models.CASCADE, related_name="stages")
    kind = models.CharField(_("jenis"), max_length=16, choices=StageKind)
    position = models.PositiveSmallIntegerField(_("urutan"))
    name = models.CharField(_("nama"), max_length=80)
    slug = models.SlugField(_("alamat"), max_length=40)
    state = models.CharField(
        _("keadaan"), max_length=8, choices=StageState, default=StageState.PLANNED
    )
    opens_at = models.DateTimeField(_("dibuka"))
    closes_at = models.DateTimeField(
        _("ditutup"),
        help_text=_("Tenggat semula. Yang berlaku dihitung dengan perpanjangannya."),
    )
    grace_minutes = models.PositiveSmallIntegerField(
        _("kelonggaran sesudah tenggat (menit)"),
        default=0,
        help_text=_("Diumumkan di halaman edisi; tetap sejak tahap dibuka."),
    )
    closed_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    seats = models.PositiveSmallIntegerField(_("jumlah kursi"), null=True, blank=True)
    ranks_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="ranked_by"
    )
    ranks_by = models.CharField(
        _("nilai yang menentukan peringkat"),
        max_length=10,
        choices=RunBasis,
        default=RunBasis.RAW,
        help_text=_("Ditetapkan sebelum penilaian dibuka."),
    )
    reviews_per_entry = models.PositiveSmallIntegerField(
        _("lembar nilai per peserta"), default=3, validators=[MinValueValidator(1)]
    )
    extra_readers = models.PositiveSmallIntegerField(
        _("pembaca tambahan"),
        default=0,
        help_text=_("Ditugaskan otomatis bila lembar nilai berselisih jauh; 0 berarti tidak."),
    )
    disagreement_threshold = models.PositiveSmallIntegerField(
        _("selisih yang memanggil pembaca tambahan (poin)"), default=20
    )
    passing_grade = models.PositiveSmallIntegerField(
        _("nilai kelulusan"),
        null=True,
        blank=True,
        help_text=_("Lembar di kedua sisinya memanggil pembaca tambahan; kosong berarti tidak."),
    )
    correction_days = models.PositiveSmallIntegerField(
        _("masa perbaikan (hari)"), default=3, validators=[MinValueValidator(1)]
    )
    correction_rounds = models.PositiveSmallIntegerField(
        _("perbaikan paling banyak (kali)"), default=1
    )
    objection_days = models.PositiveSmallIntegerField(
        _("masa sanggah (hari)"),
        default=0,
        help_text=_("0 berarti tahap ini tidak memiliki masa sanggah."),
    )
    answer_days = models.PositiveSmallIntegerField(
        _("sanggahan dijawab dalam (hari)"),
        default=7,
        help_text=_("Hari kalender sejak sanggahan diajukan, sampai pukul 23.59 WIB."),
    )
    is_blind = models.BooleanField(_("identitas instansi disamarkan"), default=False)
    tie_break = ArrayField(
        models.SlugField(max_length=40),
        default=list,
        blank=True,
        verbose_name=_("urutan pemecah seri"),
        help_text=_("Kunci kriteria, dari yang terpenting; ditetapkan sebelum penilaian."),
    )

    # There when read with `with_deadline`.
    deadline: datetime

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "position"]
        verbose_name = _("tahap")
        verbose_name_plural = _("tahap")
        constraints = [
            models.UniqueConstraint(name="stage_slug_once_per_edition", fields=["edition", "slug"]),
            models.UniqueConstraint(
                name="stage_position_once_per_edition", fields=["edition", "position"]
            ),
            models.UniqueConstraint(
                name="stage_one_open_per_edition",
                fields=["edition"],
                condition=Q(state="open"),
                violation_error_message=_("Tutup dulu tahap yang sedang berlangsung."),
            ),
            models.CheckConstraint(
                name="stage_closes_after_opening",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("Penutupan harus sesudah pembukaan."),
            ),
            models.CheckConstraint(
                name="stage_grace_in_range",
                condition=Q(grace_minutes__lte=120),
                violation_error_message=_("Kelonggaran paling lama 120 menit."),
            ),
            models.CheckConstraint(
                name="stage_extra_readers_in_range",
                condition=Q(extra_readers__lte=3),
                violation_error_message=_("Pembaca tambahan paling banyak 3."),
            ),
            models.CheckConstraint(
                name="stage_disagreement_in_range",
                condition=Q(disagreement_threshold__gte=1, disagreement_threshold__lte=100),
                violation_error_message=_("Selisih antara 1 dan 100 poin."),
            ),
            models.CheckConstraint(
                name="stage_passing_grade_in_range",
                condition=Q(passing_grade=None) | Q(passing_grade__gte=1, passing_grade__lte=100),
                violation_error_message=_("Nilai kelulusan antara 1 dan 100."),
            ),
            models.CheckConstraint(
                name="stage_closed_at_with_by",
                condition=Q(state="closed", closed_at__isnull=False, closed_by__isnull=False)
                | ~Q(state="closed") & Q(closed_at__isnull=True, closed_by__isnull=True),
            ),
            models.CheckConstraint(
                name="stage_selection_has_seats",
                condition=~Q(kind="selection") | Q(seats__gt=0),
                violation_error_message=_("Tahap penetapan wajib menyebut jumlah kursi."),
            ),
            models.CheckConstraint(
                name="stage_objections_in_selection",
                condition=Q(objection_days=0) | Q(kind="selection", objection_days__lte=60),
                violation_error_message=_(
                    "Masa sanggah hanya ada pada tahap penetapan, paling lama 60 hari."
                ),
            ),
            models.CheckConstraint(
                name="stage_answer_days_in_range",
                condition=Q(answer_days__gte=1, answer_days__lte=60),
                violation_error_message=_("Sanggahan dijawab dalam 1 sampai 60 hari."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.edition.year}"

    @property
    def said(self) -> str:
        """Name and year as people read them, in the language of the moment."""
        return f"{gettext(self.name)} {self.edition.year}"

    @property
    def grace(self) -> timedelta:
        """How long after the deadline the stage still accepts."""
        return timedelta(minutes=self.grace_minutes)

    @property
    def is_open(self) -> bool:
        """Whether work goes on in the stage."""
        return self.state == StageState.OPEN

    @property
    def has_own_sheets(self) -> bool:
        """Whether judges score in it, rather than in the stage that it ranks from."""
        return self.kind == StageKind.REVIEW or (
            self.kind == StageKind.SELECTION and not self.ranks_from_id
        )


class Criterion(models.Model):
    """A criterion of a stage's rubric: `weight` in per cent, marks 1..`scale_maximum`."""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=40)
    name = models.CharField(_("nama"), max_length=120)
    question = models.CharField(_("pertanyaan"), max_length=300)
    weight = models.DecimalField(
        _("bobot"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal("100"))],
    )
    scale_maximum = models.PositiveSmallIntegerField(_("nilai tertinggi"), default=5)
    note_rule = models.CharField(
        _("catatan penilai"), max_length=10, choices=NoteRule, default=NoteRule.AT_EXTREMES
    )
    position = models.PositiveSmallIntegerField(_("urutan"))

    class Meta:
        ordering = ["position"]
        verbose_name = _("kriteria")
        verbose_name_plural = _("kriteria")
        constraints = [
            models.UniqueConstraint(name="criterion_key_once_per_stage", fields=["stage", "key"]),
            models.CheckConstraint(
                name="criterion_weight_in_range",
                condition=Q(weight__gt=0, weight__lte=100),
                violation_error_message=_("Bobot harus lebih dari 0 dan paling besar 100."),
            ),
            models.CheckConstraint(
                name="criterion_scale_in_range",
                condition=Q(scale_maximum__gte=2, scale_maximum__lte=100),
            ),
            models.CheckConstraint(
                name="criterion_note_rule_known",
                condition=Q(note_rule__in=NoteRule.values),
                violation_error_message=_("Pilih kapan penilai wajib menulis catatan."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CriterionLevel(models.Model):
    """What a mark means: its word and its descriptor."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="levels")
    mark = models.PositiveSmallIntegerField(_("nilai"))
    label = models.CharField(_("sebutan"), max_length=40)
    descriptor = models.CharField(_("uraian"), max_length=300)

    class Meta:
        ordering = ["mark"]
        verbose_name = _("jenjang nilai")
        verbose_name_plural = _("jenjang nilai")
        constraints = [
            models.UniqueConstraint(name="criterionlevel_mark_once", fields=["criterion", "mark"]),
        ]

    def __str__(self) -> str:
        return f"{self.mark} {self.label}"
