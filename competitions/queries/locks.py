"""Stage locks: whoever writes shares the stage, whoever closes it has it alone.

"Is the stage open?" followed by an insert lets late rows in; with these locks the answer
stays true until the writer commits.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from competitions.enums import StageKind, StageState
from competitions.exceptions import StageClosed, TooLate
from competitions.models import Edition, Stage
from competitions.queries.deadlines import closes_at_for, deadlines
from sinovik.audit import clock
from sinovik.web.prepared import Prepared
from sinovik.web.templatetags.web import exact, how_long, zones

_SHARED = Prepared(lambda pk: Stage.objects.filter(pk=pk).order_by(), "pk", end="FOR SHARE")
_REGISTRATION = Prepared(
    lambda edition: Stage.objects.filter(edition=edition, kind=StageKind.REGISTRATION).order_by(),
    "edition",
    end="FOR SHARE",
)


def share_stage(stage_id: int) -> Stage:
    """Read a stage under FOR SHARE: it can't be closed before this transaction ends.

    The row comes as it is once the lock is had, whoever was waited for.
    """
    return _SHARED.get(pk=stage_id)


def share_registration_stage(edition_id: int) -> Stage:
    """`share_stage` of the stage in which an edition takes proposals."""
    return _REGISTRATION.get(edition=edition_id)


def share_open_stage(stage_id: int, agency_id: int | None = None) -> Stage:
    """`share_stage`, refusing a stage that is not open or whose time is not now.

    The deadline is the agency's (its extensions and the published grace count) by the
    database's clock, both read while the lock is held, less the time that the request stood in
    our own queue; the closing instant itself is already too late. Raises StageClosed, or
    TooLate with both instants.
    """
    stage = share_stage(stage_id)
    check_open(stage, closes_at_for(stage, agency_id), stage.grace)
    return stage


@dataclass(frozen=True)
class Registration:
    """An edition's open registration, held, and when what is done under it was received."""

    stage: Stage
    received_at: datetime
    closes_at: dict[int, datetime]
    """The close that holds for each agency."""


def share_registration(
    edition: Edition, agency_ids: Collection[int], *, has_grace: bool = True
) -> Registration:
    """`share_open_stage` for several agencies at once: refused where it is late for one.

    What it lets in was received at the instant of that decision, not when the rest of the
    work was done, which under load is after the close.
    """
    stage = share_registration_stage(edition.pk)
    closes_at = deadlines(stage, agency_ids)
    grace = stage.grace if has_grace else timedelta(0)
    return Registration(stage, check_open(stage, min(closes_at.values()), grace), closes_at)


def check_open(stage: Stage, closes_at: datetime, grace: timedelta) -> datetime:
    """Refuse a stage, held by the caller, that does not take what arrived; when that was."""
    instant = clock.arrived()
    is_late = instant >= closes_at + grace
    if stage.state == StageState.OPEN and instant >= stage.opens_at and not is_late:
        return instant
    if is_late and stage.state != StageState.PLANNED:
        raise TooLate(late_sentence(stage, closes_at, instant), closes_at, instant)
    raise StageClosed(closed_sentence(stage))


def share_checking_stage(stage_id: int) -> Stage:
    """`share_open_stage` for the administrative stage, which may run ahead of its opening.

    While registration is open, what is submitted may be checked already: officers need not
    wait for the close, and a deadline's crowd is smaller. Both stages are then held.
    """
    stage = share_stage(stage_id)
    if stage.state == StageState.PLANNED:
        running = Stage.objects.filter(edition=stage.edition, kind=StageKind.REGISTRATION)
        for registration in running:
            if share_stage(registration.pk).state == StageState.OPEN:
                return stage
    return share_open_stage(stage_id)


def closed_sentence(stage: Stage) -> str:
    """Why nobody writes in a stage that is not open, and what to do."""
    if stage.state == StageState.CLOSED:
        return str(StageClosed.default_message)
    return _("“%(stage)s” belum dibuka. Tunggu sekretariat membukanya.") % {"stage": _(stage.name)}


def late_sentence(stage: Stage, closes_at: datetime, instant: datetime) -> str:
    """The exact instants on all three clocks, and how late."""
    return _(
        "Tenggat “%(stage)s” sudah lewat: %(closes)s. Yang Anda kirim tiba %(arrived)s menurut"
        " jam basis data, terlambat %(late)s."
    ) % {
        "stage": _(stage.name),
        "closes": zones(closes_at),
        "arrived": exact(instant),
        "late": how_long(instant - closes_at),
    }


def close_stage_alone(stage_id: int) -> Stage:
    """Lock a stage FOR UPDATE: waits for every writer that shares it."""
    return Stage.objects.select_for_update(of=("self",)).select_related("edition").get(pk=stage_id)
