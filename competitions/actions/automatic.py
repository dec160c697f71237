"""Submitting by itself at the close what an agency's admin has approved and ordered so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.entries import submit_entry
from competitions.actions.late import keep_late
from competitions.enums import Arrival, AutomaticState, EntryState
from competitions.exceptions import TooLate, WrongState
from competitions.models import AutomaticSubmission, Entry
from competitions.notifications import automatic as letters
from competitions.permissions.entries import check_can_submit_entry
from competitions.queries.automatic import DueOrder, pending_orders
from competitions.queries.findings import blocking_findings
from competitions.queries.locks import share_registration
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.outcome import certain
from sinovik.web.access import Forbidden, Refusal


@transaction.atomic
def order_automatic(*, by: User, entry: Entry) -> AutomaticSubmission:
    """Order that a proposal which the agency holds be submitted by itself at the close.

    Its admin approves it so; returning it to the unit ends the order. Raises WrongState,
    TooLate after the close (grace does not count).
    """
    row = _lock(entry)
    check_can_submit_entry(by, row)
    if row.state != EntryState.WITH_AGENCY:
        raise WrongState(_("Hanya proposal yang menunggu keputusan Anda yang dapat dijadwalkan."))
    share_registration(row.edition, [row.agency_id], has_grace=False)
    if AutomaticSubmission.objects.pending().filter(entry=row).exists():
        raise WrongState(_("Proposal ini sudah dijadwalkan terkirim otomatis."))
    order = AutomaticSubmission.objects.create(entry=row, ordered_at=clock.now(), ordered_by=by)
    audit.record(by=by, event="automatic_submission_ordered", obj=order, payload={"entry": row.pk})
    return order


@transaction.atomic
def cancel_automatic(*, by: User, entry: Entry) -> AutomaticSubmission:
    """Take the order back; any admin of the agency may, until it has been carried out."""
    row = _lock(entry)
    check_can_submit_entry(by, row)
    order = AutomaticSubmission.objects.locked().pending().filter(entry=row).first()
    if order is None:
        raise WrongState
    _end(order, AutomaticState.CANCELLED, by=by)
    audit.record(
        by=by, event="automatic_submission_cancelled", obj=order, payload={"entry": row.pk}
    )
    return order


def run_orders() -> dict[int, str]:
    """Remind, send and settle whatever is due now; the state of each order touched, by id.

    Run it as often as you like, by as many as you like: each order is carried out under its
    entry's lock, once.
    """
    now = clock.database_now()
    touched = {}
    for due in pending_orders():
        if due.wants_notice(now):
            remind_of_order(by=None, due=due)
        if due.is_due(now):
            touched[due.order.pk] = carry_out_order(by=None, due=due)
    return touched


@transaction.atomic
def remind_of_order(*, by: None, due: DueOrder) -> None:
    """A day before the close: the admins read what is missing, or that all is ready."""
    order = AutomaticSubmission.objects.locked().pending().filter(pk=due.order.pk).first()
    if order is None or order.reminded_at:
        return
    order.reminded_at = clock.now()
    order.save(update_fields=["reminded_at"])
    findings = blocking_findings([due.order.entry])
    sentences = [finding.sentence for _entry, found in findings for finding in found]
    letters.tell_upcoming(due.order, due.closes_at, sentences)
    audit.record(
        by=by, event="automatic_submission_announced", obj=order, payload={"missing": sentences}
    )


@certain
@transaction.atomic
def carry_out_order(*, by: None, due: DueOrder) -> str:
    """Submit through the same action as by hand, in the name of who ordered it.

    What the rules refuse is told once before the close and tried again on the next run;
    after the close the order ends. One that nobody tried in time (no worker ran) is kept
    as a late submission. Returns the order's state.
    """
    entry = _lock(due.order.entry)
    order = AutomaticSubmission.objects.locked().get(pk=due.order.pk)
    if order.state != AutomaticState.PENDING:
        return order.state
    person = User.objects.get(pk=order.ordered_by_id)
    try:
        with transaction.atomic():
            if not person.is_active:
                raise Forbidden(_("Akun yang menjadwalkannya sudah tidak aktif."))
            submit_entry(by=person, entry=entry, arrival=Arrival.AUTOMATIC)
    except TooLate as late:
        return _give_up(order, person, entry, late)
    except Refusal as refusal:
        return _warn(order, str(refusal), due.closes_at)
    return AutomaticState.SENT


def _warn(order: AutomaticSubmission, obstacle: str, closes_at: datetime) -> str:
    is_first = order.warned_at is None
    order.warned_at, order.obstacle = order.warned_at or clock.now(), obstacle
    order.save(update_fields=["warned_at", "obstacle"])
    if is_first:
        audit.record(
            by=None, event="automatic_submission_refused", obj=order, payload={"why": obstacle}
        )
        letters.tell_refused(order, closes_at)
    return order.state


def _give_up(order: AutomaticSubmission, person: User, entry: Entry, late: TooLate) -> str:
    if not order.warned_at and entry.state == EntryState.WITH_AGENCY:
        keep_late(by=person, entry=entry, refusal=late)
    order.obstacle = order.obstacle or str(late)
    _end(order, AutomaticState.NOT_SENT, by=None)
    audit.record(
        by=None, event="automatic_submission_missed", obj=order, payload={"why": order.obstacle}
    )
    letters.tell_missed(order)
    return order.state


def _lock(entry: Entry) -> Entry:
    rows = Entry.objects.locked().select_related(
        "edition", "group", "agency", "innovation__unit", "created_by"
    )
    return rows.get(pk=entry.pk)


def _end(order: AutomaticSubmission, state: str, *, by: User | None) -> None:
    order.state, order.ended_at, order.ended_by = state, clock.now(), by
    order.save(update_fields=["state", "ended_at", "ended_by", "obstacle"])
