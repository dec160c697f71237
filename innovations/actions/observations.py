"""What observers file about an innovation: mystery shopping and satisfaction figures."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.models import User
from innovations.actions.life import check_not_ahead, is_invented
from innovations.exceptions import ReportRefused
from innovations.models import Innovation, MysteryCheck, SatisfactionFigure
from innovations.permissions import check_can_correct_finding, check_can_observe
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.turns import made_just_now

Row = TypeVar("Row", MysteryCheck, SatisfactionFigure)

EARLIEST = date(1990, 1, 1)
"""Of a service whose start is not known, an earlier day is a slip of the keys."""


@dataclass(frozen=True)
class Finding:
    """When something was found and by which body.

    `is_simulated` None: as the dossier or who files it is.
    """

    dated_on: date
    observed_by: str
    note: str = ""
    source: str = ""
    is_year_only: bool = False
    is_simulated: bool | None = None


@transaction.atomic
def file_mystery_check(
    *,
    by: User,
    innovation: Innovation,
    finding: Finding,
    place: str,
    result: str,
    waiting_minutes: Decimal | None = None,
    corrects: MysteryCheck | None = None,
    correction_reason: str = "",
) -> MysteryCheck:
    """File how it went to use the service like anybody else."""
    row = _hold(by, innovation, corrects, correction_reason)
    if not (place.strip() and result.strip()):
        raise ReportRefused(_("Isi tempat dan hasilnya."))
    values = _columns(by, row, finding, corrects, correction_reason) | {
        "place": place.strip(),
        "result": result.strip(),
        "waiting_minutes": waiting_minutes,
    }
    return _file(MysteryCheck, values, event="mystery_check_filed")


@transaction.atomic
def file_satisfaction(
    *,
    by: User,
    innovation: Innovation,
    finding: Finding,
    survey: str,
    value: Decimal | None = None,
    weakest_part: str = "",
    corrects: SatisfactionFigure | None = None,
    correction_reason: str = "",
) -> SatisfactionFigure:
    """File what a survey found: an index of 0 to 100, the part rated worst, or both."""
    row = _hold(by, innovation, corrects, correction_reason)
    if not finding.source.strip():
        raise ReportRefused(_("Isi sumber angka ini."))
    check_says_enough(value, weakest_part)
    if value is not None and not 0 <= value <= 100:
        raise ReportRefused(_("Nilai IKM antara 0 dan 100."))
    values = _columns(by, row, finding, corrects, correction_reason) | {
        "survey": survey.strip(),
        "value": value,
        "weakest_part": weakest_part.strip(),
    }
    return _file(SatisfactionFigure, values, event="satisfaction_filed")


def check_says_enough(value: Decimal | None, weakest_part: str) -> None:
    """Raise ReportRefused for a survey of which nothing is told."""
    if value is None and not weakest_part.strip():
        raise ReportRefused(_("Isi nilai IKM, atau unsur dengan nilai terburuk."))


def check_can_be_found_on(innovation: Innovation, day: date, *, is_year_only: bool = False) -> None:
    """Raise ReportRefused for a day that has not come, or from before the service began."""
    check_not_ahead(day)
    start = innovation.started_on
    if start is None:
        if day < EARLIEST:
            raise ReportRefused(_("Isi tanggal pada tahun 1990 atau sesudahnya."))
    elif day.year < start.year or (day < start and not is_year_only):
        raise ReportRefused(
            _("Menurut dosirnya layanan ini mulai %(day)s. Isi tanggal itu atau sesudahnya.")
            % {"day": date_format(start, "j F Y")}
        )


def _hold(
    by: User,
    innovation: Innovation,
    corrects: MysteryCheck | SatisfactionFigure | None,
    reason: str,
) -> Innovation:
    """Lock the dossier; what is put right is the own body's, and for a reason."""
    row = Innovation.objects.locked().get(pk=innovation.pk)
    check_can_observe(by, row)
    if corrects:
        check_can_correct_finding(by, corrects)
        if not reason.strip():
            raise ReportRefused(_("Pembetulan wajib menyebut alasan."))
    return row


def _columns(
    by: User,
    innovation: Innovation,
    finding: Finding,
    corrects: MysteryCheck | SatisfactionFigure | None,
    reason: str,
) -> dict[str, Any]:
    check_can_be_found_on(innovation, finding.dated_on, is_year_only=finding.is_year_only)
    simulated = finding.is_simulated
    return {
        "innovation": innovation,
        "dated_on": finding.dated_on,
        "is_year_only": finding.is_year_only,
        "observed_by": finding.observed_by.strip(),
        "note": finding.note.strip(),
        "source": finding.source.strip(),
        "is_simulated": is_invented(by, innovation) if simulated is None else simulated,
        "corrects": corrects,
        "correction_reason": reason.strip() if corrects else "",
        "filed_by": by,
    }


def _file(model: type[Row], values: dict[str, Any], *, event: str) -> Row:
    """One row; that of the same press is the same, and nothing is put right twice."""
    now = clock.now()
    # The second press of a correction finds its own row before it finds the old one put right.
    if again := made_just_now(model.objects.all(), values, at="filed_at", now=now):
        return again
    corrects = values["corrects"]
    if corrects and model.objects.filter(corrects=corrects).exists():
        raise ReportRefused(_("Catatan ini sudah dibetulkan. Betulkan yang terbaru."))
    row = model.objects.create(filed_at=now, **values)
    payload = {"innovation": row.innovation_id}
    audit.record(by=values["filed_by"], event=event, obj=row, payload=payload)
    return row
