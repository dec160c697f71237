"""Two presses at one vote; each has a control without locks, where only the database refuses."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.urls import reverse

from competitions.actions.cut_offs import apply_cut_off
from competitions.actions.motions import cast_vote, close_vote, open_vote, propose_motion
from competitions.actions.plenary import close_plenary
from competitions.enums import MotionState, MoveReason, VoteChoice
from competitions.exceptions import WrongState
from competitions.models import Entry, Motion, Plenary, Vote
from sinovik.web.querysets import LockableQuerySet
from tests.factories import FIRST, Contest, make_contest, sit
from tests.pages import WatchfulClient
from tests.races import during, same, unlocked

pytestmark = pytest.mark.django_db(transaction=True)

FOR, AGAINST = VoteChoice.FOR, VoteChoice.AGAINST


@pytest.fixture
def contest() -> Contest:
    """Three entries, two seats, two members."""
    contest = make_contest(FIRST, entries=3, judges=2)
    apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    return contest


def put(contest: Contest, plenary: Plenary, coming: Entry, going: Entry) -> Motion:
    """A motion that is being voted on."""
    motion = propose_motion(
        by=contest.evaluators[0],
        plenary=plenary,
        entry_in=coming,
        entry_out=going,
        reason=MoveReason.EVIDENCE,
        text="Bukti lapangan.",
    )
    return open_vote(by=contest.officer, motion=motion)


def run_all(contest: Contest) -> dict[str, tuple[Any, Any]]:
    """Every race in turn: the first press is done but not committed when the second comes."""
    _one, two, three = contest.entries
    member, other = contest.evaluators
    officer, head = same(contest.officer), same(contest.head)
    plenary = sit(contest)
    first = put(contest, plenary, three, two)
    found = {
        "vote, vote": during(
            lambda: cast_vote(by=member, motion=first, choice=FOR),
            lambda: cast_vote(by=same(member), motion=first, choice=AGAINST),
        ),
        "vote, close": during(
            lambda: cast_vote(by=other, motion=first, choice=AGAINST),
            lambda: close_vote(by=officer, motion=first),
        ),
    }
    if Motion.objects.get(pk=first.pk).state == MotionState.VOTING:
        close_vote(by=officer, motion=first)
    second = put(contest, plenary, three, two)
    cast_vote(by=member, motion=second, choice=FOR)
    found["close, vote"] = during(
        lambda: close_vote(by=officer, motion=second),
        lambda: cast_vote(by=other, motion=second, choice=AGAINST),
    )
    third = put(contest, plenary, two, three)
    for person in (member, other):
        cast_vote(by=person, motion=third, choice=FOR)
    found["close, close"] = during(
        lambda: close_vote(by=officer, motion=third), lambda: close_vote(by=head, motion=third)
    )
    return found


def check_rows() -> None:
    """Whatever raced: states follow the votes, and nobody moved twice."""
    states = list(Motion.objects.order_by("number").values_list("state", flat=True))
    assert states == [MotionState.DEFEATED, MotionState.CARRIED, MotionState.CARRIED]
    assert Vote.objects.count() == 5


def test_presses_come_one_after_the_other(contest: Contest) -> None:
    found = run_all(contest)
    assert not [one for one, _two in found.values() if isinstance(one, Exception)]
    counted = found.pop("vote, close")[1]
    assert counted.state == MotionState.DEFEATED
    assert {name: type(two) for name, (_one, two) in found.items()} == dict.fromkeys(
        found, WrongState
    )
    check_rows()


def test_control_without_locks_the_database_has_to_refuse(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LockableQuerySet, "locked", unlocked)
    found = run_all(contest)
    assert not [one for one, _two in found.values() if isinstance(one, Exception)]
    assert {name: type(two) for name, (_one, two) in found.items()} == dict.fromkeys(
        found, IntegrityError
    )
    check_rows()


def test_who_comes_while_the_session_is_closed_is_told(
    client: WatchfulClient, contest: Contest
) -> None:
    plenary = sit(contest)
    client.force_login(contest.evaluators[0])
    join = reverse("competitions:plenary_join", args=[contest.stage(FIRST).pk])
    closed, answer = during(
        lambda: close_plenary(by=same(contest.officer), plenary=plenary),
        lambda: client.post(join, follow=True),
    )
    assert isinstance(closed, Plenary)
    assert "Sidang ini sudah ditutup." in answer.content.decode()
