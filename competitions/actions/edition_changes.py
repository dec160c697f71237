"""Changing a locked part of an edition: one person proposes with a reason, another confirms."""

from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.design import (
    check_consistent,
    check_not_final,
    waiting_change,
    write_content,
)
from competitions.actions.moves import check_move, decide
from competitions.blueprints import Content
from competitions.enums import ChangeState, StageState
from competitions.exceptions import WrongState
from competitions.models import Edition, EditionChange
from competitions.permissions.design import (
    check_can_decide_change,
    check_can_design,
    check_can_read_design,
)
from competitions.queries.design import (
    Place,
    blueprint_of,
    lock_of,
    mark_of,
    place_of,
    present_content,
)
from competitions.workflow import CHANGE_MOVES
from sinovik import audit
from sinovik.audit import clock


@transaction.atomic
def propose_change(
    *, by: User, edition: Edition, place: Place, content: Content, reason: str
) -> EditionChange:
    """Propose the content of a part whose stage is open.

    The change is tried out and must leave the edition without contradiction: raises
    EditionInconsistent with every reason, PartFinal once the stage is closed, WrongState
    where one waits already, nothing changes or no reason is given.
    """
    check_can_design(by)
    row = Edition.objects.locked().get(pk=edition.pk)
    state = lock_of(row, place)
    check_not_final(row, place, state)
    if state == StageState.PLANNED:
        raise WrongState(_("Bagian ini belum terkunci. Simpan langsung tanpa usulan."))
    if not reason.strip():
        raise WrongState(_("Tuliskan alasan perubahan."))
    if waiting_change(row, place):
        raise WrongState(_("Masih ada usulan perubahan yang menunggu orang kedua."))
    before = present_content(blueprint_of(row), place)
    if mark_of(before) == mark_of(content):
        raise WrongState(_("Tidak ada yang berubah. Ubah isinya, lalu usulkan."))
    _try_out(Edition.objects.get(pk=row.pk), place, content)
    change = EditionChange.objects.create(
        edition=row,
        part=place.address,
        before=before,
        after=content,
        reason=reason.strip(),
        proposed_at=clock.now(),
        proposed_by=by,
    )
    audit.record(by=by, event="edition_change_proposed", obj=change, payload=_facts(change))
    return change


@transaction.atomic
def confirm_change(*, by: User, change: EditionChange) -> EditionChange:
    """Let the change hold, as a second person.

    Raises SecondPersonNeeded, PartFinal where the stage has closed meanwhile, WrongState
    where the part is no longer what it was, EditionInconsistent with every reason.
    """
    edition = Edition.objects.locked().get(pk=change.edition_id)
    row = _lock(change)
    check_can_decide_change(by, row)
    check_move(CHANGE_MOVES, row, ChangeState.CONFIRMED)
    place = place_of(row.part, blueprint_of(edition))
    if place is None or mark_of(present_content(blueprint_of(edition), place)) != mark_of(
        row.before
    ):
        raise WrongState(_("Bagian ini sudah berubah sejak diusulkan. Tolak, lalu usulkan lagi."))
    check_not_final(edition, place, lock_of(edition, place))
    write_content(edition, place, row.after)
    check_consistent(edition)
    decide(row, by=by, state=ChangeState.CONFIRMED)
    audit.record(by=by, event="edition_change_confirmed", obj=row, payload=_facts(row))
    return row


@transaction.atomic
def reject_change(*, by: User, change: EditionChange, reason: str) -> EditionChange:
    """Decline a change with a reason; the proposer may take it back so, too."""
    row = _lock(change)
    check_can_read_design(by)
    check_move(CHANGE_MOVES, row, ChangeState.REJECTED)
    if not reason.strip():
        raise WrongState(_("Tuliskan alasan penolakan."))
    decide(row, by=by, state=ChangeState.REJECTED, note=reason.strip())
    payload = {"part": row.part, "reason": row.decision_note}
    audit.record(by=by, event="edition_change_rejected", obj=row, payload=payload)
    return row


class _TriedOut(Exception):
    """Ends the trial: what it wrote goes."""


def _try_out(edition: Edition, place: Place, content: Content) -> None:
    """Write, check, and take back."""
    with suppress(_TriedOut), transaction.atomic():
        write_content(edition, place, content)
        check_consistent(edition)
        raise _TriedOut


def _lock(change: EditionChange) -> EditionChange:
    return EditionChange.objects.locked().get(pk=change.pk)


def _facts(change: EditionChange) -> dict[str, object]:
    return {
        "part": change.part,
        "reason": change.reason,
        "before": change.before,
        "after": change.after,
    }
