"""Prepared questions about entries find what the querysets that hold the rights find."""

from typing import Any

import pytest

from agencies.enums import AgencyType, Role
from agencies.models import Agency, Membership, User
from competitions.models import Entry
from competitions.queries.reach import Visible, Watched
from tests import factories

pytestmark = pytest.mark.django_db
VISIBLE = Visible(lambda entries: entries.order_by("pk").values_list("pk"))
WATCHED = Watched(lambda entries: entries.order_by("pk").values_list("pk"))


def people_of(contest: factories.Contest) -> list[User]:
    team, neighbours = contest.team, factories.make_team(contest.team.agency)
    alone = factories.make_person(Role.INNOVATOR, agency=team.agency)
    Membership.objects.filter(user=alone).update(unit=None)
    region = factories.make_regency()
    Agency.objects.filter(pk=team.agency.pk).update(agency_type=AgencyType.REGENCY, region=region)
    province = factories.make_team(
        factories.make_agency(agency_type=AgencyType.PROVINCE, region=factories.make_province("32"))
    )
    return [
        contest.head, contest.officer, contest.observer, *contest.evaluators[:1],
        team.admin, team.innovator, neighbours.innovator, neighbours.admin, alone,
        province.admin, province.innovator, factories.make_team().admin, factories.make_person(),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "right"),
    [(VISIBLE, Entry.objects.visible_to), (WATCHED, Entry.objects.watched_by)],
    ids=["visible_to", "watched_by"],
)
def test_a_prepared_question_reaches_what_the_right_gives(question: Any, right: Any) -> None:
    contest = factories.make_contest(entries=2)
    people = people_of(contest)
    found = set()
    for one in people:
        person = User.objects.get(pk=one.pk)
        reached = [pk for (pk,) in question.all(person)]
        assert reached == list(right(person).order_by("pk").values_list("pk", flat=True))
        found.add(bool(reached))
    assert found == {True, False}


def test_the_admin_of_a_province_follows_its_regencies_and_opens_none() -> None:
    contest = factories.make_contest(entries=1)
    province = User.objects.get(pk=people_of(contest)[9].pk)
    assert WATCHED.all(province) == [(contest.entries[0].pk,)]
    assert VISIBLE.all(province) == []
