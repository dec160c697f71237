"""Submissions after the close: refused, kept as they stood, admitted by two people."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from competitions.actions.entries import pin_versions, submit_entry
from competitions.actions.moves import check_move, decide
from competitions.actions.receipts import Admission, issue_receipts
from competitions.enums import Arrival, EntryState, LateState, StageKind, StageState
from competitions.exceptions import NotEligible, TooLate, WrongState
from competitions.models import Entry, LateSubmission, Stage
from competitions.notifications import late as letters
from competitions.permissions.entries import check_can_submit_entry
from competitions.permissions.late import check_can_admit_late, check_can_decide_late
from competitions.queries.findings import blocking_findings
from competitions.queries.locks import share_registration_stage, share_stage
from competitions.workflow import LATE_MOVES
from innovations.actions.freezing import freeze_innovations
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.outcome import certain


def hand_in_entry(*, by: User, entry: Entry, request_key: UUID | None = None) -> Entry:
    """`submit_entry`; what comes too late is kept as it stands before the refusal goes on.

    Two transactions: the refused one leaves nothing, the second keeps the attempt.
    """
    try:
        return submit_entry(by=by, entry=entry, request_key=request_key)
    except TooLate as refusal:
        keep_late(by=by, entry=entry, refusal=refusal)
        kept = _("Isinya sudah disimpan seperti adanya; sekretariat dapat menerimanya.")
        raise TooLate(f"{refusal} {kept}", refusal.closes_at, refusal.instant) from refusal


@transaction.atomic
def keep_late(*, by: User, entry: Entry, refusal: TooLate) -> LateSubmission:
    """Freeze a proposal that arrived after the close, with the instants of its refusal.

    Asking again changes nothing: one row an entry and missed close, the first attempt.
    """
    row = _lock_entry(entry)
    check_can_submit_entry(by, row)
    # One that the secretariat wants mended is with the ministry already: `resubmit_entry`.
    if row.state != EntryState.WITH_AGENCY:
        raise WrongState
    kept = LateSubmission.objects.filter(entry=row, closes_at=refusal.closes_at).first()
    if kept:
        return kept
    (version,) = freeze_innovations(by=by, innovations=[row.innovation])
    late = LateSubmission.objects.create(
        entry=row,
        version=version,
        closes_at=refusal.closes_at,
        attempted_at=refusal.instant,
        attempted_by=by,
    )
    audit.record(
        by=by,
        event="late_submission_kept",
        obj=late,
        payload={
            "entry": row.pk,
            "content_hash": version.content_hash,
            "closes_at": refusal.closes_at,
            "attempted_at": refusal.instant,
        },
    )
    letters.tell_kept(late)
    return late


@transaction.atomic
def propose_admission(
    *, by: User, late: LateSubmission, letter_number: str, reason: str
) -> LateSubmission:
    """Propose to admit a late submission, on a letter and with a reason."""
    row = _lock(late)
    check_can_decide_late(by, row)
    check_move(LATE_MOVES, row, LateState.ADMISSION_PROPOSED)
    _check_selection_open(row.entry)
    if not letter_number.strip() or not reason.strip():
        raise WrongState(_("Tuliskan nomor surat dan alasan menerimanya."))
    row.state = LateState.ADMISSION_PROPOSED
    row.letter_number, row.reason = letter_number.strip(), reason.strip()
    row.proposed_at, row.proposed_by = clock.now(), by
    row.save(update_fields=["state", "letter_number", "reason", "proposed_at", "proposed_by"])
    audit.record(
        by=by,
        event="late_admission_proposed",
        obj=row,
        payload={"letter": row.letter_number, "reason": row.reason},
    )
    letters.tell_admission_proposed(row)
    return row


@certain
@transaction.atomic
def admit_late(*, by: User, late: LateSubmission) -> LateSubmission:
    """Let a late submission in as a second person: the version that came, at its instant.

    The receipt states the instant of arrival, the deadline it missed and the letter. Quota
    and rules are examined anew. Raises SecondPersonNeeded, NotEligible, WrongState.
    """
    row = _lock(late)
    check_can_admit_late(by, row)
    check_move(LATE_MOVES, row, LateState.ADMITTED)
    entry = _lock_entry(row.entry)
    # As `submit_entries` does: two admissions can't both pass the same quota.
    Agency.objects.locked().get(pk=entry.agency_id)
    registration = share_registration_stage(entry.edition_id)
    _check_admissible(entry)
    now = clock.database_now()
    entry.arrival = Arrival.ADMITTED
    pin_versions(
        by=by,
        entries=[entry],
        versions=[row.version],
        registration=registration,
        at=row.attempted_at,
        submitter=row.attempted_by,
    )
    issue_receipts(
        by=by,
        entries=[entry],
        versions=[row.version],
        at=row.attempted_at,
        request_key=None,
        admission=Admission(row.closes_at, now, row.letter_number),
    )
    decide(row, by=by, state=LateState.ADMITTED)
    audit.record(
        by=by, event="late_submission_admitted", obj=row, payload={"letter": row.letter_number}
    )
    letters.tell_admitted(row)
    return row


@transaction.atomic
def decline_late(*, by: User, late: LateSubmission, reason: str) -> LateSubmission:
    """Decline a late submission with a reason that its agency reads. The version stays."""
    row = _lock(late)
    check_can_decide_late(by, row)
    check_move(LATE_MOVES, row, LateState.DECLINED)
    if not reason.strip():
        raise WrongState(_("Tuliskan alasan penolakan."))
    decide(row, by=by, state=LateState.DECLINED, note=reason.strip())
    audit.record(
        by=by, event="late_submission_declined", obj=row, payload={"reason": row.decision_note}
    )
    letters.tell_declined(row)
    return row


def _lock(late: LateSubmission) -> LateSubmission:
    return LateSubmission.objects.locked().for_list().get(pk=late.pk)


def _lock_entry(entry: Entry) -> Entry:
    rows = Entry.objects.locked().select_related("edition", "group", "agency", "innovation__unit")
    return rows.get(pk=entry.pk)


def _check_admissible(entry: Entry) -> None:
    if entry.state != EntryState.WITH_AGENCY:
        raise WrongState(
            _("Proposal ini sudah tidak menunggu di admin instansi, sehingga tidak dapat diterima.")
        )
    _check_selection_open(entry)
    for _entry, findings in blocking_findings([entry]):
        raise NotEligible(" ".join(finding.sentence for finding in findings))


def _check_selection_open(entry: Entry) -> None:
    administrative = Stage.objects.get(edition=entry.edition, kind=StageKind.ADMINISTRATIVE)
    if share_stage(administrative.pk).state == StageState.CLOSED:
        raise WrongState(
            _("Seleksi administrasi sudah ditutup; yang terlambat tidak lagi diterima.")
        )
