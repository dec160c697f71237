"""The schedule of a panel's stage as each reader may see it, and the clock of a room.

A slot whose entry a reader is in conflict with is taken, and that is all it says.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.enums import PanelRole, PresentationState, StageKind
from competitions.exceptions import WrongState
from competitions.models import (
    Appointment,
    Assignment,
    Entry,
    Presentation,
    PresentationRoom,
    PresentationSchedule,
    PresentationSlot,
    Stage,
)
from competitions.queries.locks import share_open_stage
from sinovik.audit import clock
from sinovik.web.prepared import OneOf, Prepared
from sinovik.web.zones import WIB, ZONES, contest_day


def share_panel_stage(stage: Stage) -> Stage:
    """Share the stage, which must be open, scored by a panel, and known to its entries."""
    held = share_open_stage(stage.pk)
    if not held.has_own_sheets or not held.seats:
        raise WrongState(_("Presentasi dan kunjungan hanya ada pada tahap yang dinilai tim panel."))
    _check_band_known(held)
    return held


def _check_band_known(stage: Stage) -> None:
    """Refuse what would tell agencies of a list before its announcement."""
    earlier = Stage.objects.filter(
        edition=stage.edition_id, kind=StageKind.SELECTION, position__lt=stage.position
    )
    if earlier.exclude(cut_off__announcement__announce_at__lte=clock.now()).exists():
        raise WrongState(
            _(
                "Daftar tahap sebelumnya belum diumumkan; jadwal dan kunjungan akan membukanya."
                " Tunggu pengumumannya."
            )
        )


def hears(user: User, stage: Stage) -> bool:
    """Whether the person sits in the panel of the stage's edition."""
    return Appointment.objects.filter(
        user=user, edition=stage.edition_id, role=PanelRole.PANELIST
    ).exists()


@dataclass(frozen=True)
class SlotLine:
    """A slot for one reader. `presentation` is None where it is free or masked.

    `assignment` is the reader's own sheet on the entry.
    """

    slot: PresentationSlot
    ends_at: datetime
    presentation: Presentation | None = None
    is_masked: bool = False
    assignment: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether nobody has it."""
        return self.presentation is None and not self.is_masked


def slot_lines(
    schedule: PresentationSchedule,
    reader: User,
    hidden: Collection[int],
    slots: "QuerySet[PresentationSlot] | None" = None,
) -> list[SlotLine]:
    """Slots in order of time and room, all of the schedule or some; three queries."""
    wanted = PresentationSlot.objects.filter(room__schedule=schedule) if slots is None else slots
    rows = list(wanted.select_related("room").order_by("starts_at", "room__position"))
    turns = {turn.slot_id: turn for turn in _TURNS.all(slots=[row.pk for row in rows])}
    sheets = dict(
        Assignment.objects.for_evaluator(reader)
        .filter(stage=schedule.stage_id)
        .values_list("entry", "pk")
    )
    return [_line(row, turns.get(row.pk), schedule.slot_length, hidden, sheets) for row in rows]


def _line(
    slot: PresentationSlot,
    turn: Presentation | None,
    length: timedelta,
    hidden: Collection[int],
    sheets: dict[int, int],
) -> SlotLine:
    ends_at = slot.starts_at + length
    if turn is None:
        return SlotLine(slot, ends_at)
    if turn.entry_id in hidden:
        return SlotLine(slot, ends_at, is_masked=True)
    return SlotLine(slot, ends_at, turn, assignment=sheets.get(turn.entry_id))


def with_entries(rows: "QuerySet[Presentation]") -> "QuerySet[Presentation]":
    """Presentations with all that a row prints."""
    return rows.select_related(
        "slot__room", "entry__edition", "entry__innovation", "entry__agency__region"
    ).defer("entry__innovation__sections")


_TURNS = Prepared(
    lambda slots: with_entries(Presentation.objects.filter(OneOf("slot_id", slots))).order_by(),
    "slots",
)


def days_of(schedule: PresentationSchedule) -> list[date]:
    """Days on which somebody presents or may be moved to."""
    return sorted(schedule.days)


def slots_on(schedule: PresentationSchedule, day: date) -> "QuerySet[PresentationSlot]":
    """The slots of a day (WIB)."""
    midnight = datetime.combine(day, time.min, ZONES[WIB])
    span = (midnight, midnight + timedelta(days=1))
    rows = PresentationSlot.objects.filter(room__schedule=schedule)
    return rows.filter(starts_at__gte=span[0], starts_at__lt=span[1])


def day_to_show(schedule: PresentationSchedule, wanted: str | None, at: datetime) -> date:
    """The day asked for, today, the next one, or the first when all have passed."""
    days = days_of(schedule)
    asked = next((day for day in days if day.isoformat() == wanted), None)
    return asked or next((day for day in days if day >= contest_day(at)), days[0])


def published_presentation(entry: Entry) -> Presentation | None:
    """The turn that the entry's agency may know of."""
    rows = Presentation.objects.filter(entry=entry, schedule__published_at__isnull=False)
    return rows.select_related("slot__room", "schedule__stage", "confirmed_by").first()


