"""Slots of a plan and who gets which: pure arithmetic."""

from collections import defaultdict
from datetime import date, time, timedelta

import pytest

from competitions.queries.timetables import (
    Seat,
    Turn,
    break_of,
    break_text,
    fill,
    seats_of,
    times_of_day,
)

LENGTH = timedelta(minutes=20)
LUNCH = (time(12, 0), time(13, 0))
DAYS = [date(2019, 8, 5), date(2019, 8, 6)]


def seats(rooms: int = 3, ends: time = time(16, 0)) -> list[Seat]:
    return seats_of(DAYS, rooms, list(times_of_day(time(9, 0), ends, [LUNCH], LENGTH)))


def test_day_leaves_breaks_out_and_ends_in_time() -> None:
    coffee = (time(10, 10), time(10, 30))
    times = list(times_of_day(time(9, 0), time(14, 0), [LUNCH, coffee], LENGTH))
    assert times[:5] == [time(9, 0), time(9, 20), time(9, 40), time(10, 30), time(10, 50)]
    assert times[5:] == [time(11, 10), time(11, 30), time(13, 0), time(13, 20), time(13, 40)]
    assert list(times_of_day(time(9, 0), time(9, 50), [(time(9, 30), time(12, 0))], LENGTH)) == [
        time(9, 0)
    ]


def test_breaks_are_read_as_they_are_written() -> None:
    assert break_of("12.00–13.00") == break_of("12:00 - 13:00") == LUNCH
    assert break_text(LUNCH) == "12.00–13.00"
    for wrong in ("", "12.00", "13.00–12.00", "12.00–12.00", "25.00–26.00"):
        with pytest.raises(ValueError, match=r"."):
            break_of(wrong)


def test_full_field_is_seated_once_east_in_the_morning_agencies_together() -> None:
    zones = ["WIB"] * 70 + ["WITA"] * 20 + ["WIT"] * 9
    turns = [Turn(entry, 1000 + entry // 2, zones[entry]) for entry in range(99)]
    # Two entries an agency, whose zone is that of the first.
    turns = [Turn(t.entry, t.agency, zones[t.entry - t.entry % 2]) for t in turns]
    places = seats()
    assert len(places) == 108
    found = fill(turns, places, seed=2019)
    assert found == fill(turns[::-1], places, seed=2019)
    assert found != fill(turns, places, seed=2020)
    assert len(set(found.values())) == 99
    by_agency: dict[int, list[Seat]] = defaultdict(list)
    latest: dict[str, time] = {}
    for turn in turns:
        seat = found[turn.entry]
        by_agency[turn.agency].append(seat)
        latest[turn.zone] = max(latest.get(turn.zone, time(0)), seat.starts_at.time())
    assert latest["WIT"] <= time(9, 40)
    assert latest["WITA"] <= time(11, 20)
    pairs = [sorted(own, key=lambda seat: seat.starts_at) for own in by_agency.values()]
    together = [
        len({(seat.room, seat.starts_at.date()) for seat in own}) == 1
        and len(own) == 2
        and own[1].starts_at - own[0].starts_at in (LENGTH, LENGTH + timedelta(hours=1))
        for own in pairs
        if len(own) == 2
    ]
    assert sum(together) >= len(together) - 3
    # Where no room has two neighbours left, nobody has to be in two rooms at once.
    assert all(own[0].starts_at != own[-1].starts_at for own in pairs if len(own) == 2)


def test_agency_that_fits_in_no_room_is_scattered_over_what_is_left() -> None:
    places = seats(rooms=2, ends=time(9, 40))
    turns = [Turn(entry, 1, "WIB") for entry in range(5)]
    found = fill(turns, places, seed=1)
    assert len(set(found.values())) == 5
