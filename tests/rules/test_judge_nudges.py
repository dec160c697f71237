"""Reminding judges: once a day, in the application and by mail; a race with its control."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from competitions.actions import judge_nudges
from competitions.actions.judge_nudges import JudgesNudged, nudge_judges
from competitions.actions.scoresheets import score_assignments
from competitions.exceptions import StageClosed
from competitions.models.judging import AppointmentQuerySet
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.kinds import NUDGE
from sinovik.notifications.models import Mail, Notification, Reminder
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import REVIEW, sheet_for
from tests.races import at_once, meet_after, same, unlocked

pytestmark = pytest.mark.django_db
races = pytest.mark.django_db(transaction=True)


def test_a_judge_is_reminded_once_a_day_whoever_asks_and_again_the_next() -> None:
    contest = factories.make_contest(REVIEW, entries=3)
    stage = contest.stage(REVIEW)
    first, second, third = contest.evaluators
    rows = contest.assignments(REVIEW, first)
    score_assignments(by=first, sheets=[sheet_for(row) for row in rows])
    (one, _other) = contest.assignments(REVIEW, second)
    score_assignments(by=second, sheets=[sheet_for(one)])
    everybody = [*contest.evaluators, contest.panelists[0]]
    assert nudge_judges(by=contest.head, stage=stage, judges=everybody) == JudgesNudged(2, 0, 1)
    assert nudge_judges(by=contest.officer, stage=stage, judges=everybody) == JudgesNudged(0, 2, 1)
    said = Notification.objects.filter(kind=NUDGE.key)
    assert {note.recipient for note in said} == {second, third}
    assert "1 dari 2 lembar nilai" in said.get(recipient=second).body
    assert Mail.objects.filter(recipient=second, notifications__kind=NUDGE.key).count() == 1
    assert AuditEvent.objects.named("judge_nudged").count() == 2
    with clock.at(clock.now() + timedelta(days=1)):
        assert nudge_judges(by=contest.head, stage=stage, judges=[third]) == JudgesNudged(1, 0, 0)
    assert Reminder.objects.filter(recipient=third).count() == 2


def test_only_the_secretariat_reminds_and_only_while_there_is_time() -> None:
    contest = factories.make_contest(REVIEW, entries=1)
    stage = contest.stage(REVIEW)
    with pytest.raises(Forbidden):
        nudge_judges(by=contest.observer, stage=stage, judges=contest.evaluators)
    with clock.at(stage.closes_at), pytest.raises(StageClosed):
        nudge_judges(by=contest.head, stage=stage, judges=contest.evaluators)
    assert not Reminder.objects.exists()


def nudge_twice(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Two people of the secretariat press at once."""
    contest = factories.make_contest(REVIEW, entries=1)
    people = [same(contest.head), same(contest.officer)]
    stage, judges = contest.stage(REVIEW), contest.evaluators
    meet_after(monkeypatch, judge_nudges, "judges_nudged_on")
    return at_once(
        lambda: nudge_judges(by=people[0], stage=stage, judges=judges),
        lambda: nudge_judges(by=people[1], stage=stage, judges=judges),
    )


@races
def test_two_clicks_at_once_remind_once(monkeypatch: pytest.MonkeyPatch) -> None:
    results = nudge_twice(monkeypatch)
    assert sorted(result.told for result in results) == [0, 2]
    assert Notification.objects.filter(kind=NUDGE.key).count() == 2


@races
def test_control_unlocked_the_second_click_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AppointmentQuerySet, "locked", unlocked)
    assert any(isinstance(result, IntegrityError) for result in nudge_twice(monkeypatch))
