"""A plenary from opening to closing: who is present, what is on the floor.

Locks: the list first, then the session. What happens in a session holds it alone, so that
votes, their count and new motions come one after the other.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.cut_offs import hold
from competitions.enums import CutOffState, MotionState
from competitions.exceptions import ConflictOfInterest, WrongState
from competitions.models import Attendance, CutOff, Discussion, Entry, Plenary
from competitions.notifications.plenary import tell_plenary_opened
from competitions.permissions.plenary import check_can_preside, check_can_take_seat
from competitions.queries.conflicts import is_conflicted
from sinovik import audit
from sinovik.audit import clock


@transaction.atomic
def open_plenary(*, by: User, cut_off: CutOff) -> Plenary:
    """Open a session on a provisional list, and tell the appointed judges.

    Raises WrongState while another is open, or once the list is proposed for locking.
    """
    row = hold(cut_off)
    check_can_preside(by, row.stage)
    if row.state != CutOffState.PROVISIONAL:
        raise WrongState(_("Daftar sudah diusulkan terkunci. Batalkan usulannya lebih dahulu."))
    if row.plenaries.open().exists():
        raise WrongState(_("Sidang pleno untuk daftar ini masih terbuka."))
    plenary = Plenary.objects.create(
        cut_off=row,
        number=row.plenaries.count() + 1,
        draw_number=row.draw_number,
        opened_at=clock.now(),
        opened_by=by,
        list_before=_selected(row),
    )
    audit.record(
        by=by, event="plenary_opened", obj=plenary, payload={"stage": row.stage_id, **_size(row)}
    )
    tell_plenary_opened(row.stage)
    return plenary


@transaction.atomic
def close_plenary(*, by: User, plenary: Plenary) -> Plenary:
    """End a session; its rows are final from then on.

    Raises WrongState while a vote runs. Motions that nobody put to the vote are withdrawn.
    """
    cut_off = hold(plenary.cut_off)
    check_can_preside(by, cut_off.stage)
    row = hold_session(plenary)
    if row.motions.filter(state=MotionState.VOTING).exists():
        raise WrongState(_("Selesaikan dulu pemungutan suara yang berjalan."))
    now = clock.now()
    left = row.motions.filter(state=MotionState.PROPOSED)
    left.update(state=MotionState.WITHDRAWN, settled_at=now, settled_by=by)
    row.closed_at, row.closed_by, row.list_after = now, by, _selected(cut_off)
    row.version += 1
    row.save(update_fields=["closed_at", "closed_by", "list_after", "version"])
    audit.record(by=by, event="plenary_closed", obj=row, payload=_size(cut_off))
    return row


@transaction.atomic
def take_seat(*, by: User, plenary: Plenary) -> Attendance:
    """Be present in a session; saying so twice returns the first."""
    row = hold_session(plenary)
    check_can_take_seat(by, row.cut_off.stage)
    seat, is_new = Attendance.objects.get_or_create(
        plenary=row, member=by, defaults={"joined_at": clock.now()}
    )
    if is_new:
        turn(row)
        audit.record(by=by, event="plenary_joined", obj=row, payload={"member": by.pk})
    return seat


@transaction.atomic
def call_entry(*, by: User, plenary: Plenary, entry: Entry) -> Discussion:
    """Put a ranked entry on the floor; whoever is in conflict with it leaves that to others."""
    row = hold_session(plenary)
    check_can_preside(by, row.cut_off.stage)
    if is_conflicted(by, [entry.pk]):
        raise ConflictOfInterest
    if not row.cut_off.results.filter(entry=entry).exists():
        raise WrongState(_("Peserta ini tidak ada dalam daftar yang disidangkan."))
    last = row.discussions.order_by("number").last()
    if last is not None and last.entry_id == entry.pk:
        return last
    discussion = Discussion.objects.create(
        plenary=row,
        number=last.number + 1 if last else 1,
        entry=entry,
        begun_at=clock.now(),
        called_by=by,
    )
    turn(row)
    audit.record(by=by, event="entry_called", obj=row, payload={"entry": entry.pk})
    return discussion


def hold_session(plenary: Plenary) -> Plenary:
    """A session that goes on, under lock, with its list, stage and edition; or WrongState."""
    row = Plenary.objects.locked().select_related("cut_off__stage__edition").get(pk=plenary.pk)
    if not row.is_open:
        raise WrongState(_("Sidang ini sudah ditutup."))
    return row


def turn(plenary: Plenary) -> None:
    """Let the screens of a held session know that something happened."""
    plenary.version += 1
    plenary.save(update_fields=["version"])


def _selected(cut_off: CutOff) -> list[list[int]]:
    """[rank, entry] of the selected, in order."""
    chosen = cut_off.results.filter(is_selected=True).order_by("rank", "entry")
    return [list(row) for row in chosen.values_list("rank", "entry")]


def _size(cut_off: CutOff) -> dict[str, int]:
    selected = cut_off.results.filter(is_selected=True).count()
    return {"selected": selected, "seats": cut_off.seats}
