"""The panel hears the entries of its stage: the schedule, its rooms, its slots, who presents."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import PresentationState
from sinovik.web.querysets import LockableQuerySet


class PresentationSchedule(models.Model):
    """When and where the entries of a panel's stage present. A trigger freezes a published one.

    `breaks` are texts such as "12.00–13.00"; times of day are WIB, whatever the reader's zone.
    """

    stage = models.OneToOneField(
        "competitions.Stage", models.PROTECT, related_name="presentation_schedule"
    )
    presentation_minutes = models.PositiveSmallIntegerField(
        _("presentasi (menit)"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    question_minutes = models.PositiveSmallIntegerField(
        _("tanya jawab (menit)"),
        default=13,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    days = ArrayField(models.DateField(), verbose_name=_("hari"))
    day_starts_at = models.TimeField(_("mulai"))
    day_ends_at = models.TimeField(_("selesai"))
    breaks = ArrayField(models.CharField(max_length=11), default=list, verbose_name=_("jeda"))
    seed = models.PositiveIntegerField(_("benih undian"))
    drawn_at = models.DateTimeField(_("disusun"))
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("diterbitkan"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LockableQuerySet["PresentationSchedule"].as_manager()

    class Meta:
        verbose_name = _("jadwal presentasi")
        verbose_name_plural = _("jadwal presentasi")
        constraints = [
            models.CheckConstraint(
                name="presentationschedule_lengths_in_range",
                condition=Q(presentation_minutes__range=(1, 120), question_minutes__range=(1, 120)),
                violation_error_message=_(
                    "Lama presentasi dan tanya jawab antara 1 dan 120 menit."
                ),
            ),
            models.CheckConstraint(
                name="presentationschedule_ends_after_start",
                condition=Q(day_ends_at__gt=F("day_starts_at")),
                violation_error_message=_("Jam selesai harus sesudah jam mulai."),
            ),
            models.CheckConstraint(
                name="presentationschedule_published_at_with_by",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id}"

    @property
    def is_published(self) -> bool:
        """Whether agencies may know their slots."""
        return self.published_at is not None

    @property
    def slot_length(self) -> timedelta:
        """How long one entry has the room."""
        return timedelta(minutes=self.presentation_minutes + self.question_minutes)


class PresentationRoom(models.Model):
    """A room, or a link where people meet at a distance."""

    schedule = models.ForeignKey(PresentationSchedule, models.CASCADE, related_name="rooms")
    position = models.PositiveSmallIntegerField(_("urutan"))
    name = models.CharField(_("ruang"), max_length=80)
    link = models.URLField(_("tautan"), max_length=300, blank=True)

    objects = LockableQuerySet["PresentationRoom"].as_manager()

    class Meta:
        ordering = ["schedule", "position"]
        verbose_name = _("ruang presentasi")
        verbose_name_plural = _("ruang presentasi")
        constraints = [
            models.UniqueConstraint(
                name="presentationroom_position_once", fields=["schedule", "position"]
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PresentationSlot(models.Model):
    """A place in time and space that one entry can have; free ones stay as room to move."""

    room = models.ForeignKey(PresentationRoom, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField(_("mulai"))

    objects = LockableQuerySet["PresentationSlot"].as_manager()

    class Meta:
        ordering = ["starts_at", "room"]
        verbose_name = _("slot presentasi")
        verbose_name_plural = _("slot presentasi")
        constraints = [
            models.UniqueConstraint(name="presentationslot_once", fields=["room", "starts_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Presentation(models.Model):
    """An entry's turn before the panel: its slot, who speaks, and the clock of its two parts.

    `spent_seconds` of the present part passed before `running_since`; a clock that stands
    still has no `running_since`.
    """

    schedule = models.ForeignKey(PresentationSchedule, models.CASCADE, related_name="presentations")
    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="presentations")
    slot = models.ForeignKey(PresentationSlot, models.CASCADE, related_name="presentations")
    presenters = models.CharField(_("penyaji"), max_length=500, blank=True)
    confirmed_at = models.DateTimeField(_("kehadiran dipastikan"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        _("keadaan"), max_length=10, choices=PresentationState, default=PresentationState.WAITING
    )
    running_since = models.DateTimeField(_("berjalan sejak"), null=True, blank=True)
    spent_seconds = models.PositiveIntegerField(_("sudah terpakai (detik)"), default=0)

    objects = LockableQuerySet["Presentation"].as_manager()

    class Meta:
        ordering = ["schedule", "slot__starts_at", "slot__room"]
        verbose_name = _("presentasi")
        verbose_name_plural = _("presentasi")
        constraints = [
            models.UniqueConstraint(name="presentation_once", fields=["schedule", "entry"]),
            models.UniqueConstraint(
                name="presentation_alone_in_slot",
                fields=["slot"],
                # Two that change places hold the same slot for a moment.
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="presentation_confirmed_at_with_by",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="presentation_runs_in_its_parts",
                condition=Q(running_since__isnull=True) | Q(state__in=["presenting", "questions"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.slot_id}"

    @property
    def is_on(self) -> bool:
        """Whether it stands before the panel now."""
        return self.state in (PresentationState.PRESENTING, PresentationState.QUESTIONS)

    def spent(self, at: datetime) -> timedelta:
        """How much of the present part has passed."""
        before = timedelta(seconds=self.spent_seconds)
        return before if self.running_since is None else before + (at - self.running_since)
