"""Two people at once. Each race has a control that shows it is real without the lock."""

from threading import Event
from typing import Any

import pytest
from django.db import transaction

from agencies.models import User
from competitions.actions import checks as check_actions
from competitions.actions.checks import claim_checks, claim_next
from competitions.actions.scoresheets import score_assignments
from competitions.actions.stages import close_stage
from competitions.exceptions import NotEnoughSheets, WrongState
from competitions.models import AdministrativeCheck, Stage
from competitions.models.entry import AdministrativeCheckQuerySet
from competitions.queries import locks
from sinovik.audit.models import AuditEvent
from tests import factories
from tests.factories import ADMINISTRATIVE, REVIEW, Contest
from tests.races import at_once, meet_before, outcome, same, start, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def claim_same_check(contest: Contest) -> list[Any]:
    row = AdministrativeCheck.objects.get()
    officers = [same(contest.officer), same(contest.second)]
    return at_once(
        lambda: claim_checks(by=officers[0], checks=[row]),
        lambda: claim_checks(by=officers[1], checks=[row]),
    )


def test_one_of_two_claims_of_the_same_check_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=1)
    meet_before(monkeypatch, check_actions, "_claim")
    results = claim_same_check(contest)
    assert sorted(type(result).__name__ for result in results) == ["WrongState", "list"]
    assert AuditEvent.objects.named("check_claimed").count() == 1


def test_control_unlocked_both_claims_win(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=1)
    meet_before(monkeypatch, check_actions, "_claim")
    monkeypatch.setattr(AdministrativeCheckQuerySet, "locked", lambda rows: rows)
    results = claim_same_check(contest)
    assert not any(isinstance(result, WrongState) for result in results)
    assert AuditEvent.objects.named("check_claimed").count() == 2


def claim_next_together(contest: Contest) -> set[int]:
    stage = contest.stage(ADMINISTRATIVE)
    officers = [same(contest.officer), same(contest.second)]
    rows = at_once(
        lambda: claim_next(by=officers[0], stage=stage),
        lambda: claim_next(by=officers[1], stage=stage),
    )
    return {row.pk for row in rows}


def test_two_officers_get_two_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=2)
    meet_before(monkeypatch, check_actions, "_claim")
    assert len(claim_next_together(contest)) == 2


def test_control_unlocked_two_officers_get_the_same_entry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=2)
    meet_before(monkeypatch, check_actions, "_claim")
    monkeypatch.setattr(
        AdministrativeCheckQuerySet, "select_for_update", lambda rows, **options: rows
    )
    assert len(claim_next_together(contest)) == 1


def close_during_last_sheet(contest: Contest) -> Any:
    """Close the review while the last sheet is sent but not yet committed."""
    *others, last = contest.evaluators
    for judge in others:
        score_assignments(by=judge, sheets=sheets_of(contest, judge))
    written, done = Event(), Event()
    person, sheets = same(last), sheets_of(contest, last)
    head, stage = same(contest.head), contest.stage(REVIEW)

    def send_slowly() -> None:
        with transaction.atomic():
            score_assignments(by=person, sheets=sheets)
            written.set()
            done.wait(10)

    sending = start(send_slowly)
    assert written.wait(10)
    closing = start(lambda: close_stage(by=head, stage=stage))
    wait_until(closing.done)
    done.set()
    outcome(sending)
    return outcome(closing)


def sheets_of(contest: Contest, judge: User) -> list[Any]:
    return [factories.sheet_for(row) for row in contest.assignments(REVIEW, judge)]


def test_closing_waits_for_a_sheet_under_way() -> None:
    contest = factories.make_contest(REVIEW, entries=1, judges=2)
    assert isinstance(close_during_last_sheet(contest), Stage)


def test_control_unshared_closing_misses_the_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = factories.make_contest(REVIEW, entries=1, judges=2)
    monkeypatch.setattr(
        locks, "share_stage", lambda pk: Stage.objects.select_related("edition").get(pk=pk)
    )
    assert isinstance(close_during_last_sheet(contest), NotEnoughSheets)
