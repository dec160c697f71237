"""Arithmetic of a timetable: which slots a plan gives, and who gets which. Reads nothing.

Entries of one agency follow each other in one room: its people sit down once, and a
panelist in conflict with it steps out once. Agencies of the east come in the morning (WIB),
when their own day is furthest on.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sinovik.web.zones import WIB, WIT, WITA, ZONES

EAST_FIRST = {WIT: 0, WITA: 1, WIB: 2}
Break = tuple[time, time]


@dataclass(frozen=True)
class Seat:
    """A slot of the plan: in which room (by its place in the list) and when."""

    room: int
    starts_at: datetime


@dataclass(frozen=True)
class Turn:
    """An entry that wants a seat; `zone` is where its agency lies."""

    entry: int
    agency: int
    zone: str


def break_text(span: Break) -> str:
    """A break as it is kept and read: 12.00–13.00."""
    return "–".join(f"{end:%H.%M}" for end in span)


def break_of(text: str) -> Break:
    """The two times of "12.00–13.00"; ValueError for anything else."""
    first, _dash, second = text.replace("-", "–").replace(":", ".").partition("–")
    start, end = (_time_of(part) for part in (first, second))
    if end <= start:
        raise ValueError(text)
    return start, end


def _time_of(text: str) -> time:
    hour, minute = (int(part) for part in text.strip().split("."))
    return time(hour, minute)


def times_of_day(
    first: time, last: time, breaks: Sequence[Break], length: timedelta
) -> Iterator[time]:
    """When slots of a day start: one behind the other, none over a break or past the end."""
    day = date(2000, 1, 1)
    at, end = datetime.combine(day, first), datetime.combine(day, last)
    for start, stop in sorted(breaks):
        while at + length <= min(datetime.combine(day, start), end):
            yield at.time()
            at += length
        at = max(at, datetime.combine(day, stop))
    while at + length <= end:
        yield at.time()
        at += length


def seats_of(days: Sequence[date], rooms: int, times: Sequence[time]) -> list[Seat]:
    """Every seat of a plan in order of day, room and time (WIB)."""
    return [
        Seat(room, datetime.combine(day, at, ZONES[WIB]))
        for day in sorted(days)
        for room in range(rooms)
        for at in times
    ]


def fill(turns: Sequence[Turn], seats: Sequence[Seat], seed: int) -> dict[int, Seat]:
    """Seats by entry; the same input gives the same seats. There must be enough of them."""
    lanes: dict[tuple[date, int], list[Seat]] = defaultdict(list)
    for seat in seats:
        lanes[seat.starts_at.date(), seat.room].append(seat)
    free = set(seats)
    found: dict[int, Seat] = {}
    for group in _groups(turns, seed):
        run = _earliest_run(lanes, free, len(group)) or _scattered(free, len(group))
        for turn, seat in zip(group, run, strict=True):
            found[turn.entry] = seat
            free.remove(seat)
    return found


def _groups(turns: Sequence[Turn], seed: int) -> list[list[Turn]]:
    """Turns by agency: the east first, then who needs most seats, then by lot."""
    by_agency: dict[int, list[Turn]] = defaultdict(list)
    for turn in sorted(turns, key=lambda turn: turn.entry):
        by_agency[turn.agency].append(turn)
    groups = [by_agency[agency] for agency in sorted(by_agency)]
    Random(f"presentasi:{seed}").shuffle(groups)  # noqa: S311
    return sorted(groups, key=lambda group: (EAST_FIRST[group[0].zone], -len(group)))


def _earliest_run(
    lanes: dict[tuple[date, int], list[Seat]], free: set[Seat], length: int
) -> list[Seat] | None:
    """The free neighbours in one room on one day that start earliest in the day."""
    runs = [
        lane[place : place + length]
        for lane in lanes.values()
        for place in range(len(lane) - length + 1)
        if free.issuperset(lane[place : place + length])
    ]
    return min(runs, key=lambda run: _early(run[0]), default=None)


def _scattered(free: set[Seat], length: int) -> list[Seat]:
    """Where no room has that many neighbours left: one after the other, wherever it is."""
    picked: list[Seat] = []
    for seat in sorted(free, key=lambda seat: (seat.starts_at, seat.room)):
        if len(picked) < length and (not picked or seat.starts_at > picked[-1].starts_at):
            picked.append(seat)
    rest = [seat for seat in sorted(free, key=_early) if seat not in picked]
    return picked + rest[: length - len(picked)]


def _early(seat: Seat) -> tuple[time, date, int]:
    return seat.starts_at.timetz().replace(tzinfo=None), seat.starts_at.date(), seat.room
