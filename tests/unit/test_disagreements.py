"""Entries by how far their sheets lie apart: as a plain sort has them, gaps alike by entry."""

import random
from decimal import Decimal

from competitions.calibration import Sheet
from competitions.queries.judging import Disagreement, disagreements
from tests.unit.columns import columns_of


def plainly(sheets: list[Sheet]) -> list[Disagreement]:
    totals: dict[int, list[Decimal]] = {}
    for sheet in sheets:
        totals.setdefault(sheet.entry, []).append(sheet.total)
    found = [Disagreement(entry, sorted(own)) for entry, own in totals.items() if len(own) > 1]
    return sorted(found, key=lambda one: (-one.gap, one.entry))


def test_pages_hold_what_a_plain_sort_has() -> None:
    draw = random.Random(2019)
    marks = [Decimal(n) / 7 for n in range(400, 700, 20)]
    sheets = [
        Sheet(entry, judge, draw.choice(marks).quantize(Decimal("0.000001")))
        for entry in range(1, 120)
        for judge in range(draw.choice((1, 2, 3, 5)))
    ]
    found, expected = disagreements(columns_of(sheets)), plainly(sheets)
    assert len({one.gap for one in expected}) < len(expected)
    assert list(found) == expected
    assert found[20:40] == expected[20:40]
    assert found[-1] == expected[-1]


def test_nothing_is_apart_where_nobody_read_twice() -> None:
    assert list(disagreements(columns_of([]))) == []
    once = [Sheet(1, 1, Decimal(70)), Sheet(2, 1, Decimal(80))]
    assert list(disagreements(columns_of(once))) == []
