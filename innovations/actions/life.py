"""Attesting, once a year, whether an innovation still runs."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.models import User
from innovations.enums import LifeState
from innovations.exceptions import ReportRefused
from innovations.models import Attachment, Attestation, Innovation
from innovations.permissions import check_can_report_on
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.turns import made_just_now


@dataclass(frozen=True)
class Proof:
    """What stands behind something said; `is_simulated` None: as the dossier or who says it is."""

    note: str = ""
    link: str = ""
    attachment: Attachment | None = None
    source: str = ""
    is_simulated: bool | None = None

    @property
    def is_there(self) -> bool:
        """Whether there is any."""
        return bool(self.note.strip() or self.link or self.attachment or self.source)


def is_invented(by: User, innovation: Innovation) -> bool:
    """Whether what a person tells of a dossier is: an invented person tells nothing real."""
    return innovation.is_simulated or by.is_simulated


def proof_columns(by: User, innovation: Innovation, proof: Proof) -> dict[str, Any]:
    """The proof as columns of a `Proven` row that `by` writes.

    Raises ReportRefused for another dossier's file.
    """
    file = proof.attachment
    if file and not (
        file.innovation_id == innovation.pk and file.is_ready and file.removed_at is None
    ):
        raise ReportRefused(_("Lampiran itu tidak ada lagi pada dosir ini. Pilih yang lain."))
    simulated = proof.is_simulated
    return {
        "note": proof.note.strip(),
        "link": proof.link,
        "attachment": file,
        "source": proof.source,
        "is_simulated": is_invented(by, innovation) if simulated is None else simulated,
    }


def hold_to_report(by: User, innovation: Innovation) -> Innovation:
    """Lock the dossier, whose people alone report on it."""
    row = Innovation.objects.locked().select_related("agency").get(pk=innovation.pk)
    check_can_report_on(by, row)
    return row


def check_not_ahead(day: date) -> None:
    """Raise ReportRefused for a day that has not come."""
    if day > timezone.localdate(clock.now()):
        raise ReportRefused(
            _("Tanggal itu belum tiba. Isi tanggal hari ini atau sebelumnya."), field="dated_on"
        )


def check_can_have_ended(innovation: Innovation, day: date) -> None:
    """Raise ReportRefused for an end that has not come, or from before the service began."""
    check_not_ahead(day)
    start = innovation.started_on
    if start and day < start:
        raise ReportRefused(
            _(
                "Menurut dosirnya layanan ini mulai %(day)s, jadi tidak mungkin berhenti"
                " sebelum itu. Betulkan tanggal berhentinya, atau tanggal mulai pada dosir."
            )
            % {"day": date_format(start, "j F Y")}
        )


@transaction.atomic
def attest_life(
    *,
    by: User,
    innovation: Innovation,
    state: str,
    proof: Proof,
    stopped_on: date | None = None,
    reason: str = "",
    lessons: str = "",
) -> Attestation:
    """Say that an innovation runs, grows or has stopped (then since when, and why).

    `lessons` is what others should know who want to do the same.
    """
    row = hold_to_report(by, innovation)
    is_stopped = state == LifeState.STOPPED
    if is_stopped and not (stopped_on and reason.strip()):
        raise ReportRefused(_("Isi sejak kapan layanan berhenti dan alasannya."))
    if not is_stopped and not proof.is_there:
        raise ReportRefused(_("Sertakan bukti: catatan, tautan, atau lampiran."))
    if is_stopped and stopped_on:
        check_can_have_ended(row, stopped_on)
    values = proof_columns(by, row, proof) | {
        "innovation": row,
        "state": LifeState(state),
        "stopped_on": stopped_on if is_stopped else None,
        "reason": reason.strip() if is_stopped else "",
        "lessons": lessons.strip(),
        "attested_by": by,
    }
    now = clock.now()
    if again := made_just_now(Attestation.objects.all(), values, at="attested_at", now=now):
        return again
    attestation = Attestation.objects.create(attested_at=now, **values)
    row.attested_state, row.attested_at = attestation.state, attestation.attested_at
    row.save(update_fields=["attested_state", "attested_at"])
    payload = {"innovation": row.pk, "state": attestation.state}
    audit.record(by=by, event="life_attested", obj=attestation, payload=payload)
    return attestation
