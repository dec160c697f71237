"""Back to work before the close: a submitted entry reopened, a withdrawn one revived.

After the close neither is possible here. What was submitted stays as it was: version,
receipt, sending and the ended stays, which are marked as reopened.
"""

from collections.abc import Callable

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.entries import registration_stage, writers_of
from competitions.actions.moves import check_move
from competitions.actions.places import check_places, hold_places
from competitions.actions.stage_entries import enter_stage, leave_stage
from competitions.enums import CheckState, EntryState, Outcome
from competitions.exceptions import WrongState
from competitions.models import AdministrativeCheck, Entry, Stage, StageEntry
from competitions.notifications import in_site_language
from competitions.permissions.entries import check_can_submit_entry, check_can_withdraw_entry
from competitions.queries.holders import admins_of
from competitions.queries.locks import share_open_stage
from competitions.queries.reopening import begun_sentence
from competitions.workflow import ENTRY_MOVES
from sinovik import audit, notifications
from sinovik.audit import clock


@transaction.atomic
def reopen_entry(*, by: User, entry: Entry) -> Entry:
    """Take a submitted entry back to work; its place in the administrative queue is left.

    It has to be sent and submitted again before the close, quota included. Raises
    StageClosed after it, WrongState where an officer has begun to check.
    """
    row = _lock(entry)
    check_can_submit_entry(by, row)
    registration = share_open_stage(registration_stage(row.edition).pk, row.agency_id)
    check_move(ENTRY_MOVES, row, EntryState.RETURNED)
    version = row.version
    _back_to_work(by, row, EntryState.RETURNED, registration)
    payload = {"version": version.number if version else None}
    audit.record(by=by, event="entry_reopened", obj=row, payload=payload)
    _tell(row, by=by, letter=_reopened)
    return row


@transaction.atomic
def revive_entry(*, by: User, entry: Entry) -> Entry:
    """Bring a withdrawn entry back as a draft of its unit.

    Refused where the agency's quota is used up by others (NotEligible), after the close
    (StageClosed), and where an officer had begun to check it (WrongState).
    """
    row = _lock(entry)
    check_can_withdraw_entry(by, row)
    hold_places([row])
    registration = share_open_stage(registration_stage(row.edition).pk, row.agency_id)
    check_move(ENTRY_MOVES, row, EntryState.DRAFT)
    check_places([row])
    _back_to_work(by, row, EntryState.DRAFT, registration)
    audit.record(by=by, event="entry_revived", obj=row)
    _tell(row, by=by, letter=_revived)
    return row


def _lock(entry: Entry) -> Entry:
    # Not the version: a submission that was waited for has named another one.
    related = ("edition", "group", "agency", "innovation__unit", "created_by")
    return Entry.objects.locked().select_related(*related).get(pk=entry.pk)


def _back_to_work(by: User, entry: Entry, state: str, registration: Stage) -> None:
    """Out of every stage, into registration anew; the pinned version is let go of."""
    _leave_queue(by, entry)
    enter_stage(by=by, stage=registration, entry_ids=[entry.pk])
    entry.state, entry.state_changed_at = state, clock.now()
    entry.version, entry.submitted_at, entry.submitted_by = None, None, None
    entry.save(
        update_fields=["state", "state_changed_at", "version", "submitted_at", "submitted_by"]
    )


def _leave_queue(by: User, entry: Entry) -> None:
    """End the entry's stays as reopened, unless somebody has begun to check it.

    The check is locked first: an officer who claims it at this moment waits and then finds
    the entry gone, or we wait and find the check begun.
    """
    checks = AdministrativeCheck.objects.locked().filter(stage_entry__entry=entry).order_by("pk")
    if any(check.state != CheckState.QUEUED for check in checks):
        raise WrongState(begun_sentence(entry))
    stays = StageEntry.objects.filter(entry=entry).standing()
    leave_stage(by=by, stay_ids=stays.values_list("pk", flat=True), outcome=Outcome.REOPENED)
    stays.update(outcome=Outcome.REOPENED)


def _reopened(title: str) -> tuple[str, str]:
    body = _(
        "“%(title)s” dibuka kembali untuk diperbaiki. Kirim dan ajukan lagi sebelum pendaftaran"
        " ditutup, agar tetap ikut."
    )
    return _("Proposal dibuka kembali"), body % {"title": title}


def _revived(title: str) -> tuple[str, str]:
    body = _("“%(title)s” ikut kembali sebagai draf. Kirim dan ajukan sebelum pendaftaran ditutup.")
    return _("Proposal dihidupkan kembali"), body % {"title": title}


@in_site_language
def _tell(entry: Entry, *, by: User, letter: Callable[[str], tuple[str, str]]) -> None:
    """Writers and admins of the entry, whoever did it left out."""
    admins = admins_of([entry.agency_id]).get(entry.agency_id, [])
    people = {person.pk: person for person in [*writers_of(entry), *admins]}
    people.pop(by.pk, None)
    title, body = letter(entry.innovation.title)
    notifications.notify(
        recipients=list(people.values()),
        subject=title,
        body=body,
        path=reverse("competitions:entry_tasks", args=[entry.pk]),
    )
