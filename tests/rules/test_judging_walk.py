"""The whole way of an edition through the actions."""

import pytest

from competitions.enums import Outcome, StageState
from competitions.models import Result, StageEntry
from innovations.models import Award
from tests import factories

pytestmark = pytest.mark.django_db


def test_contest_walked_to_the_end_announces_both_lists() -> None:
    contest = factories.make_contest(factories.ANNOUNCED, entries=4)
    assert {stage.state for stage in contest.edition.stages.all()} == {StageState.CLOSED}
    assert Result.objects.announced().count() == 3
    assert Award.objects.announced().count() == 3
    assert not StageEntry.objects.filter(outcome="").exists()
    first = StageEntry.objects.filter(stage=contest.stage(factories.FIRST))
    assert first.filter(outcome=Outcome.PASSED).count() == 2
    assert first.filter(outcome=Outcome.FAILED).count() == 2
