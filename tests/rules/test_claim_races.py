"""Two officers who pick the same rows at once. The control shows that the race is real."""

from typing import Any

import pytest

from competitions.actions.checks import Claimed, claim_several
from competitions.models import AdministrativeCheck
from competitions.models.entry import AdministrativeCheckQuerySet
from sinovik.audit.models import AuditEvent
from tests import factories
from tests.factories import ADMINISTRATIVE
from tests.races import during, same, unlocked

pytestmark = pytest.mark.django_db(transaction=True)


def both_pick_the_first_two() -> tuple[Any, Any, list[AdministrativeCheck]]:
    contest = factories.make_contest(ADMINISTRATIVE, entries=3)
    checks = list(AdministrativeCheck.objects.order_by("pk"))
    one, two = same(contest.officer), same(contest.second)
    first, second = during(
        lambda: claim_several(by=one, checks=checks[:2]),
        lambda: claim_several(by=two, checks=checks[1:]),
    )
    return first, second, checks


def test_each_proposal_goes_to_one_officer_and_the_slower_hears_whose_it_is() -> None:
    first, second, checks = both_pick_the_first_two()
    assert isinstance(first, Claimed)
    assert isinstance(second, Claimed)
    assert [row.pk for row in first.taken] == [checks[0].pk, checks[1].pk]
    assert [row.pk for row in second.taken] == [checks[2].pk]
    holder = AdministrativeCheck.objects.get(pk=checks[1].pk).claimed_by
    assert [row.claimed_by for row in second.missed] == [holder]
    assert holder == first.taken[0].claimed_by
    assert AuditEvent.objects.filter(verb="check_claimed").count() == 3


def test_control_unlocked_one_proposal_is_claimed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AdministrativeCheckQuerySet, "locked", unlocked)
    first, second, checks = both_pick_the_first_two()
    assert checks[1].pk in {row.pk for row in first.taken} & {row.pk for row in second.taken}
