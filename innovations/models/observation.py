"""What observers found: mystery shopping and satisfaction figures, beside the agency's own."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from innovations.models.outcome import CORRECTS_WITH_REASON, Correctable
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class Observation(Correctable, Immutable):
    """Filed by an observer, never by the agency; a trigger holds that."""

    innovation = models.ForeignKey("innovations.Innovation", models.PROTECT, related_name="+")
    dated_on = models.DateField(_("tanggal"))
    is_year_only = models.BooleanField(_("hanya tahunnya yang diketahui"), default=False)
    observed_by = models.CharField(_("lembaga yang memeriksa"), max_length=150)
    note = models.TextField(_("catatan"), blank=True)
    source = models.CharField(_("sumber"), max_length=400, blank=True)
    is_simulated = models.BooleanField(_("data simulasi"), default=False)
    filed_at = models.DateTimeField(_("dicatat"))
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class MysteryCheckQuerySet(ImmutableQuerySet["MysteryCheck"]):
    """Reads over mystery-shopping checks."""

    def in_force(self) -> "MysteryCheckQuerySet":
        """Checks that no further one has put right."""
        return self.filter(correction__isnull=True)


class MysteryCheck(Observation):
    """An observer used the service like anybody else, and wrote down how it went."""

    innovation = models.ForeignKey(
        "innovations.Innovation", models.PROTECT, related_name="mystery_checks"
    )
    place = models.CharField(_("tempat"), max_length=150)
    result = models.TextField(_("hasil"))
    waiting_minutes = models.DecimalField(
        _("waktu tunggu (menit)"), max_digits=7, decimal_places=1, null=True, blank=True
    )

    objects = MysteryCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-dated_on", "-pk"]
        verbose_name = _("pemeriksaan tersamar")
        verbose_name_plural = _("pemeriksaan tersamar")
        constraints = [
            models.CheckConstraint(
                name="mysterycheck_corrects_with_reason",
                condition=CORRECTS_WITH_REASON,
                violation_error_message=_("Pembetulan wajib menyebut alasan."),
            ),
            models.CheckConstraint(
                name="mysterycheck_waiting_not_negative",
                condition=Q(waiting_minutes__isnull=True) | Q(waiting_minutes__gte=0),
                violation_error_message=_("Waktu tunggu tidak mungkin kurang dari nol."),
            ),
            models.CheckConstraint(
                name="mysterycheck_says_what_was_found", condition=~Q(result="") & ~Q(place="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_id} {self.place} {self.dated_on}"


class SatisfactionFigureQuerySet(ImmutableQuerySet["SatisfactionFigure"]):
    """Reads over satisfaction figures."""

    def in_force(self) -> "SatisfactionFigureQuerySet":
        """Figures that no further one has put right."""
        return self.filter(correction__isnull=True)


class SatisfactionFigure(Observation):
    """What a survey of the public found: an index of 0 to 100, the part rated worst, or both."""

    innovation = models.ForeignKey(
        "innovations.Innovation", models.PROTECT, related_name="satisfaction_figures"
    )
    survey = models.CharField(_("nama survei"), max_length=150)
    value = models.DecimalField(
        _("nilai IKM (0-100)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    weakest_part = models.CharField(_("unsur dengan nilai terburuk"), max_length=150, blank=True)

    objects = SatisfactionFigureQuerySet.as_manager()

    class Meta:
        ordering = ["-dated_on", "-pk"]
        verbose_name = _("angka kepuasan")
        verbose_name_plural = _("angka kepuasan")
        constraints = [
            models.CheckConstraint(
                name="satisfactionfigure_corrects_with_reason",
                condition=CORRECTS_WITH_REASON,
                violation_error_message=_("Pembetulan wajib menyebut alasan."),
            ),
            models.CheckConstraint(
                name="satisfactionfigure_within_0_and_100",
                condition=Q(value__isnull=True) | Q(value__gte=0, value__lte=100),
                violation_error_message=_("Nilai IKM antara 0 dan 100."),
            ),
            models.CheckConstraint(
                name="satisfactionfigure_with_source_and_finding",
                condition=~Q(source="") & (Q(value__isnull=False) | ~Q(weakest_part="")),
                violation_error_message=_(
                    "Isi sumber, dan nilai IKM atau unsur dengan nilai terburuk."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_id} {self.survey} {self.dated_on}"
