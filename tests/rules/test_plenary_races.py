"""One member with two devices. The control shows that they meet, and that the database refuses."""

from typing import Any

import pytest
from django.db import IntegrityError

from competitions.actions import motions
from competitions.actions.cut_offs import apply_cut_off
from competitions.actions.motions import cast_vote, open_vote, propose_motion
from competitions.enums import MoveReason, VoteChoice
from competitions.exceptions import WrongState
from competitions.models import Vote
from competitions.models.plenary import PlenaryQuerySet
from tests.factories import FIRST, make_contest, sit
from tests.races import at_once, meet_before, same, unlocked

pytestmark = pytest.mark.django_db(transaction=True)


def vote_twice_at_once() -> list[Any]:
    """A member votes for and against in the same moment."""
    contest = make_contest(FIRST, entries=2, judges=2, seats=(1, 1))
    apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    plenary, member = sit(contest), contest.evaluators[0]
    first, second = contest.entries
    motion = propose_motion(
        by=member,
        plenary=plenary,
        entry_in=second,
        entry_out=first,
        reason=MoveReason.EVIDENCE,
        text="Bukti lapangan.",
    )
    open_vote(by=contest.officer, motion=motion)
    people = [same(member), same(member)]
    return at_once(
        lambda: cast_vote(by=people[0], motion=motion, choice=VoteChoice.FOR),
        lambda: cast_vote(by=people[1], motion=motion, choice=VoteChoice.AGAINST),
    )


def test_a_member_votes_once_whatever_the_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, motions, "_cast")
    outcomes = vote_twice_at_once()
    assert sorted(type(one).__name__ for one in outcomes) == [Vote.__name__, WrongState.__name__]
    assert Vote.objects.count() == 1


def test_control_unlocked_only_the_database_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, motions, "_cast")
    monkeypatch.setattr(PlenaryQuerySet, "locked", unlocked)
    outcomes = vote_twice_at_once()
    assert not any(isinstance(one, WrongState) for one in outcomes)
    assert any(isinstance(one, IntegrityError) for one in outcomes)
    assert Vote.objects.count() == 1
