"""The plenary: who sat in it, what was discussed, which moves were put to the vote."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import MotionState, MoveReason, VoteChoice
from competitions.ranking import Tally
from sinovik.web.querysets import Immutable, ImmutableQuerySet, LockableQuerySet

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from competitions.models.result import CutOff


class PlenaryQuerySet(LockableQuerySet["Plenary"]):
    """Reads over sessions."""

    def open(self) -> "PlenaryQuerySet":
        """Sessions that go on."""
        return self.filter(closed_at=None)


class Plenary(models.Model):
    """A session (sidang pleno) on a provisional list; one at a time for each list.

    It is about the list as drawn at `draw_number`. `version` grows with everything that
    happens in it, so that a screen which asks again learns cheaply that nothing did.
    `list_before` and `list_after` hold [rank, entry] of the selected at opening and at
    closing, for the minutes. A closed session is frozen.
    """

    cut_off = models.ForeignKey("competitions.CutOff", models.PROTECT, related_name="plenaries")
    number = models.PositiveSmallIntegerField(_("nomor"))
    draw_number = models.PositiveSmallIntegerField(_("penerapan ambang ke"))
    version = models.PositiveIntegerField(_("versi"), default=1)
    opened_at = models.DateTimeField(_("dibuka"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("ditutup"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    list_before = models.JSONField(_("daftar sebelum sidang"))
    list_after = models.JSONField(_("daftar sesudah sidang"), null=True, blank=True)

    if TYPE_CHECKING:
        attendances: RelatedManager["Attendance"]
        discussions: RelatedManager["Discussion"]
        motions: RelatedManager["Motion"]

    objects = PlenaryQuerySet.as_manager()

    class Meta:
        ordering = ["cut_off", "number"]
        verbose_name = _("sidang pleno")
        verbose_name_plural = _("sidang pleno")
        constraints = [
            models.UniqueConstraint(name="plenary_number_once", fields=["cut_off", "number"]),
            models.UniqueConstraint(
                name="plenary_one_open_per_list",
                fields=["cut_off"],
                condition=Q(closed_at=None),
                violation_error_message=_("Sidang pleno untuk daftar ini masih terbuka."),
            ),
            models.CheckConstraint(
                name="plenary_closed_whole",
                condition=Q(closed_at=None, closed_by=None, list_after=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False, list_after__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cut_off_id}/{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether the session goes on."""
        return self.closed_at is None


class Attendance(Immutable):
    """A member who took a seat in a session (kehadiran)."""

    plenary = models.ForeignKey(Plenary, models.PROTECT, related_name="attendances")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="plenary_attendances"
    )
    joined_at = models.DateTimeField(_("hadir sejak"))

    objects = ImmutableQuerySet["Attendance"].as_manager()

    class Meta:
        ordering = ["plenary", "joined_at", "pk"]
        verbose_name = _("kehadiran")
        verbose_name_plural = _("kehadiran")
        constraints = [
            models.UniqueConstraint(name="attendance_once", fields=["plenary", "member"]),
        ]

    def __str__(self) -> str:
        return f"{self.plenary_id}: {self.member_id}"


