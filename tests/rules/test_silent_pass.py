"""A pass over an item marked unmet needs its reason, in bulk as on the form."""

import pytest

from competitions.actions.checks import claim_checks, pass_checks
from competitions.enums import CheckState, Verdict
from competitions.exceptions import WrongState
from competitions.models import AdministrativeCheck, CheckItem
from sinovik.audit import clock
from tests import factories
from tests.factories import ADMINISTRATIVE

pytestmark = pytest.mark.django_db


def test_bulk_pass_over_an_unexplained_item_passes_none() -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=2)
    checks = list(AdministrativeCheck.objects.filter(stage_entry__entry__in=contest.entries))
    claim_checks(by=contest.officer, checks=checks)
    item = CheckItem.objects.create(
        check_of=checks[0],
        key="real",
        verdict=Verdict.UNMET,
        updated_at=clock.now(),
        updated_by=contest.officer,
    )
    with pytest.raises(WrongState, match="1 butir"):
        pass_checks(by=contest.officer, checks=checks)
    assert not AdministrativeCheck.objects.filter(state=CheckState.PASSED).exists()
    CheckItem.objects.filter(pk=item.pk).update(note="Sudah dijelaskan di lampiran.")
    assert len(pass_checks(by=contest.officer, checks=checks)) == 2
