"""A replication's way: asked for, answered, agreed on, reported, confirmed, verified."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from innovations import notifications
from innovations.actions.dossiers import edit_innovation, write_origin
from innovations.enums import InnovationState, ReplicationState
from innovations.exceptions import ReplicationRefused
from innovations.models import Innovation, Replication
from innovations.models.replication import ENDED
from innovations.permissions import (
    check_can_agree_replication,
    check_can_answer_replication,
    check_can_confirm_replication,
    check_can_edit_innovation,
    check_can_report_replication,
    check_can_request_replication,
    check_can_return_replication,
    check_can_verify_replication,
    check_can_withdraw_replication,
    replicating,
)
from innovations.queries.replications import wrote_origin
from innovations.workflow import REPLICATION_MOVES, can_move
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.turns import made_just_now
from sinovik.web.zones import contest_day

FARTHEST_START = timedelta(days=5 * 366)
OLDEST_LETTER = timedelta(days=366)
"""Agencies may have written to each other before one of them asked here."""


@dataclass(frozen=True)
class ReplicationRequest:
    """What an agency asks for: what it needs, whom to call, when it wants to begin."""

    need: str
    contact: str
    wanted_on: date


@dataclass(frozen=True)
class ReplicationReport:
    """What became of it: the replica, what was changed and why, what shows that it runs."""

    replica: Innovation
    adaptation: str
    evidence: str
    evidence_url: str = ""


@transaction.atomic
def request_replication(
    *, by: User, origin: Innovation, agency: Agency, request: ReplicationRequest
) -> Replication:
    """Ask another agency for its published innovation; who presses twice asked once.

    Raises ReplicationRefused where the agency's last request is still under way.
    """
    row = Innovation.objects.locked().select_related("agency").get(pk=origin.pk)
    check_can_request_replication(by, row, agency)
    if row.state != InnovationState.PUBLISHED:
        raise ReplicationRefused(_("Hanya inovasi yang terbit dapat direplikasi."))
    _check_start(request.wanted_on)
    _require(request.need, _("Tuliskan kebutuhan instansi Anda."), field="need")
    _require(request.contact, _("Isi narahubung."), field="contact")
    standing = Replication.objects.filter(origin=row, agency=agency).exclude(state__in=ENDED)
    membership = next(one for one in replicating(by) if one.agency_id == agency.pk)
    values = {
        "origin": row,
        "agency": agency,
        "unit": membership.unit,
        "need": request.need.strip(),
        "contact": request.contact.strip(),
        "wanted_on": request.wanted_on,
        "requested_by": by,
    }
    now = clock.now()
    if again := made_just_now(standing, values, at="requested_at", now=now):
        return again
    if standing.exists():
        raise ReplicationRefused(
            _("Instansi Anda masih punya permintaan yang berjalan untuk inovasi ini.")
        )
    replication = Replication.objects.create(requested_at=now, **values)
    _record(by, replication, "replication_requested")
    notifications.tell_replication_requested(replication)
    return replication


@transaction.atomic
def answer_replication(
    *, by: User, replication: Replication, accepts: bool, answer: str, internal_note: str = ""
) -> Replication:
    """Accept with terms or refuse with a reason; the note stays with the origin's people."""
    row = _hold(replication)
    check_can_answer_replication(by, row)
    _move(row, ReplicationState.ACCEPTED if accepts else ReplicationState.REFUSED)
    row.answer = _require(
        answer, _("Tuliskan syarat bila menerima, alasan bila menolak."), field="answer"
    )
    row.internal_note = internal_note.strip()
    row.answered_at, row.answered_by = clock.now(), by
    row.save(update_fields=["state", "answer", "internal_note", "answered_at", "answered_by"])
    _record(by, row, "replication_accepted" if accepts else "replication_refused")
    notifications.tell_replication_answered(row)
    return row


@transaction.atomic
def agree_replication(
    *, by: User, replication: Replication, number: str, dated_on: date
) -> Replication:
    """Record the letter by which both agencies agree to the origin's terms."""
    row = _hold(replication)
    check_can_agree_replication(by, row)
    _move(row, ReplicationState.AGREED)
    _check_letter(row, dated_on)
    row.letter_number = _require(" ".join(number.split()), _("Isi nomor surat."), field="number")
    row.letter_dated_on = dated_on
    row.agreed_at, row.agreed_by = clock.now(), by
    row.save(update_fields=["state", "letter_number", "letter_dated_on", "agreed_at", "agreed_by"])
    _record(by, row, "replication_agreed", letter=row.letter_number)
    notifications.tell_replication_agreed(row)
    return row