@dataclass(frozen=True)
class RoomClock:
    """What a room's clock shows at `at`. `turn` is None where the reader may not see it."""

    room: PresentationRoom
    at: datetime
    turn: Presentation | None
    slot: PresentationSlot | None
    is_masked: bool
    assignment: int | None
    remaining: timedelta
    following: Sequence[SlotLine]

    @property
    def is_running(self) -> bool:
        """Whether time passes now."""
        return self.turn is not None and self.turn.running_since is not None

    @property
    def ends_at(self) -> datetime | None:
        """When the present part is over, as long as nobody pauses it."""
        return self.at + self.remaining if self.is_running else None

    @property
    def is_over(self) -> bool:
        """Whether the part has used up its time."""
        return self.remaining < timedelta(0)

    @property
    def digits(self) -> str:
        """The remaining time as 06.59, with a minus once it is over."""
        left = math.ceil(self.remaining.total_seconds())
        minutes, seconds = divmod(abs(left), 60)
        return f"{'−' if left < 0 else ''}{minutes:02d}.{seconds:02d}"


FOLLOWING = 3


def room_clock(room: PresentationRoom, reader: User, hidden: Collection[int]) -> RoomClock:
    """The room now: who is before the panel, or who comes next. Room with schedule loaded."""
    at = clock.now()
    slots = PresentationSlot.objects.filter(room=room, presentations__isnull=False)
    waiting = slots.exclude(presentations__state=PresentationState.DONE)
    lines = slot_lines(room.schedule, reader, hidden, waiting)
    # Whoever was begun stays before the panel, whatever the plan says.
    begun = Presentation.objects.filter(
        slot__room=room, state__in=[PresentationState.PRESENTING, PresentationState.QUESTIONS]
    )
    held = begun.values_list("slot", flat=True).first()
    lines.sort(key=lambda line: line.slot.pk != held)
    current = lines[0] if lines else None
    turn = current.presentation if current else None
    return RoomClock(
        room=room,
        at=at,
        turn=turn,
        slot=current.slot if current else None,
        is_masked=bool(current and current.is_masked),
        assignment=current.assignment if current else None,
        remaining=_remaining(room.schedule, turn, at),
        following=lines[1 : 1 + FOLLOWING],
    )


def _remaining(
    schedule: PresentationSchedule, turn: Presentation | None, at: datetime
) -> timedelta:
    if turn is None:
        return timedelta(minutes=schedule.presentation_minutes)
    minutes = (
        schedule.question_minutes
        if turn.state == PresentationState.QUESTIONS
        else schedule.presentation_minutes
    )
    return timedelta(minutes=minutes) - turn.spent(at)
