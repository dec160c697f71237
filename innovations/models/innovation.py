"""The dossier: one row an innovation, for its whole life."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.enums import Role
from agencies.models import User
from agencies.models.user import reach_of
from innovations.enums import (
    BenefitKind,
    InnovationState,
    Life,
    LifeState,
    NoveltyForm,
    NoveltyKind,
)
from innovations.workflow import ATTESTED_FOR, attestation_due, life_of
from sinovik.audit import clock
from sinovik.web.prepared import OneOf
from sinovik.web.querysets import LockableQuerySet
from sinovik.web.routes import address_of

LIFE_TONES: dict[str, str] = {Life.GROWING: "green", Life.RUNNING: "green", Life.SILENT: "yellow"}
LAST_WORD = Coalesce("attested_at", "published_at")


def unattested_by(before: datetime | Value) -> Q:
    """Not stopped, and due by `before`; needs the alias `last_word_at` of LAST_WORD."""
    return ~Q(attested_state=LifeState.STOPPED) & Q(last_word_at__lte=before - ATTESTED_FOR)


class Category(models.Model):
    """A category of service (kategori). The shipped ten are those of KIPP 2021."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("nama"), max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(_("urutan"))
    source = models.CharField(_("sumber"), max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        verbose_name = _("kategori")
        verbose_name_plural = _("kategori")

    def __str__(self) -> str:
        return gettext(self.name)


class SustainableGoal(models.Model):
    """One of the seventeen Sustainable Development Goals (TPB)."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    name = models.CharField(_("nama"), max_length=120)
    name_en = models.CharField(max_length=120)
    color = models.CharField(_("warna"), max_length=7)

    class Meta:
        ordering = ["number"]
        verbose_name = _("tujuan pembangunan berkelanjutan")
        verbose_name_plural = _("tujuan pembangunan berkelanjutan")

    def __str__(self) -> str:
        return f"{self.number}. {gettext(self.name)}"


class InnovationQuerySet(LockableQuerySet["Innovation"]):
    """Reads over dossiers."""

    def published(self) -> "InnovationQuerySet":
        """Dossiers that the public may read."""
        return self.filter(state=InnovationState.PUBLISHED)

    def visible_to(self, user: Any) -> "InnovationQuerySet":
        """Published dossiers, and drafts of the agency or unit the person works for."""
        if not user.is_authenticated:
            return self.published()
        if user.has_role(Role.OBSERVER) or user.is_secretariat:
            return self
        return self.filter(Q(state=InnovationState.PUBLISHED) | self._own(**reach_of(user)))

    def editable_by(self, user: User) -> "InnovationQuerySet":
        """Dossiers the person may work on: the agency's for its admin, the unit's else."""
        return self.within(**reach_of(user))

    def within(self, **reach: Any) -> "InnovationQuerySet":
        """`editable_by` a person, by their `reach_of`; may be blanks of a prepared statement."""
        return self.filter(self._own(**reach))

    @staticmethod
    def _own(person: Any, admin_of: Any, agencies: Any, units: Any) -> Q:
        own = Q(created_by=person) | Q(OneOf("unit_id", units))
        return (Q(OneOf("agency_id", admin_of)) | own) & Q(OneOf("agency_id", agencies))

    def for_list(self) -> "InnovationQuerySet":
        """With what a result row shows; the wide text columns stay unread."""
        return self.select_related("agency__region__province", "category").defer("sections")

    def with_life(self, quiet_since: Any = None) -> "InnovationQuerySet":
        """With `life`, a `Life`, as `Innovation.life_now` has it; for published dossiers.

        Who has said nothing since `quiet_since` is silent: an attestation's term ago.
        """
        quiet_since = quiet_since or clock.now() - ATTESTED_FOR
        return self.alias(last_word_at=LAST_WORD).annotate(
            life=Case(
                When(attested_state=LifeState.STOPPED, then=Value(Life.STOPPED)),
                When(last_word_at__lte=quiet_since, then=Value(Life.SILENT)),
                When(attested_state="", then=Value(Life.NEW)),
                default=F("attested_state"),
                output_field=models.CharField(),
            )
        )

    def unattested(self, before: datetime | Value) -> "InnovationQuerySet":
        """Published, not stopped, whose yearly attestation falls due by `before`."""
        return self.published().alias(last_word_at=LAST_WORD).filter(unattested_by(before))


class Innovation(models.Model):
    """A public-service innovation, from first draft to archive.

    `sections` maps a form section's key to its text; which keys exist is an edition's
    business. `edit_number` counts saves, so that a stale save can be refused.
    """

    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="innovations")
    unit = models.ForeignKey(
        "agencies.Unit", models.PROTECT, null=True, blank=True, related_name="innovations"
    )
    title = models.CharField(_("judul"), max_length=200)
    slug = models.SlugField(_("alamat"), max_length=120, unique=True)
    state = models.CharField(
        _("keadaan"), max_length=12, choices=InnovationState, default=InnovationState.DRAFT
    )
    novelty_kind = models.CharField(
        _("jenis kebaruan"), max_length=12, choices=NoveltyKind, blank=True
    )
    novelty_form = models.CharField(
        _("bentuk kebaruan"), max_length=12, choices=NoveltyForm, blank=True
    )
    benefit = models.CharField(_("jenis manfaat"), max_length=8, choices=BenefitKind, blank=True)
    started_on = models.DateField(_("tanggal mulai penerapan"), null=True, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="innovations"
    )
    location = models.ForeignKey(
        "agencies.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="innovations",
        verbose_name=_("lokasi"),
    )
    replicates = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replicas",
        verbose_name=_("mereplikasi"),
    )
    goals = models.ManyToManyField(SustainableGoal, blank=True, related_name="innovations")
    summary = models.TextField(_("ringkasan"), blank=True)
    sections = models.JSONField(_("bagian"), default=dict, blank=True)
    place_names = models.CharField(
        _("nama instansi, unit, dan tempat untuk pencarian"), max_length=400, blank=True
    )
    is_simulated = models.BooleanField(_("data simulasi"), default=False)
    source = models.CharField(_("sumber judul"), max_length=400, blank=True)
    edit_number = models.PositiveIntegerField(_("nomor suntingan"), default=1)
    created_at = models.DateTimeField(_("dibuat"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(_("diubah"))
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("terbit"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    archived_at = models.DateTimeField(_("diarsipkan"), null=True, blank=True)
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    archive_reason = models.CharField(_("alasan"), max_length=300, blank=True)
    # What the last `Attestation` says; `attest` keeps both, so that lists need not look it up.
    attested_state = models.CharField(
        _("keadaan layanan"), max_length=10, choices=LifeState, blank=True
    )
    attested_at = models.DateTimeField(_("dinyatakan"), null=True, blank=True)
    objects = InnovationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("inovasi")
        verbose_name_plural = _("inovasi")
        indexes = [
            models.Index(fields=["state", "-published_at"], name="innovation_state_published"),
            # Beginnings of the title's words: titles that are nearly the same, among all years.
            # Without a pending list, which every search would have to read through.
            GinIndex(
                SearchVector("title", config="simple"),
                name="innovation_title_words",
                fastupdate=False,
            ),
            # Letters and digits of the title: who submits is told of twins, at every submission.
            models.Index(
                Func(
                    Lower("title"),
                    Value("[^[:alnum:]]"),
                    Value(""),
                    Value("g"),
                    function="regexp_replace",
                ),
                name="innovation_title_key",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="innovation_published_at_with_by",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="innovation_published_has_date_and_summary",
                condition=~Q(state="published")
                | (Q(published_at__isnull=False) & ~Q(summary="") & ~Q(title="")),
                violation_error_message=_("Inovasi yang terbit wajib punya judul dan ringkasan."),
            ),
            models.CheckConstraint(
                name="innovation_replicates_another",
                condition=Q(replicates__isnull=True) | ~Q(replicates=F("pk")),
                violation_error_message=_("Inovasi tidak dapat mereplikasi dirinya sendiri."),
            ),
            models.CheckConstraint(
                name="innovation_attested_with_state",
                condition=Q(attested_state="", attested_at__isnull=True)
                | ~Q(attested_state="") & Q(attested_at__isnull=False),
            ),
            models.CheckConstraint(
                name="innovation_archived_with_reason",
                condition=Q(state="archived", archived_at__isnull=False, archived_by__isnull=False)
                & ~Q(archive_reason="")
                | ~Q(state="archived") & Q(archived_at__isnull=True, archived_by__isnull=True),
                violation_error_message=_("Pengarsipan wajib menyebut alasan."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("innovations:innovation_detail", self.slug)

    @property
    def code(self) -> str:
        """Reference that people quote: "INO-00417"."""
        return f"INO-{self.pk:05d}"

    @property
    def life_now(self) -> Life | None:
        """What the public is told of its life now; None unless it is published."""
        if self.state != InnovationState.PUBLISHED or self.published_at is None:
            return None
        return life_of(self.attested_state, self.attested_at, self.published_at, clock.now())

    @property
    def is_stopped(self) -> bool:
        """Whether its agency said last that it runs no more."""
        return self.attested_state == LifeState.STOPPED

    @property
    def life_text(self) -> str:
        """Badge for the public; empty where there is nothing to tell."""
        life = self.life_now
        if life in (None, Life.NEW):
            return ""
        if life == Life.SILENT:
            since = date_format(timezone.localtime(self.attested_at or self.published_at), "F Y")
            return gettext("Belum ada kabar sejak %s") % since
        return str(life.label) if life else ""

    @property
    def life_tone(self) -> str:
        """Colour of the badge."""
        return LIFE_TONES.get(self.life_now or "", "grey")

    @property
    def attestation_due_at(self) -> datetime | None:
        """When the next attestation falls due; None where none does."""
        if self.life_now in (None, Life.STOPPED) or self.published_at is None:
            return None
        return attestation_due(self.attested_at, self.published_at)


class InnovationLink(models.Model):
    """An address outside that shows more: a video, a news page, a regulation."""

    innovation = models.ForeignKey(Innovation, models.CASCADE, related_name="links")
    title = models.CharField(_("judul tautan"), max_length=120)
    url = models.URLField(_("alamat"), max_length=400)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("tautan")
        verbose_name_plural = _("tautan")

    def __str__(self) -> str:
        return self.title


class TeamMember(models.Model):
    """Somebody who made the innovation; not necessarily an account."""

    innovation = models.ForeignKey(Innovation, models.CASCADE, related_name="team")
    name = models.CharField(_("nama"), max_length=120)
    position = models.CharField(_("peran dalam tim"), max_length=120, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("anggota tim")
        verbose_name_plural = _("anggota tim")

    def __str__(self) -> str:
        return self.name
