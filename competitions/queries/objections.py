"""Objection windows: when they close, who may use them, what they keep from going on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.enums import Role
from agencies.models import User
from competitions.enums import ObjectionState
from competitions.exceptions import ObjectionsOpen, TooLate, WrongState
from competitions.models import Edition, Entry, Objection, ObjectionWindow, Stage
from competitions.queries.conflicts import TIES, close_to, ties_of
from competitions.queries.results import disclosed_stays
from sinovik.audit import clock
from sinovik.audit.turns import take_turn
from sinovik.web.prepared import Prepared
from sinovik.web.templatetags.web import exact, how_long, zones
from sinovik.web.zones import contest_day, last_minute

TURN = 0x53474748
"""Number of the advisory lock on a stage's window ("SGGH"): its row is final, and no role that
serves the web may lock what it may not change."""

WINDOW_FIRST = gettext_lazy(
    "Edisi ini menetapkan masa sanggah untuk tahap ini. Buka masa sanggah dahulu."
)


def close_of(stage: Stage, opened_at: datetime) -> datetime:
    """23.59 WIB of the last day of a window that opens now; that instant is too late."""
    return last_minute(contest_day(opened_at) + timedelta(days=stage.objection_days))


def windows_for(entry: Entry) -> list[ObjectionWindow]:
    """Windows of the stages that the entry's agency knows it stands in, first stage first.

    Standing in a stage after a list that is not announced would tell the list.
    """
    stages = disclosed_stays(entry).values("stage")
    windows = ObjectionWindow.objects.filter(stage__in=stages).select_related("stage__edition")
    return list(windows.order_by("stage__position"))


def filing_windows(user: User, entry: Entry) -> list[ObjectionWindow]:
    """`windows_for` the entry where the person is an admin of its agency; else none."""
    is_own = entry.agency_id in user.agency_ids(Role.AGENCY_ADMIN)
    return windows_for(entry) if is_own else []


def share_window(stage: Stage) -> ObjectionWindow:
    """The stage's window, shared: the list can't become firm before this ends."""
    take_turn(TURN, stage.pk, is_shared=True)
    window = ObjectionWindow.objects.filter(stage=stage).select_related("stage__edition").first()
    if window is None:
        raise WrongState(_("Masa sanggah untuk tahap ini belum dibuka."))
    return window


def check_in_time(window: ObjectionWindow, instant: datetime) -> None:
    """Refuse what arrives at or after the close, naming both instants."""
    if window.is_running(instant):
        return
    raise TooLate(
        _(
            "Masa sanggah “%(stage)s” sudah ditutup: %(closes)s. Sanggahan Anda tiba %(arrived)s"
            " menurut jam basis data, terlambat %(late)s. Isian Anda tetap ada di halaman ini."
        )
        % {
            "stage": _(window.stage.name),
            "closes": zones(window.closes_at),
            "arrived": exact(instant),
            "late": how_long(instant - window.closes_at),
        },
        window.closes_at,
        instant,
    )


def check_objections_over(stage: Stage) -> None:
    """Refuse to firm up a list before its window has passed and all is answered.

    Waits for those who object at this moment. Raises ObjectionsOpen, which names the
    objections, or WrongState for a window that runs or was never opened.
    """
    take_turn(TURN, stage.pk)
    window = ObjectionWindow.objects.filter(stage=stage).first()
    if window is None:
        if stage.objection_days:
            raise WrongState(WINDOW_FIRST)
        return
    if codes := [row.code for row in unanswered_of(stage)]:
        raise ObjectionsOpen(open_sentence(codes))
    if clock.database_now() < over_at(window):
        raise WrongState(still_running(window))


def over_at(window: ObjectionWindow) -> datetime:
    """When the list may become firm: what arrived by the close may wait so long in our line."""
    return window.closes_at + clock.longest_wait()


def still_running(window: ObjectionWindow) -> str:
    """Until when a list waits for its window."""
    return _("Sanggahan yang tiba tepat waktu masih dapat masuk. Tunggu sampai %(over)s.") % {
        "over": zones(over_at(window))
    }


def unanswered_of(stage: Stage) -> list[Objection]:
    """Objections of the stage that still wait for their answer, by number."""
    rows = Objection.objects.unanswered().filter(stage=stage).select_related("edition")
    return list(rows.order_by("number"))


def open_sentence(codes: Sequence[str]) -> str:
    """Which objections keep the list from going on."""
    return ngettext(
        "Sanggahan %(codes)s belum dijawab dua orang. Jawab lebih dahulu.",
        "Sanggahan %(codes)s belum dijawab dua orang. Jawab lebih dahulu.",
        len(codes),
    ) % {"codes": ", ".join(codes)}


def waiting_by_stage(user: User) -> list[tuple[Stage, int]]:
    """Stages with objections that wait for an answer which this person may give; 1 or 2 queries."""
    counts = dict(_WAITING.all(**ties_of(user)))
    if not counts:
        return []
    stages = Stage.objects.filter(pk__in=counts).select_related("edition")
    return [(stage, counts[stage.pk]) for stage in stages.order_by("edition", "position")]


def _waiting(person: Any, **ties: Any) -> QuerySet[Objection, tuple[int, int]]:
    rows = Objection.objects.unanswered().exclude(entry__in=close_to(person, **ties))
    rows = rows.exclude(proposed_by=person).order_by()
    return rows.values_list("stage").annotate(Count("pk"))


_WAITING = Prepared(_waiting, *TIES)


def next_number(edition: Edition) -> int:
    """The number that the next objection of the edition gets; needs the edition locked."""
    last = Objection.objects.filter(edition=edition).order_by("-number").first()
    return last.number + 1 if last else 1


@dataclass(frozen=True)
class PublicObjection:
    """All that everybody may know of an objection. `reason` is empty until it is answered."""

    code: str
    stage: str
    filed_on: datetime
    due_on: datetime
    is_overdue: bool
    is_simulated: bool
    is_answered: bool
    state: str
    reason: str


def public_objections(edition: Edition) -> list[PublicObjection]:
    """The edition's objections by number; who proposes which answer is nobody's yet. One query."""
    rows = Objection.objects.filter(edition=edition)
    rows = rows.select_related("edition", "stage", "filed_by")
    waiting = ObjectionState.FILED.label
    return [
        PublicObjection(
            code=row.code,
            stage=row.stage.name,
            filed_on=row.filed_at,
            due_on=row.due_at,
            is_overdue=row.is_overdue,
            is_simulated=row.filed_by.is_simulated,
            is_answered=row.is_answered,
            state=str(row.get_state_display() if row.is_answered else waiting),
            reason=str(row.get_answer_reason_display()) if row.is_answered else "",
        )
        for row in rows.order_by("number")
    ]