class Discussion(Immutable):
    """An entry that was put on the floor (pembahasan); the last one is there now."""

    plenary = models.ForeignKey(Plenary, models.PROTECT, related_name="discussions")
    number = models.PositiveSmallIntegerField(_("urutan"))
    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="discussions")
    begun_at = models.DateTimeField(_("mulai dibahas"))
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["Discussion"].as_manager()

    class Meta:
        ordering = ["plenary", "number"]
        verbose_name = _("pembahasan")
        verbose_name_plural = _("pembahasan")
        constraints = [
            models.UniqueConstraint(name="discussion_number_once", fields=["plenary", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.plenary_id}/{self.number}: {self.entry_id}"


class MotionQuerySet(LockableQuerySet["Motion"]):
    """Reads over motions."""

    def decided_on(self, cut_off: "CutOff") -> "MotionQuerySet":
        """Those voted on about the list as it is drawn now, in the order of the votes."""
        return self.filter(
            plenary__cut_off=cut_off,
            plenary__draw_number=cut_off.draw_number,
            state__in=[MotionState.CARRIED, MotionState.DEFEATED],
        ).order_by("plenary__number", "settled_at", "number")


class Motion(models.Model):
    """A move across the line that a member asked for (usulan), and what the vote said.

    One entry in, one out, or both. `eligible` is fixed when the vote opens: members present
    then who are in no conflict with its entries. Triggers keep what was asked and how it
    ended, and let a motion be carried by its votes only.
    """

    plenary = models.ForeignKey(Plenary, models.PROTECT, related_name="motions")
    number = models.PositiveSmallIntegerField(_("nomor"))
    entry_in = models.ForeignKey(
        "competitions.Entry",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="motions_in",
        verbose_name=_("masuk daftar"),
    )
    entry_out = models.ForeignKey(
        "competitions.Entry",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="motions_out",
        verbose_name=_("keluar daftar"),
    )
    reason = models.CharField(_("kode alasan"), max_length=12, choices=MoveReason)
    text = models.CharField(_("uraian"), max_length=500)
    state = models.CharField(
        _("keadaan"), max_length=9, choices=MotionState, default=MotionState.PROPOSED
    )
    proposed_at = models.DateTimeField(_("diusulkan"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    vote_opened_at = models.DateTimeField(_("pemungutan suara dibuka"), null=True, blank=True)
    eligible = models.PositiveSmallIntegerField(_("yang berhak bersuara"), null=True, blank=True)
    settled_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    if TYPE_CHECKING:
        votes: RelatedManager["Vote"]

    objects = MotionQuerySet.as_manager()

    class Meta:
        ordering = ["plenary", "number"]
        verbose_name = _("usulan perpindahan")
        verbose_name_plural = _("usulan perpindahan")
        constraints = [
            models.UniqueConstraint(name="motion_number_once", fields=["plenary", "number"]),
            models.UniqueConstraint(
                name="motion_one_vote_at_a_time",
                fields=["plenary"],
                condition=Q(state="voting"),
                violation_error_message=_("Selesaikan dulu pemungutan suara yang berjalan."),
            ),
            models.CheckConstraint(
                name="motion_moves_somebody",
                condition=Q(entry_in__isnull=False) | Q(entry_out__isnull=False),
                violation_error_message=_("Sebut peserta yang masuk atau yang keluar."),
            ),
            models.CheckConstraint(
                name="motion_entries_differ",
                condition=Q(entry_in=None) | Q(entry_out=None) | ~Q(entry_in=F("entry_out")),
                violation_error_message=_("Peserta yang masuk dan yang keluar harus berbeda."),
            ),
            models.CheckConstraint(name="motion_says_why", condition=~Q(text="")),
            models.CheckConstraint(
                name="motion_state_with_its_facts",
                condition=Q(
                    state="proposed",
                    vote_opened_at=None,
                    eligible=None,
                    settled_at=None,
                    settled_by=None,
                )
                | Q(
                    state="voting",
                    vote_opened_at__isnull=False,
                    eligible__isnull=False,
                    settled_at=None,
                    settled_by=None,
                )
                | Q(
                    state__in=["carried", "defeated"],
                    vote_opened_at__isnull=False,
                    eligible__isnull=False,
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                )
                | Q(
                    state="withdrawn",
                    vote_opened_at=None,
                    eligible=None,
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plenary_id}/{self.number}: {self.state}"

    @property
    def entry_ids(self) -> list[int]:
        """The entries that it would move."""
        return [pk for pk in (self.entry_in_id, self.entry_out_id) if pk is not None]

    def tally(self) -> Tally:
        """Its votes counted; no query where `votes` are prefetched."""
        choices = [vote.choice for vote in self.votes.all()]
        return Tally(
            in_favour=choices.count(VoteChoice.FOR),
            against=choices.count(VoteChoice.AGAINST),
            abstained=choices.count(VoteChoice.ABSTAIN),
            eligible=self.eligible or 0,
        )


class Vote(Immutable):
    """A member's open vote on a motion (suara). Cast once, never changed."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="votes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    choice = models.CharField(_("pilihan"), max_length=7, choices=VoteChoice)
    cast_at = models.DateTimeField(_("diberikan"))

    objects = ImmutableQuerySet["Vote"].as_manager()

    class Meta:
        ordering = ["motion", "pk"]
        verbose_name = _("suara")
        verbose_name_plural = _("suara")
        constraints = [
            models.UniqueConstraint(
                name="vote_once",
                fields=["motion", "member"],
                violation_error_message=_("Anda sudah memberi suara."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.motion_id}: {self.member_id}"
