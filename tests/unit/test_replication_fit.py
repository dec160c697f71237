"""How well an offer fits a need: points by category, region and size, ties by age."""

from dataclasses import replace

import pytest

from innovations.scoring import BEST, Side, best_fits, fit

NEED = Side(key=1, agency="Sleman", category="kesehatan", province="34", size=2)
OFFER = replace(NEED, key=9, agency="Badung")


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, (4, 2, 2)),
        ({"category": "pendidikan"}, (0, 2, 2)),
        ({"province": "31"}, (4, 1, 2)),
        ({"province": "51"}, (4, 0, 2)),
        ({"province": ""}, (4, 0, 2)),
        ({"size": 1}, (4, 2, 1)),
        ({"size": 3}, (4, 2, 1)),
        ({"size": 4}, (4, 2, 0)),
    ],
)
def test_points_are_given_for_category_region_and_size(
    changes: dict[str, object], points: tuple[int, int, int]
) -> None:
    other = replace(OFFER, **changes)  # type: ignore[arg-type]
    found = fit(NEED, other)
    assert (found.category, found.region, found.size) == points
    assert found.points == sum(points) <= BEST
    assert fit(other, NEED).points == found.points


def test_riau_islands_lie_with_sumatra_and_the_whole_country_fits_no_region() -> None:
    assert fit(replace(NEED, province="21"), replace(OFFER, province="11")).region == 1
    assert fit(replace(NEED, province=""), replace(OFFER, province="")).region == 0


def test_best_fits_share_the_category_and_never_the_agency() -> None:
    others = [
        replace(OFFER, key=5, province="51"),
        replace(OFFER, key=4, category="pendidikan"),
        replace(OFFER, key=3, agency=NEED.agency),
        replace(OFFER, key=2),
        replace(OFFER, key=1),
        replace(OFFER, key=6, size=4, province="91"),
    ]
    assert [(one.key, one.points) for one in best_fits(NEED, others)] == [(1, 8), (2, 8), (5, 6)]
    assert [one.key for one in best_fits(NEED, others, most=9)] == [1, 2, 5, 6]
    assert best_fits(NEED, []) == []