@transaction.atomic
def report_replication(
    *, by: User, replication: Replication, report: ReplicationReport
) -> Replication:
    """Lay the replica before the origin: its dossier, what was adapted, what proves it.

    The dossier then names its origin, and that of an earlier report no more. Raises
    DossierLocked where the contest holds it, OriginRefused where the origin stems from it,
    StaleEdit never.
    """
    row = _hold(replication)
    check_can_report_replication(by, row)
    _move(row, ReplicationState.REPORTED)
    _write_report(row, report)
    if row.replica_id != report.replica.pk:
        _hold_in_order(row.replica_id, report.replica.pk)
        _take_back_origin(by, row)
    row.replica = _replica(by, row, report.replica)
    names_it_already = row.replica.replicates_id is not None
    if not names_it_already:
        row.replica = _name_origin(by, row, row.replica)
    row.reported_at, row.reported_by, row.return_reason = clock.now(), by, ""
    row.save(
        update_fields=[
            "state",
            "adaptation",
            "evidence",
            "evidence_url",
            "replica",
            "reported_at",
            "reported_by",
            "return_reason",
        ]
    )
    facts = {} if names_it_already else {"origin_edit": row.replica.edit_number}
    _record(by, row, "replication_reported", replica=row.replica.pk, **facts)
    notifications.tell_replication_reported(row)
    return row


@transaction.atomic
def confirm_replication(*, by: User, replication: Replication) -> Replication:
    """The origin stands for the report: the first of the two who verify."""
    row = _hold(replication)
    check_can_confirm_replication(by, row)
    _move(row, ReplicationState.CONFIRMED)
    row.confirmed_at, row.confirmed_by = clock.now(), by
    row.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    _record(by, row, "replication_confirmed")
    notifications.tell_replication_confirmed(row)
    return row


@transaction.atomic
def verify_replication(*, by: User, replication: Replication) -> Replication:
    """The secretariat verifies what the origin confirmed; from now on the replica counts."""
    row = _hold(replication)
    check_can_verify_replication(by, row)
    _move(row, ReplicationState.VERIFIED)
    row.verified_at, row.verified_by = clock.now(), by
    row.save(update_fields=["state", "verified_at", "verified_by"])
    _record(by, row, "replication_verified")
    notifications.tell_replication_verified(row)
    return row


@transaction.atomic
def return_replication(*, by: User, replication: Replication, reason: str) -> Replication:
    """Send a report back to be written anew; the agreement stands."""
    row = _hold(replication)
    check_can_return_replication(by, row)
    if not row.has_report:
        raise ReplicationRefused
    _move(row, ReplicationState.AGREED)
    row.return_reason = _require(reason, _("Tuliskan apa yang harus diperbaiki."), field="reason")
    row.confirmed_at = row.confirmed_by = None
    row.save(update_fields=["state", "return_reason", "confirmed_at", "confirmed_by"])
    _record(by, row, "replication_returned", reason=row.return_reason)
    notifications.tell_replication_returned(row)
    return row


@transaction.atomic
def withdraw_replication(*, by: User, replication: Replication, reason: str) -> Replication:
    """End a replication that is under way, with a reason that both agencies read."""
    row = _hold(replication)
    check_can_withdraw_replication(by, row)
    _move(row, ReplicationState.WITHDRAWN)
    row.withdrawal_reason = _require(reason, _("Tuliskan alasan penarikan."), field="reason")
    row.withdrawn_at, row.withdrawn_by = clock.now(), by
    row.save(update_fields=["state", "withdrawal_reason", "withdrawn_at", "withdrawn_by"])
    _take_back_origin(by, row)
    _record(by, row, "replication_withdrawn", reason=row.withdrawal_reason)
    notifications.tell_replication_withdrawn(row)
    return row


def _hold(replication: Replication) -> Replication:
    """The row under lock, as it is now, with what letters and rights ask of it."""
    rows = Replication.objects.locked().select_related(
        "origin__agency", "agency", "requested_by", "replica"
    )
    return rows.get(pk=replication.pk)


