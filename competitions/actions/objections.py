"""Objections: the window of a provisional list, what is filed in it, the answer of two people.

An answer changes no list. What an accepted objection changes is moved by a
motion of the plenary or a list that is applied again, where each step has its own event.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.contest_files import Incoming, take_file
from competitions.actions.cut_offs import check_seats, hold
from competitions.actions.moves import check_move
from competitions.enums import CutOffState, ObjectionState, StageKind
from competitions.exceptions import ConflictOfInterest, WrongState
from competitions.models import (
    CutOff,
    Edition,
    Entry,
    Objection,
    ObjectionWindow,
    Stage,
)
from competitions.notifications import objections as letters
from competitions.permissions.objections import (
    check_can_answer_objection,
    check_can_confirm_answer,
    check_can_file_objection,
    check_can_open_objections,
)
from competitions.queries.conflicts import is_conflicted
from competitions.queries.objections import (
    check_in_time,
    close_of,
    next_number,
    share_window,
    windows_for,
)
from competitions.workflow import ANSWERS_TO, OBJECTION_MOVES
from sinovik import audit
from sinovik.audit import clock

LONGEST = 5000


@transaction.atomic
def open_objections(*, by: User, cut_off: CutOff) -> ObjectionWindow:
    """Let the agencies of a stage object to its settled provisional list, once.

    Tells the admins of every agency in the stage until when; who is selected stays closed.
    Raises WrongState where the edition sets no window, the list is not settled, or an
    earlier list has yet to be announced: whoever were told would know that list.
    """
    check_can_open_objections(by)
    row = hold(cut_off)
    stage = row.stage
    _check_openable(row)
    check_seats(row)
    now = clock.database_now()
    window = ObjectionWindow.objects.create(
        stage=stage, opens_at=now, closes_at=close_of(stage, now), opened_by=by
    )
    audit.record(
        by=by, event="objections_opened", obj=window, payload={"closes_at": window.closes_at}
    )
    letters.tell_window_opened(window)
    return window


def _check_openable(cut_off: CutOff) -> None:
    stage = cut_off.stage
    if not stage.objection_days:
        raise WrongState(_("Edisi ini tidak menetapkan masa sanggah untuk tahap ini."))
    if cut_off.state != CutOffState.PROVISIONAL:
        raise WrongState
    if ObjectionWindow.objects.filter(stage=stage).exists():
        raise WrongState(_("Masa sanggah untuk tahap ini sudah dibuka."))
    earlier = Stage.objects.filter(
        edition=stage.edition_id, kind=StageKind.SELECTION, position__lt=stage.position
    )
    if earlier.exclude(cut_off__announcement__announce_at__lte=clock.database_now()).exists():
        raise WrongState(_("Daftar tahap sebelumnya belum diumumkan. Umumkan lebih dahulu."))


@transaction.atomic
def file_objection(
    *,
    by: User,
    entry: Entry,
    stage: Stage,
    reason: str,
    text: str,
    evidence: Incoming | None = None,
) -> Objection:
    """Object to how a stage treated the own agency's entry; returns it with its number.

    What counts is the database's clock when the form arrived, the time in our own line taken
    off, before its file is cleaned; nobody can firm the list up meanwhile. Raises TooLate with
    both instants, FileRefused for the evidence, WrongState for what was objected to already.
    """
    check_can_file_objection(by, entry)
    window = share_window(stage)
    instant = clock.arrived()
    check_in_time(window, instant)
    _check_about(entry, window, text)
    _check_new(entry, stage, reason)
    kept = take_file(by=by, incoming=evidence) if evidence else None
    edition = Edition.objects.locked().get(pk=stage.edition_id)
    _check_new(entry, stage, reason)
    row = Objection.objects.create(
        edition=edition,
        number=next_number(edition),
        stage=window.stage,
        entry=entry,
        reason=reason,
        text=text.strip()[:LONGEST],
        evidence=kept,
        filed_at=instant,
        filed_by=by,
    )
    sha256 = kept.sha256 if kept else ""
    facts = {"number": row.code, "entry": entry.pk, "reason": row.reason, "evidence": sha256}
    audit.record(by=by, event="objection_filed", obj=row, payload=facts)
    letters.tell_filed(row)
    return row


def _check_about(entry: Entry, window: ObjectionWindow, text: str) -> None:
    if window not in windows_for(entry):
        raise WrongState(_("Peserta ini tidak berada di tahap tersebut."))
    if not text.strip():
        raise WrongState(_("Tulis uraian sanggahan."))


def _check_new(entry: Entry, stage: Stage, reason: str) -> None:
    earlier = Objection.objects.filter(stage=stage, entry=entry, reason=reason)
    found = earlier.select_related("edition").first()
    if found:
        raise WrongState(
            _("Pokok ini sudah Anda ajukan sebagai %(number)s. Pilih pokok lain.")
            % {"number": found.code}
        )


@transaction.atomic
def propose_answer(
    *, by: User, objection: Objection, answer: str, reason: str, text: str
) -> Objection:
    """Propose to accept or reject an objection; another person confirms it.

    Raises ConflictOfInterest where the person is too close to the entry, WrongState for a
    reason that does not go with the answer.
    """
    row = _lock(objection)
    check_can_answer_objection(by)
    _check_no_conflict(by, row)
    check_move(OBJECTION_MOVES, row, ObjectionState.ANSWER_PROPOSED)
    if reason not in ANSWERS_TO.get(answer, ()):
        raise WrongState(_("Alasan ini tidak sesuai dengan putusannya. Pilih alasan lain."))
    if not text.strip():
        raise WrongState(_("Tulis uraian jawaban."))
    row.state, row.answer, row.answer_reason = ObjectionState.ANSWER_PROPOSED, answer, reason
    row.answer_text = text.strip()[:LONGEST]
    row.proposed_at, row.proposed_by = clock.now(), by
    row.save(update_fields=ANSWER_FIELDS)
    audit.record(
        by=by,
        event="objection_answer_proposed",
        obj=row,
        payload={"answer": row.answer, "reason": row.answer_reason},
    )
    letters.tell_answer_proposed(row)
    return row


ANSWER_FIELDS = ["state", "answer", "answer_reason", "answer_text", "proposed_at", "proposed_by"]


@transaction.atomic
def return_answer(*, by: User, objection: Objection, note: str) -> Objection:
    """Send a proposed answer back as its second person, with a note to the proposer."""
    row = _lock(objection)
    check_can_confirm_answer(by, row)
    _check_no_conflict(by, row)
    check_move(OBJECTION_MOVES, row, ObjectionState.FILED)
    if not note.strip():
        raise WrongState(_("Tuliskan alasan Anda mengembalikan jawaban."))
    proposer = row.proposed_by
    payload = {"answer": row.answer, "text": row.answer_text, "note": note.strip()}
    row.state, row.answer, row.answer_reason = ObjectionState.FILED, "", ""
    row.answer_text, row.proposed_at, row.proposed_by = "", None, None
    row.save(update_fields=ANSWER_FIELDS)
    audit.record(by=by, event="objection_answer_returned", obj=row, payload=payload)
    letters.tell_answer_returned(row, proposer, note.strip())
    return row


@transaction.atomic
def confirm_answer(*, by: User, objection: Objection) -> Objection:
    """Let a proposed answer hold, as its second person; the agency hears of it.

    Changes no list: heads are told of an accepted one and move what it changes.
    """
    row = _lock(objection)
    check_can_confirm_answer(by, row)
    _check_no_conflict(by, row)
    check_move(OBJECTION_MOVES, row, row.answer or ObjectionState.ACCEPTED)
    row.state, row.decided_at, row.decided_by = row.answer, clock.now(), by
    row.save(update_fields=["state", "decided_at", "decided_by"])
    audit.record(
        by=by, event=f"objection_{row.state}", obj=row, payload={"reason": row.answer_reason}
    )
    letters.tell_answered(row)
    return row


def _lock(objection: Objection) -> Objection:
    return Objection.objects.locked().for_list().get(pk=objection.pk)


def _check_no_conflict(by: User, objection: Objection) -> None:
    if is_conflicted(by, [objection.entry_id]):
        raise ConflictOfInterest
