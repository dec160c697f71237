"""Recording outcomes, raising alarms where one falls back, answering them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.models import User
from innovations.actions.life import Proof, check_not_ahead, hold_to_report, proof_columns
from innovations.enums import Direction, InnovationState, ValueKind
from innovations.exceptions import ReportRefused
from innovations.models import (
    Alarm,
    AlarmAnswer,
    IndicatorValue,
    Innovation,
    OutcomeIndicator,
)
from innovations.notifications import tell_alarm_raised
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.turns import made_just_now


@dataclass(frozen=True)
class Figure:
    """A value with its day and who measured it; of some only the year is known."""

    value: Decimal
    dated_on: date
    measured_by: str = ""
    proof: Proof = field(default_factory=Proof)
    is_year_only: bool = False


@transaction.atomic
def add_indicator(
    *,
    by: User,
    innovation: Innovation,
    name: str,
    unit: str,
    direction: str,
    baseline: Figure,
    target: Figure | None = None,
) -> OutcomeIndicator:
    """Begin to measure something, from a baseline that was measured already."""
    row = hold_to_report(by, innovation)
    if row.indicators.filter(name__iexact=name.strip()).exists():
        raise ReportRefused(_("Indikator dengan nama ini sudah ada."))
    indicator = OutcomeIndicator.objects.create(
        innovation=row,
        name=name.strip(),
        unit=unit.strip(),
        direction=Direction(direction),
        created_at=clock.now(),
        created_by=by,
    )
    payload = {"innovation": row.pk, "name": indicator.name, "unit": indicator.unit}
    audit.record(by=by, event="indicator_added", obj=indicator, payload=payload)
    _write(by, indicator, ValueKind.BASELINE, baseline)
    if target:
        _write(by, indicator, ValueKind.TARGET, target)
    return indicator


@transaction.atomic
def record_value(
    *, by: User, indicator: OutcomeIndicator, kind: str, figure: Figure
) -> IndicatorValue:
    """Record a measurement, or the target where there is none yet; may raise an alarm."""
    row = hold_to_report(by, indicator.innovation)
    if kind != ValueKind.MEASURED and indicator.values.filter(kind=kind).exists():
        raise ReportRefused(_("Angka ini sudah ada. Betulkan yang ada itu."))
    value = _write(by, indicator, ValueKind(kind), figure)
    raise_alarms(by=by, innovations=[row])
    return value


@transaction.atomic
def correct_value(
    *, by: User, value: IndicatorValue, figure: Figure, reason: str
) -> IndicatorValue:
    """Put a value right by a further row; the old one stays, with the reason."""
    row = hold_to_report(by, value.indicator.innovation)
    if not reason.strip():
        raise ReportRefused(_("Pembetulan wajib menyebut alasan."))
    corrected = _write(
        by, value.indicator, ValueKind(value.kind), figure, corrects=value, reason=reason.strip()
    )
    raise_alarms(by=by, innovations=[row])
    return corrected


def _write(
    by: User,
    indicator: OutcomeIndicator,
    kind: ValueKind,
    figure: Figure,
    *,
    corrects: IndicatorValue | None = None,
    reason: str = "",
) -> IndicatorValue:
    """One value, once it makes sense beside the others; that of the same press is the same."""
    _check_figure(indicator, kind, figure)
    values = proof_columns(by, indicator.innovation, figure.proof) | {
        "indicator": indicator,
        "kind": kind,
        "value": figure.value,
        "dated_on": figure.dated_on,
        "is_year_only": figure.is_year_only,
        "measured_by": figure.measured_by.strip(),
        "corrects": corrects,
        "correction_reason": reason,
        "recorded_by": by,
    }
    now = clock.now()
    if again := made_just_now(IndicatorValue.objects.all(), values, at="recorded_at", now=now):
        return again
    _check_place(indicator, kind, figure.dated_on, corrects)
    value = IndicatorValue.objects.create(recorded_at=now, **values)
    payload = {
        "indicator": indicator.pk,
        "kind": value.kind,
        "value": str(value.value),
        "dated_on": value.dated_on.isoformat(),
        "corrects": corrects.pk if corrects else None,
    }
    audit.record(by=by, event="indicator_value_recorded", obj=value, payload=payload)
    return value


def _check_figure(indicator: OutcomeIndicator, kind: ValueKind, figure: Figure) -> None:
    if kind != ValueKind.TARGET:
        check_not_ahead(figure.dated_on)
        if not (figure.measured_by.strip() and figure.proof.is_there):
            raise ReportRefused(_("Sebutkan siapa yang mengukur dan buktinya."))
    others = indicator.values.in_force()
    if kind == ValueKind.BASELINE:
        if others.exclude(kind=kind).filter(dated_on__lte=figure.dated_on).exists():
            raise ReportRefused(
                _("Angka awal harus lebih dahulu daripada angka lain."), field="dated_on"
            )
        return
    before = others.filter(kind=ValueKind.BASELINE).first()
    if before and figure.dated_on <= before.dated_on:
        raise ReportRefused(_("Tanggalnya harus sesudah tanggal angka awal."), field="dated_on")
    if before and kind == ValueKind.TARGET:
        check_target(indicator.direction, before.value, figure.value)


def _check_place(
    indicator: OutcomeIndicator, kind: ValueKind, day: date, corrects: IndicatorValue | None
) -> None:
    """A row is put right once; a second measurement of a day would replace the first unseen."""
    if corrects and IndicatorValue.objects.filter(corrects=corrects).exists():
        raise ReportRefused(_("Angka ini sudah dibetulkan. Betulkan yang terbaru."))
    others = indicator.values.in_force().filter(kind=ValueKind.MEASURED, dated_on=day)
    if corrects:
        others = others.exclude(pk=corrects.pk)
    if kind == ValueKind.MEASURED and others.exists():
        raise ReportRefused(
            _("Sudah ada hasil ukur bertanggal itu. Betulkan yang ada, atau isi tanggal lain."),
            field="dated_on",
        )


def check_target(direction: str, before: Decimal, wanted: Decimal) -> None:
    """Raise ReportRefused for a target that is no better than the baseline."""
    is_better = wanted > before if direction == Direction.UP else wanted < before
    if not is_better:
        raise ReportRefused(
            _("Sasaran harus lebih baik daripada angka awal, menurut arahnya."), field="value"
        )


@transaction.atomic
def raise_alarms(
    *, by: User | None, innovations: Iterable[Innovation] | None = None
) -> list[Alarm]:
    """Raise what the rule asks for and is not raised yet; run twice, the second finds none.

    Of the given dossiers, whose lock the caller holds, or of all. Their people are told.
    """
    fallen: QuerySet[Any, Any] = OutcomeIndicator.objects.fallen_back().filter(
        innovation__state=InnovationState.PUBLISHED
    )
    if innovations is None:
        ids = fallen.exclude(latest_id__in=Alarm.objects.values("value"))
        held = Innovation.objects.locked().filter(pk__in=ids.values("innovation")).order_by("pk")
        innovations = list(held.only("pk"))
    missing = fallen.filter(innovation__in=innovations).exclude(
        latest_id__in=Alarm.objects.values("value")
    )
    now = clock.now()
    alarms = Alarm.objects.bulk_create(
        [
            Alarm(value_id=one.latest_id, baseline_id=one.baseline_id, raised_at=now)
            for one in missing.order_by("pk")
        ]
    )
    audit.record_many(by=by, event="alarm_raised", objs=alarms)
    for alarm in alarms:
        tell_alarm_raised(alarm)
    return alarms


@transaction.atomic
def answer_alarm(
    *, by: User, alarm: Alarm, text: str, is_simulated: bool | None = None
) -> AlarmAnswer:
    """Say, where everybody reads it, why a figure fell back and what is done about it."""
    row = hold_to_report(by, alarm.value.indicator.innovation)
    if not text.strip():
        raise ReportRefused(_("Tuliskan jawaban."))
    values = {
        "alarm": alarm,
        "text": text.strip(),
        "is_simulated": row.is_simulated if is_simulated is None else is_simulated,
        "answered_by": by,
    }
    now = clock.now()
    if again := made_just_now(AlarmAnswer.objects.all(), values, at="answered_at", now=now):
        return again
    answer = AlarmAnswer.objects.create(answered_at=now, **values)
    audit.record(by=by, event="alarm_answered", obj=answer, payload={"alarm": alarm.pk})
    return answer
