"""The third decision of the administrative check: mend it within a window, then look again.

Whoever moves a correction locks the entry first and the check after it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions import notifications
from competitions.actions.checks import hold_checks
from competitions.actions.entries import check_complete, lock_entries, writers_of
from competitions.actions.letters import Outgoing, write_letters
from competitions.actions.moves import check_move
from competitions.actions.receipts import issue_receipts
from competitions.enums import CheckState, CorrectionOutcome, EntryState, LetterKind
from competitions.exceptions import EntryIncomplete, WrongState
from competitions.models import (
    AdministrativeCheck,
    Correction,
    Entry,
    EntryRemark,
    Receipt,
    Stage,
)
from competitions.permissions import check_can_decide_check, check_can_submit_entry
from competitions.queries.conflicts import conflicted_pairs
from competitions.queries.corrections import due_instant, hold_correction_window
from competitions.queries.deadlines import closes_at_for
from competitions.queries.holders import admins_of
from competitions.queries.letters import correction_letter, form_titles, section_titles
from competitions.queries.reading import filled_sections
from competitions.workflow import ENTRY_MOVES
from innovations.actions.freezing import freeze_innovations
from innovations.models import Innovation, InnovationVersion
from innovations.queries.freezing import freeze
from innovations.versions import fingerprint
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.outcome import certain


@transaction.atomic
def ask_correction(
    *, by: User, check: AdministrativeCheck, remarks: Sequence[tuple[str, str]]
) -> Correction:
    """Give a submitted entry back to its agency with (section key, text) remarks, for some days.

    Raises WrongState without a remark, after the last round, or where the stage ends before
    the window would.
    """
    (entry,) = lock_entries([check.stage_entry.entry])
    (row,), stage = hold_checks([check], CheckState.CORRECTION)
    check_can_decide_check(by, row)
    check_move(ENTRY_MOVES, entry, EntryState.CORRECTION)
    texts = [(key, text.strip()) for key, text in remarks if text.strip()]
    if not texts:
        raise WrongState(_("Tuliskan paling sedikit satu catatan perbaikan."))
    now = clock.database_now()
    correction = _promise(by, row, entry, stage, now)
    _remark(by, entry, texts, now)
    _move_entries([entry], EntryState.CORRECTION, now)
    row.state = CheckState.CORRECTION
    row.save(update_fields=["state"])
    _write_to_agency(by, entry, correction, texts)
    facts = {"remarks": len(texts), "due_at": correction.due_at, "number": correction.number}
    audit.record(by=by, event="correction_asked", obj=row, payload=facts)
    return correction


@certain
@transaction.atomic
def resubmit_entry(*, by: User, entry: Entry, request_key: UUID | None = None) -> Entry:
    """Submit a mended proposal before its window ends: a new version, a new receipt.

    The first version and receipt stay; the quota is not touched. The same request sent
    again, or by the same person, changes nothing. Raises StageClosed, EntryIncomplete,
    NotEligible, WrongState, OutcomeUnknown where the commit may not last.
    """
    (row,) = lock_entries([entry])
    check_can_submit_entry(by, row)
    if _repeats(by, row, request_key):
        audit.record(by=by, event="submission_repeated", obj=row)
        return row
    if row.state != EntryState.CORRECTION:
        raise WrongState
    correction, now = hold_correction_window(row)
    check = (
        AdministrativeCheck.objects.locked()
        .select_related("claimed_by")
        .get(pk=correction.check_of_id)
    )
    # Whoever edits the dossier takes the same lock: the version is one state of it.
    innovation = Innovation.objects.locked().get(pk=row.innovation_id)
    if fingerprint(freeze(innovation)) == correction.version.content_hash:
        raise EntryIncomplete(_("Belum ada yang diubah. Perbaiki bagian yang diberi catatan."))
    check_complete([row], at_submission=True)
    (version,) = freeze_innovations(by=by, innovations=[innovation])
    row.version = version
    _move_entries([row], EntryState.SUBMITTED, now, "version")
    _end_mended(by, correction, version, now)
    check.filled_sections = filled_sections(version.content, form_titles(row.edition_id))
    _return_checks([(row, check)], now)
    facts = {"content_hash": version.content_hash, "number": correction.number}
    audit.record(by=by, event="entry_resubmitted", obj=row, payload=facts)
    issue_receipts(by=by, entries=[row], versions=[version], at=now, request_key=request_key)
    notifications.tell_correction_ended(check, row, is_mended=True)
    return row


@transaction.atomic
def end_overdue_corrections(*, by: User | None = None) -> list[Correction]:
    """End every window that passed unused: the officer goes on with what there is.

    Nothing fails by it. Doing it again, or at the same time twice, changes nothing more. What
    arrived in time and still stands in our own queue is waited for.
    `by` None is the system's own clockwork; an officer may press it too.
    """
    by_now = clock.database_now() - clock.longest_wait()
    overdue = Correction.objects.running().filter(due_at__lte=by_now)
    entry_ids = list(overdue.values_list("check_of__stage_entry__entry", flat=True))
    entries = {row.pk: row for row in lock_entries(Entry.objects.filter(pk__in=entry_ids))}
    now = clock.database_now()
    rows = list(
        Correction.objects.running()
        .locked()
        .filter(due_at__lte=by_now, check_of__stage_entry__entry__in=entries)
        .select_related("check_of__stage_entry", "check_of__claimed_by")
        .order_by("pk")
    )
    pairs = [(entries[row.check_of.stage_entry.entry_id], row.check_of) for row in rows]
    _move_entries([entry for entry, _check in pairs], EntryState.SUBMITTED, now)
    for row in rows:
        row.outcome, row.ended_at = CorrectionOutcome.LAPSED, now
    Correction.objects.bulk_update(rows, ["outcome", "ended_at"])
    _return_checks(pairs, now)
    audit.record_many(by=by, event="correction_lapsed", objs=rows)
    for entry, check in pairs:
        notifications.tell_correction_ended(check, entry, is_mended=False)
    return rows


def _remark(by: User, entry: Entry, texts: Sequence[tuple[str, str]], at: datetime) -> None:
    EntryRemark.objects.bulk_create(
        [
            EntryRemark(
                entry=entry,
                section_key=key,
                text=text,
                written_at=at,
                written_by=by,
                version_id=entry.version_id,
            )
            for key, text in texts
        ]
    )


def _write_to_agency(
    by: User, entry: Entry, correction: Correction, texts: Sequence[tuple[str, str]]
) -> None:
    titles = section_titles(entry.edition_id)
    draft = correction_letter(entry, texts, correction.due_at, titles=titles)
    letter = Outgoing(entry, LetterKind.CORRECTION, draft, correction)
    write_letters(by=by, letters=[letter])
    admins = admins_of([entry.agency_id]).get(entry.agency_id, [])
    notifications.tell_correction_asked(entry, [*admins, *writers_of(entry)], draft)


def _promise(
    by: User, row: AdministrativeCheck, entry: Entry, stage: Stage, now: datetime
) -> Correction:
    """Open a round whose end lies within the stage, unless all rounds are used."""
    used = row.corrections.count()
    if used >= stage.correction_rounds:
        raise WrongState(
            _("Proposal ini sudah pernah diminta diperbaiki. Pilih Lolos atau Tidak lolos.")
        )
    due_at = due_instant(stage, now)
    if due_at > closes_at_for(stage, None):
        raise WrongState(
            _(
                "Masa perbaikan %(days)s hari melewati penutupan tahap."
                " Minta kepala sekretariat memperpanjang tahap lebih dahulu."
            )
            % {"days": stage.correction_days}
        )
    return Correction.objects.create(
        check_of=row,
        number=used + 1,
        version_id=entry.version_id,  # type: ignore[misc]  # what is submitted has one
        asked_at=now,
        asked_by=by,
        due_at=due_at,
    )


def _end_mended(by: User, correction: Correction, version: InnovationVersion, at: datetime) -> None:
    entry_id = correction.check_of.stage_entry.entry_id
    EntryRemark.objects.filter(entry=entry_id, resolved_at=None).update(resolved_at=at)
    correction.outcome, correction.ended_at = CorrectionOutcome.MENDED, at
    correction.mended_by, correction.mended_version = by, version
    correction.save(update_fields=["outcome", "ended_at", "mended_by", "mended_version"])


def _repeats(by: User, entry: Entry, request_key: UUID | None) -> bool:
    """Whether this very resubmission was done already."""
    if entry.state != EntryState.SUBMITTED:
        return False
    if request_key and Receipt.objects.filter(entry=entry, request_key=request_key).exists():
        return True
    mended = Correction.objects.filter(check_of__stage_entry__entry=entry, mended_by=by)
    return mended.filter(mended_version=entry.version_id).exists()


def _move_entries(entries: Sequence[Entry], state: str, at: datetime, *fields: str) -> None:
    for entry in entries:
        entry.state, entry.state_changed_at = state, at
        entry.save(update_fields=["state", "state_changed_at", *fields])


def _return_checks(pairs: Sequence[tuple[Entry, AdministrativeCheck]], at: datetime) -> None:
    """Back to the officer who asked; to the queue where that person can't go on."""
    officers = {check.claimed_by_id: check.claimed_by for _entry, check in pairs}
    able = {pk: one for pk, one in officers.items() if one and one.is_active and one.is_secretariat}
    entries = Entry.objects.filter(pk__in=[entry.pk for entry, _check in pairs])
    barred = conflicted_pairs(list(able.values()), entries.select_related("agency__region"))
    for entry, check in pairs:
        is_able = check.claimed_by_id in able and (check.claimed_by_id, entry.pk) not in barred
        check.state, check.claimed_at = CheckState.CLAIMED, at
        if not is_able:
            check.state, check.claimed_at, check.claimed_by = CheckState.QUEUED, None, None
        check.save(update_fields=["state", "claimed_at", "claimed_by", "filled_sections"])
