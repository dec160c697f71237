"""The cast of KIPP 2019 at full size: every published number, whatever the seed."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from agencies.actions.reference import load_agencies, load_regions
from agencies.models import User
from sinovik.management.world.cast_2019 import cast, draw_participants
from sinovik.management.world.people import Team
from sinovik.management.world.planning import Fate, Plan
from sinovik.management.world.scale import FULL

pytestmark = pytest.mark.django_db


def winners_in(plans: Sequence[Plan], province: str, kinds: str, band: int) -> list[Plan]:
    """Winners of a band whose agency, of one of `kinds`, lies in a province."""
    return [
        plan
        for plan in plans
        if plan.band >= band
        and plan.team.agency.agency_type in kinds.split()
        and plan.team.agency.region is not None
        and province in {plan.team.agency.region_id, plan.team.agency.region.province_id}
    ]


@pytest.mark.parametrize("seed", [2019, 1, 2, 3])
def test_cast_of_2019_matches_every_published_number(seed: int) -> None:
    load_regions(by=None)
    load_agencies(by=None)
    random = Random(seed)
    nobody = User(email="siapa@contoh.example")
    teams = [Team(agency, nobody, nobody) for agency in draw_participants(FULL, random)]
    plans = cast(FULL, teams, random)

    def by_kind(chosen: Sequence[Plan]) -> Counter[str]:
        return Counter(plan.team.agency.agency_type for plan in chosen)

    assert Counter(team.agency.agency_type for team in teams) == FULL.agencies
    assert by_kind(plans) == FULL.recorded
    assert by_kind([plan for plan in plans if plan.fate.is_submitted]) == FULL.submitted
    passed = [plan for plan in plans if plan.fate == Fate.PASSED]
    assert by_kind(passed) == FULL.passed
    assert {plan.team.agency.pk for plan in passed} == {team.agency.pk for team in teams}
    assert by_kind([plan for plan in plans if plan.band]) == FULL.first_band
    second = [plan for plan in plans if plan.band == 2]
    assert by_kind(second) == FULL.second_band
    owners = {plan.team.agency.pk: plan.team.agency.agency_type for plan in second}
    assert Counter(owners.values()) == {
        "kementerian": 8, "lembaga": 4, "provinsi": 5, "kabupaten": 16, "kota": 9, "bumn": 1,
    }  # fmt: skip
    assert len([plan for plan in plans if plan.real]) == 24
    central_java = winners_in(plans, "33", "kabupaten kota", 1)
    assert len(central_java) == 19
    assert len({plan.team.agency.pk for plan in central_java}) == 11
    assert len(winners_in(plans, "33", "provinsi kabupaten kota", 1)) == 22
    assert len(winners_in(plans, "33", "provinsi kabupaten kota", 2)) == 8
    assert len(winners_in(plans, "35", "kabupaten kota", 1)) == 9
