"""Entries (peserta), their way through the stages, and the remarks they got."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.enums import AgencyType, Role
from agencies.models import User
from agencies.models.user import reach_of
from competitions.enums import Arrival, CheckState, EntryState, FailReason, Outcome
from sinovik.web.prepared import OneOf
from sinovik.web.querysets import LockableQuerySet


def sees_every_entry(user: User) -> bool:
    """Whether the person may open every entry's working pages: secretariat, observers."""
    return user.is_secretariat or user.has_role(Role.OBSERVER)


def watch_of(user: User) -> dict[str, Any]:
    """What `EntryQuerySet.watched_within` asks of a person."""
    admin_of = user.agencies_as(Role.AGENCY_ADMIN)
    return {
        "admin_of": [agency.pk for agency in admin_of],
        "provinces": [a.region_id for a in admin_of if a.agency_type == AgencyType.PROVINCE],
    }


class EntryQuerySet(LockableQuerySet["Entry"]):
    """Reads over entries."""

    def submitted(self) -> "EntryQuerySet":
        """Entries that reached the ministry, withdrawn later or not."""
        return self.filter(submitted_at__isnull=False)

    def visible_to(self, user: Any) -> "EntryQuerySet":
        """Entries whose working pages the person may open.

        Agency people see their own; the secretariat and observers see all. Evaluators
        and panelists reach an entry through their assignments only.
        """
        if not user.is_authenticated:
            return self.none()
        if sees_every_entry(user):
            return self
        return self.within(**reach_of(user))

    def within(self, person: Any, admin_of: Any, agencies: Any, units: Any) -> "EntryQuerySet":
        """Those of the agencies a person is admin of; of others the own ones and the unit's."""
        own = Q(innovation__created_by=person) | Q(OneOf("innovation__unit_id", units))
        inside = Q(OneOf("agency_id", agencies))
        return self.filter(Q(OneOf("agency_id", admin_of)) | own & inside)

    def watched_by(self, user: Any) -> "EntryQuerySet":
        """Entries whose number, title and holder the person may follow on the radar.

        The secretariat follows all; an agency's admin the own ones; the admin of a province
        also those of its regencies and cities, without their texts.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_secretariat:
            return self
        return self.watched_within(**watch_of(user))

    def watched_within(self, admin_of: Any, provinces: Any) -> "EntryQuerySet":
        """Those of the agencies a person is admin of, and of the regencies of the provinces."""
        below = Q(OneOf("agency__region__province_id", provinces, kind="varchar"))
        kinds = (AgencyType.REGENCY, AgencyType.CITY)
        return self.filter(
            Q(OneOf("agency_id", admin_of)) | Q(agency__agency_type__in=kinds) & below
        )

    def for_list(self) -> "EntryQuerySet":
        """With what a queue row shows."""
        return self.select_related(
            "edition", "group", "agency", "innovation__category", "innovation__unit"
        ).defer("innovation__sections")


class Entry(models.Model):
    """An innovation taking part in an edition. Submitting pins a frozen version.

    `agency` repeats the innovation's, so that quotas and visibility need no join and so
    that a dossier that moves later does not rewrite history.
    """

    edition = models.ForeignKey("competitions.Edition", models.PROTECT, related_name="entries")
    innovation = models.ForeignKey("innovations.Innovation", models.PROTECT, related_name="entries")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="entries")
    group = models.ForeignKey("competitions.Group", models.PROTECT, related_name="entries")
    state = models.CharField(
        _("keadaan"), max_length=12, choices=EntryState, default=EntryState.DRAFT
    )
    state_changed_at = models.DateTimeField(_("keadaan sejak"))
    created_at = models.DateTimeField(_("didaftarkan"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agency_rank = models.PositiveSmallIntegerField(
        _("urutan pilihan instansi"), null=True, blank=True
    )
    version = models.ForeignKey(
        "innovations.InnovationVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("diajukan"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    arrival = models.CharField(_("cara tiba"), max_length=9, choices=Arrival, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("peserta")
        verbose_name_plural = _("peserta")
        indexes = [models.Index(fields=["edition", "state"], name="entry_edition_state")]
        constraints = [
            models.UniqueConstraint(
                name="entry_innovation_once_per_edition",
                fields=["edition", "innovation"],
                violation_error_message=_("Inovasi ini sudah terdaftar di edisi tersebut."),
            ),
            models.CheckConstraint(
                name="entry_submitted_has_version_and_by",
                condition=Q(
                    submitted_at__isnull=True, submitted_by__isnull=True, version__isnull=True
                )
                | Q(submitted_at__isnull=False, submitted_by__isnull=False, version__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_state_submitted_has_date",
                condition=~Q(state__in=["submitted", "correction"]) | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_at_work_is_not_submitted",
                condition=Q(state__in=["submitted", "correction", "withdrawn"])
                | Q(submitted_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"P-{self.pk}"

    @property
    def number(self) -> str:
        """Number that people quote: "P-2019-00417" (needs `edition` loaded)."""
        return number_of(self.edition.year, self.pk)


def number_of(year: int, pk: int) -> str:
    """An entry's number, where only its edition's year and its key are at hand."""
    return f"P-{year}-{pk:05d}"


class EntryRemark(models.Model):
    """A remark for the writer, on one section or (empty key) on the whole proposal."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="remarks")
    section_key = models.SlugField(_("bagian"), max_length=40, blank=True)
    version = models.ForeignKey(
        "innovations.InnovationVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("versi yang dibaca"),
    )
    text = models.TextField(_("catatan"))
    written_at = models.DateTimeField(_("ditulis"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(_("diselesaikan"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("catatan perbaikan")
        verbose_name_plural = _("catatan perbaikan")

    def __str__(self) -> str:
        return self.text[:60]


class StageEntryQuerySet(LockableQuerySet["StageEntry"]):
    """Reads over stays."""

    def standing(self) -> "StageEntryQuerySet":
        """Stays that count: those before a reopening left out."""
        return self.exclude(outcome=Outcome.REOPENED)


class StageEntry(models.Model):
    """An entry's stay in a stage: when it came in, when and how it went out.

    An ended stay is final, but for one thing: reopening the entry turns its outcome into
    "reopened". Such a stay counts nowhere any more; a new one may follow it.
    """

    stage = models.ForeignKey("competitions.Stage", models.PROTECT, related_name="stage_entries")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="stage_entries")
    entered_at = models.DateTimeField(_("masuk"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outcome = models.CharField(_("hasil"), max_length=10, choices=Outcome, blank=True)
    left_at = models.DateTimeField(_("keluar"), null=True, blank=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = StageEntryQuerySet.as_manager()

    class Meta:
        ordering = ["stage", "entry"]
        verbose_name = _("peserta tahap")
        verbose_name_plural = _("peserta tahap")
        indexes = [models.Index(fields=["stage", "outcome"], name="stageentry_stage_outcome")]
        constraints = [
            models.UniqueConstraint(
                name="stageentry_once",
                fields=["stage", "entry"],
                condition=~Q(outcome="reopened"),
            ),
            models.CheckConstraint(
                name="stageentry_left_with_outcome_and_by",
                condition=Q(left_at__isnull=True, left_by__isnull=True, outcome="")
                | Q(left_at__isnull=False, left_by__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="stageentry_leaves_after_entering",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} @ {self.stage_id}"


class AdministrativeCheckQuerySet(LockableQuerySet["AdministrativeCheck"]):
    """Reads over administrative checks."""

    def for_list(self) -> "AdministrativeCheckQuerySet":
        """With what a queue row shows."""
        return self.select_related(
            "stage_entry__entry__edition",
            "stage_entry__entry__agency",
            "stage_entry__entry__group",
            "stage_entry__entry__innovation__category",
            "claimed_by",
            "decided_by",
        ).defer("stage_entry__entry__innovation__sections")


class AdministrativeCheck(models.Model):
    """The secretariat's check of one entry. A fail needs a reason and a second person.

    `filled_sections` counts the form's sections that hold text in the version under check;
    `edit_number` counts saves of the checklist, so that a stale one can be refused.
    """

    stage_entry = models.OneToOneField(
        StageEntry, models.PROTECT, related_name="administrative_check"
    )
    state = models.CharField(
        _("keadaan"), max_length=14, choices=CheckState, default=CheckState.QUEUED
    )
    claimed_at = models.DateTimeField(_("diambil"), null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reasons = ArrayField(
        models.CharField(max_length=20, choices=FailReason), default=list, blank=True
    )
    note = models.TextField(_("catatan"), blank=True)
    filled_sections = models.PositiveSmallIntegerField(_("bagian terisi"), default=0)
    edit_number = models.PositiveIntegerField(_("nomor suntingan"), default=1)
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("dikonfirmasi"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AdministrativeCheckQuerySet.as_manager()

    class Meta:
        ordering = ["stage_entry__entered_at", "pk"]
        verbose_name = _("pemeriksaan administrasi")
        verbose_name_plural = _("pemeriksaan administrasi")
        constraints = [
            models.CheckConstraint(
                name="administrativecheck_claimed_at_with_by",
                condition=Q(claimed_at__isnull=True, claimed_by__isnull=True)
                | Q(claimed_at__isnull=False, claimed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="administrativecheck_decided_at_with_by",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="administrativecheck_confirmed_at_with_by",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="administrativecheck_fail_has_reason",
                condition=~Q(state__in=["fail_proposed", "failed"]) | ~Q(reasons=[]),
                violation_error_message=_("Pilih paling sedikit satu alasan tidak lolos."),
            ),
            models.CheckConstraint(
                name="administrativecheck_fail_needs_second_person",
                condition=~Q(state="failed")
                | Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("decided_by")),
                violation_error_message=_("Tidak lolos perlu dikonfirmasi orang kedua."),
            ),
            models.CheckConstraint(
                name="administrativecheck_decision_has_person",
                condition=~Q(state__in=["passed", "fail_proposed", "failed"])
                | Q(decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage_entry_id}: {self.state}"

    @property
    def reason_labels(self) -> list[str]:
        """The reasons in words."""
        return [str(FailReason(reason).label) for reason in self.reasons]
