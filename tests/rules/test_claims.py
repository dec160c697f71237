"""Several checks taken at once: each goes to one officer, and who was slower is told."""

import pytest

from competitions.actions.assignments import declare_conflict
from competitions.actions.checks import claim_checks, claim_several
from competitions.actions.entries import withdraw_entry
from competitions.enums import CheckState
from competitions.exceptions import ConflictOfInterest, WrongState
from competitions.models import AdministrativeCheck
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import ADMINISTRATIVE, REGISTRATION, Contest

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(ADMINISTRATIVE, entries=3)


def checks_of(contest: Contest) -> list[AdministrativeCheck]:
    rows = AdministrativeCheck.objects.filter(stage_entry__entry__in=contest.entries)
    return list(rows.order_by("pk"))


def test_all_that_wait_are_taken_and_recorded(contest: Contest) -> None:
    first, second, third = checks_of(contest)
    claimed = claim_several(by=contest.officer, checks=[second, first])
    assert [row.pk for row in claimed.taken] == [first.pk, second.pk]
    assert claimed.missed == []
    states = [row.state for row in checks_of(contest)]
    assert states == [CheckState.CLAIMED, CheckState.CLAIMED, CheckState.QUEUED]
    assert AuditEvent.objects.filter(verb="check_claimed").count() == 2
    assert third.claimed_by is None


def test_what_another_took_stays_theirs_and_is_told(contest: Contest) -> None:
    first, second, _third = checks_of(contest)
    claim_checks(by=contest.second, checks=[first])
    claimed = claim_several(by=contest.officer, checks=[first, second])
    assert [row.pk for row in claimed.taken] == [second.pk]
    assert [(row.pk, row.claimed_by) for row in claimed.missed] == [(first.pk, contest.second)]
    first.refresh_from_db()
    assert first.claimed_by == contest.second


def test_what_was_withdrawn_meanwhile_is_missed() -> None:
    contest = factories.make_contest(REGISTRATION, entries=1)
    factories.submit_all(contest)
    (first,) = checks_of(contest)
    withdraw_entry(by=contest.team.admin, entry=contest.entries[0])
    claimed = claim_several(by=contest.officer, checks=[first])
    assert claimed.taken == []
    assert [row.pk for row in claimed.missed] == [first.pk]


def test_one_in_conflict_refuses_them_all(contest: Contest) -> None:
    checks = checks_of(contest)
    declare_conflict(by=contest.officer, entry=contest.entries[2], reason="Saudara penulis.")
    with pytest.raises(ConflictOfInterest):
        claim_several(by=contest.officer, checks=checks)
    assert {row.state for row in checks_of(contest)} == {CheckState.QUEUED}


def test_nothing_or_two_stages_are_refused(contest: Contest) -> None:
    other = factories.make_contest(ADMINISTRATIVE, entries=1)
    for checks in ([], [*checks_of(contest), *checks_of(other)]):
        with pytest.raises(WrongState):
            claim_several(by=contest.officer, checks=checks)


def test_an_observer_takes_none(contest: Contest) -> None:
    with pytest.raises(Forbidden):
        claim_several(by=contest.observer, checks=checks_of(contest))
