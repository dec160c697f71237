"""What an innovation brings about, in figures: indicators, their values, alarms, answers."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from innovations.enums import Direction, ValueKind
from innovations.models.life import PROVEN, Proven
from sinovik.web.querysets import Immutable, ImmutableQuerySet

DIGITS, PLACES = 14, 3


class Correctable(models.Model):
    """A row that a further row may put right, once; the further one says why."""

    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction"
    )
    correction_reason = models.CharField(_("alasan pembetulan"), max_length=300, blank=True)

    class Meta:
        abstract = True


CORRECTS_WITH_REASON = Q(corrects__isnull=True, correction_reason="") | Q(
    corrects__isnull=False
) & ~Q(correction_reason="")


class OutcomeIndicatorQuerySet(ImmutableQuerySet["OutcomeIndicator"]):
    """Reads over indicators."""

    def fallen_back(self) -> "OutcomeIndicatorQuerySet":
        """Whose latest measurement is no better than the baseline, with its `latest_id`."""
        values = IndicatorValue.objects.in_force().filter(indicator=OuterRef("pk"))
        latest = values.filter(kind=ValueKind.MEASURED).order_by("-dated_on", "-pk")
        base = values.filter(kind=ValueKind.BASELINE)
        return (
            self.annotate(
                latest_id=Subquery(latest.values("pk")[:1]),
                baseline_id=Subquery(base.values("pk")[:1]),
            )
            .alias(
                latest_value=Subquery(latest.values("value")[:1]),
                latest_on=Subquery(latest.values("dated_on")[:1]),
                base_value=Subquery(base.values("value")[:1]),
                base_on=Subquery(base.values("dated_on")[:1]),
            )
            .filter(latest_on__gt=F("base_on"))
            .filter(
                Q(direction=Direction.UP, latest_value__lte=F("base_value"))
                | Q(direction=Direction.DOWN, latest_value__gte=F("base_value"))
            )
        )


class OutcomeIndicator(Immutable):
    """Something that is measured to see whether an innovation works: minutes, percent, people."""

    innovation = models.ForeignKey(
        "innovations.Innovation", models.PROTECT, related_name="indicators"
    )
    name = models.CharField(_("nama indikator"), max_length=150)
    unit = models.CharField(_("satuan"), max_length=40)
    direction = models.CharField(_("arah yang baik"), max_length=4, choices=Direction)
    created_at = models.DateTimeField(_("dibuat"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OutcomeIndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("indikator hasil")
        verbose_name_plural = _("indikator hasil")
        constraints = [
            models.UniqueConstraint(
                "innovation",
                Lower("name"),
                name="outcomeindicator_name_once",
                violation_error_message=_("Indikator dengan nama ini sudah ada."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})"


class IndicatorValueQuerySet(ImmutableQuerySet["IndicatorValue"]):
    """Reads over values."""

    def in_force(self) -> "IndicatorValueQuerySet":
        """Values that no further one has put right."""
        return self.filter(correction__isnull=True)


class IndicatorValue(Proven, Correctable, Immutable):
    """A baseline, a target or a measurement of an indicator. A correction is a further row."""

    indicator = models.ForeignKey(OutcomeIndicator, models.PROTECT, related_name="values")
    kind = models.CharField(_("jenis"), max_length=8, choices=ValueKind)
    value = models.DecimalField(_("nilai"), max_digits=DIGITS, decimal_places=PLACES)
    dated_on = models.DateField(_("tanggal"))
    is_year_only = models.BooleanField(_("hanya tahunnya yang diketahui"), default=False)
    measured_by = models.CharField(_("diukur oleh"), max_length=150, blank=True)
    recorded_at = models.DateTimeField(_("dicatat"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        ordering = ["dated_on", "pk"]
        verbose_name = _("nilai indikator")
        verbose_name_plural = _("nilai indikator")
        constraints = [
            models.UniqueConstraint(
                name="indicatorvalue_one_baseline_one_target",
                fields=["indicator", "kind"],
                condition=Q(corrects__isnull=True, kind__in=["baseline", "target"]),
                violation_error_message=_("Angka ini sudah ada. Betulkan yang ada itu."),
            ),
            models.CheckConstraint(
                name="indicatorvalue_corrects_with_reason",
                condition=CORRECTS_WITH_REASON,
                violation_error_message=_("Pembetulan wajib menyebut alasan."),
            ),
            models.CheckConstraint(
                name="indicatorvalue_measured_with_proof",
                condition=Q(kind="target") | ~Q(measured_by="") & PROVEN,
                violation_error_message=_("Angka wajib menyebut siapa yang mengukur dan buktinya."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.kind} {self.value} {self.dated_on}"


class AlarmQuerySet(ImmutableQuerySet["Alarm"]):
    """Reads over alarms."""

    def standing(self) -> "AlarmQuerySet":
        """About the latest measurement, which is still no better than the baseline.

        Asked from the alarms, which are few: the rule of `fallen_back`.
        """
        values = IndicatorValue.objects.in_force().filter(indicator=OuterRef("value__indicator"))
        newer = values.filter(kind=ValueKind.MEASURED).filter(
            Q(dated_on__gt=OuterRef("value__dated_on"))
            | Q(dated_on=OuterRef("value__dated_on"), pk__gt=OuterRef("value"))
        )
        base = values.filter(kind=ValueKind.BASELINE)
        return (
            self.filter(~Exists(newer), value__correction__isnull=True)
            .alias(
                base_value=Subquery(base.values("value")[:1]),
                base_on=Subquery(base.values("dated_on")[:1]),
            )
            .filter(value__dated_on__gt=F("base_on"))
            .filter(
                Q(value__indicator__direction="up", value__value__lte=F("base_value"))
                | Q(value__indicator__direction="down", value__value__gte=F("base_value"))
            )
        )

    def unanswered(self) -> "AlarmQuerySet":
        """To which the agency has said nothing."""
        return self.filter(answers__isnull=True)


class Alarm(Immutable):
    """A measurement that is no better than the baseline any more; raised by rule, once."""

    value = models.OneToOneField(IndicatorValue, models.PROTECT, related_name="alarm")
    baseline = models.ForeignKey(IndicatorValue, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(_("muncul"))

    objects = AlarmQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-pk"]
        verbose_name = _("peringatan kemunduran")
        verbose_name_plural = _("peringatan kemunduran")

    def __str__(self) -> str:
        return f"{self.value_id} ({self.raised_at:%Y-%m-%d})"


class AlarmAnswer(Immutable):
    """What the agency says to an alarm; everybody reads it. A further one may follow."""

    alarm = models.ForeignKey(Alarm, models.PROTECT, related_name="answers")
    text = models.TextField(_("jawaban"))
    is_simulated = models.BooleanField(_("data simulasi"), default=False)
    answered_at = models.DateTimeField(_("dijawab"))
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["AlarmAnswer"].as_manager()

    class Meta:
        ordering = ["answered_at", "pk"]
        verbose_name = _("jawaban atas peringatan")
        verbose_name_plural = _("jawaban atas peringatan")
        constraints = [
            models.CheckConstraint(
                name="alarmanswer_says_something",
                condition=~Q(text=""),
                violation_error_message=_("Tuliskan jawaban."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alarm_id} ({self.answered_at:%Y-%m-%d})"
