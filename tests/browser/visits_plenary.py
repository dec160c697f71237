"""Pages of a plenary: before it opens, with a vote going on, masked, and closed."""

from collections.abc import Iterator

from django.urls import reverse

from competitions.actions.cut_offs import apply_cut_off
from competitions.actions.motions import open_vote, propose_motion
from competitions.actions.plenary import call_entry
from competitions.enums import MoveReason
from competitions.models import ConflictDeclaration
from sinovik.audit import clock
from tests.browser.visits import Visit, visits_of
from tests.editions import FIRST
from tests.factories import make_contest, moved, sit


def plenary_visits() -> Iterator[Visit]:
    """The room and the wall at each step, for who presides, a member, one in conflict."""
    contest = make_contest(FIRST, entries=4)
    stage = contest.stage(FIRST)
    room, wall, propose = (
        reverse(f"competitions:{name}", args=[stage.pk])
        for name in ("plenary_room", "plenary_screen", "motion_propose")
    )
    apply_cut_off(by=contest.head, stage=stage)
    yield Visit(room, contest.head)
    plenary = sit(contest)
    one, two, three, four = contest.entries
    member, _other, close = contest.evaluators
    ConflictDeclaration.objects.create(
        user=close, entry=four, reason="Pembimbing.", declared_at=clock.now()
    )
    call_entry(by=contest.officer, plenary=plenary, entry=two)
    moved(contest, plenary, entry_in=three, entry_out=two)
    *_waiting, running = [
        propose_motion(
            by=member,
            plenary=plenary,
            entry_in=coming,
            entry_out=one,
            reason=MoveReason.EVIDENCE,
            text="Bukti lapangan lebih kuat.",
        )
        for coming in (two, four)
    ]
    yield from visits_of(member, room, propose)
    open_vote(by=contest.officer, motion=running)
    recuse = reverse("competitions:entry_recuse", args=[stage.pk, two.pk])
    yield from visits_of(contest.officer, room, wall, recuse)
    yield from visits_of(member, room)
    yield from visits_of(close, room)