def _move(row: Replication, target: ReplicationState) -> None:
    if not can_move(REPLICATION_MOVES, row.state, target):
        raise ReplicationRefused
    row.state = target


def _require(text: str, sentence: str, *, field: str) -> str:
    if not text.strip():
        raise ReplicationRefused(sentence, field=field)
    return text.strip()


def _check_start(day: date) -> None:
    """Refuse a start that is over, and one so far ahead that its year must be a slip."""
    today = contest_day(clock.now())
    if day < today:
        raise ReplicationRefused(
            _("Rencana mulai sudah lewat. Pilih hari ini atau sesudahnya."), field="wanted_on"
        )
    if day > today + FARTHEST_START:
        raise ReplicationRefused(
            _("Rencana mulai lebih dari lima tahun lagi. Periksa tahunnya."), field="wanted_on"
        )


def _check_letter(row: Replication, day: date) -> None:
    """Refuse a letter of a day that has not come, and one much older than the request."""
    if day > contest_day(clock.now()):
        raise ReplicationRefused(_("Tanggal surat belum tiba. Periksa kembali."), field="dated_on")
    requested_on = contest_day(row.requested_at)
    if day < requested_on - OLDEST_LETTER:
        raise ReplicationRefused(
            _(
                "Surat itu lebih dari setahun lebih tua dari permintaannya, yang diajukan"
                " %(day)s. Periksa tahunnya."
            )
            % {"day": date_format(requested_on, "j F Y")},
            field="dated_on",
        )


def _write_report(row: Replication, report: ReplicationReport) -> None:
    row.adaptation = _require(
        report.adaptation, _("Tuliskan apa yang diubah dan mengapa."), field="adaptation"
    )
    row.evidence = _require(
        report.evidence, _("Tuliskan bukti bahwa replika berjalan."), field="evidence"
    )
    row.evidence_url = report.evidence_url


def _replica(by: User, row: Replication, chosen: Innovation) -> Innovation:
    """The agency's own dossier under lock, which names no other origin."""
    replica = Innovation.objects.locked().select_related("agency").get(pk=chosen.pk)
    check_can_edit_innovation(by, replica)
    if replica.agency_id != row.agency_id or replica.pk == row.origin_id:
        raise ReplicationRefused(_("Pilih dosir milik instansi yang mereplikasi."), field="replica")
    if replica.is_stopped:
        raise ReplicationRefused(
            _(
                "Layanan pada dosir itu dinyatakan berhenti, jadi tidak dapat dilaporkan sebagai"
                " replika yang berjalan. Bila sudah berjalan kembali, nyatakan keadaannya lebih"
                " dahulu."
            ),
            field="replica",
        )
    if replica.replicates_id not in (None, row.origin_id):
        raise ReplicationRefused(
            _("Dosir itu menyatakan mereplikasi inovasi lain. Pilih dosirnya."), field="replica"
        )
    others = Replication.objects.filter(replica=replica).exclude(pk=row.pk)
    if any(other.has_report for other in others):
        raise ReplicationRefused(
            _("Inovasi ini sudah dilaporkan pada replikasi lain."), field="replica"
        )
    return replica


def _name_origin(by: User, row: Replication, replica: Innovation) -> Innovation:
    return edit_innovation(
        by=by,
        innovation=replica,
        edit_number=replica.edit_number,
        changes={"replicates": row.origin},
    )


def _hold_in_order(*pks: int | None) -> None:
    """Lock two dossiers so that two reports that swap theirs do not wait for each other."""
    list(Innovation.objects.locked().filter(pk__in=[pk for pk in pks if pk]).order_by("pk"))


def _take_back_origin(by: User, row: Replication) -> None:
    """Let the replica of a report that no longer stands name no origin, if a report wrote it.

    Whoever may end a report may take its claim along: no right to the dossier is asked for.
    """
    if row.replica_id is None:
        return
    replica = Innovation.objects.locked().get(pk=row.replica_id)
    if replica.replicates_id == row.origin_id and wrote_origin(row, replica):
        write_origin(by=by, innovation=replica, origin=None)


def _record(by: User, row: Replication, event: str, **facts: Any) -> None:
    audit.record(by=by, event=event, obj=row, payload={"origin": row.origin_id, **facts})
