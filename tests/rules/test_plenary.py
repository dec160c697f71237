"""A plenary: who sits, who moves, who votes, and that nothing else crosses the line."""

from importlib import import_module

import pytest
from django.db import IntegrityError, transaction

from agencies.enums import Role
from agencies.models import Membership, User
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.motions import (
    cast_vote,
    close_vote,
    open_vote,
    propose_motion,
    withdraw_motion,
)
from competitions.actions.plenary import call_entry, close_plenary, open_plenary, take_seat
from competitions.enums import MotionState, MoveReason, VoteChoice
from competitions.exceptions import ConflictOfInterest, WrongState
from competitions.models import ConflictDeclaration, Entry, Motion, Plenary, Vote
from competitions.permissions import plenary as rights
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import FIRST, Contest, make_person, sit
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

FOR, AGAINST, ABSTAIN = VoteChoice.FOR, VoteChoice.AGAINST, VoteChoice.ABSTAIN


@pytest.fixture
def contest() -> Contest:
    """Four entries without a tie, two seats, the line drawn."""
    contest = factories.make_contest(FIRST, entries=4)
    apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    return contest


def asked(
    contest: Contest,
    plenary: Plenary,
    coming: Entry | None,
    going: Entry | None,
    *,
    by: User | None = None,
    text: str = "Dua dari satu instansi.",
) -> Motion:
    return propose_motion(
        by=by or contest.evaluators[0],
        plenary=plenary,
        entry_in=coming,
        entry_out=going,
        reason=MoveReason.AGENCY_SHARE,
        text=text,
    )


def voted(contest: Contest, motion: Motion, *choices: str) -> Motion:
    open_vote(by=contest.officer, motion=motion)
    for member, choice in zip(contest.evaluators, choices, strict=False):
        cast_vote(by=member, motion=motion, choice=choice)
    return close_vote(by=contest.officer, motion=motion)


def listed(contest: Contest) -> list[int]:
    rows = contest.cut_off(FIRST).results.filter(is_selected=True)
    return list(rows.order_by("rank").values_list("rank", flat=True))


def in_conflict(person: User, entry: Entry) -> None:
    ConflictDeclaration.objects.create(
        user=person, entry=entry, reason="Pernah membimbing.", declared_at=clock.now()
    )


def test_a_carried_swap_moves_both_and_is_kept_whole(contest: Contest) -> None:
    _one, two, three, _four = contest.entries
    plenary = sit(contest)
    members = {row.recipient for row in Notification.objects.filter(subject="Sidang pleno dibuka")}
    assert members == set(contest.evaluators)
    call_entry(by=contest.head, plenary=plenary, entry=three)
    call_entry(by=contest.head, plenary=plenary, entry=three)
    call_entry(by=contest.head, plenary=plenary, entry=two)
    assert [row.entry for row in plenary.discussions.all()] == [three, two]
    motion = voted(contest, asked(contest, plenary, three, two), FOR, FOR, AGAINST)
    assert (motion.state, motion.eligible, listed(contest)) == (MotionState.CARRIED, 3, [1, 3])
    for entry in (two, three):
        assert contest.cut_off(FIRST).results.get(entry=entry).motion == motion
    plenary = close_plenary(by=contest.officer, plenary=plenary)
    assert [rank for rank, _entry in plenary.list_before] == [1, 2]
    assert [rank for rank, _entry in plenary.list_after] == [1, 3]
    verbs = AuditEvent.objects.about(motion).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["motion_proposed", "vote_opened", *["vote_cast"] * 3, "motion_carried"]
    with pytest.raises(WrongState, match="ditutup"):
        take_seat(by=contest.evaluators[0], plenary=plenary)


def test_majority_and_half_of_the_eligible_decide(contest: Contest) -> None:
    _one, two, three, _four = contest.entries
    plenary = sit(contest)
    for choices in ((AGAINST, FOR), (FOR,), (ABSTAIN, ABSTAIN, ABSTAIN), (FOR, AGAINST, ABSTAIN)):
        motion = voted(contest, asked(contest, plenary, three, two), *choices)
        assert motion.state == MotionState.DEFEATED
    assert listed(contest) == [1, 2]
    motion = voted(contest, asked(contest, plenary, three, two), FOR, ABSTAIN)
    assert (motion.state, listed(contest)) == (MotionState.CARRIED, [1, 3])
    # One way only, while seats allow: out leaves a seat, in takes it, and no further one.
    out = voted(contest, asked(contest, plenary, None, three), FOR, FOR)
    assert (out.state, listed(contest)) == (MotionState.CARRIED, [1])
    assert voted(contest, asked(contest, plenary, two, None), FOR, FOR).state == "carried"
    with pytest.raises(WrongState, match="Tidak ada kursi"):
        asked(contest, plenary, three, None)


def test_motions_that_move_nobody_are_refused(contest: Contest) -> None:
    one, two, three, four = contest.entries
    plenary = sit(contest)
    foreign = factories.make_contest(FIRST, entries=1).entries[0]
    for coming, going, match in (
        (None, None, "Sebut peserta"),
        (one, two, "di luar daftar"),
        (foreign, two, "di luar daftar"),
        (three, four, "berada dalam daftar"),
        (None, foreign, "berada dalam daftar"),
    ):
        with pytest.raises(WrongState, match=match):
            asked(contest, plenary, coming, going)
    with pytest.raises(WrongState, match="alasan"):
        asked(contest, plenary, three, two, text="  ")
    with pytest.raises(WrongState, match="tidak ada dalam daftar"):
        call_entry(by=contest.head, plenary=plenary, entry=foreign)
    first, second = asked(contest, plenary, three, two), asked(contest, plenary, four, two)
    voted(contest, first, FOR, FOR)
    with pytest.raises(WrongState, match="berada dalam daftar"):
        open_vote(by=contest.officer, motion=second)


def test_one_vote_at_a_time_and_each_member_once(contest: Contest) -> None:
    _one, two, three, four = contest.entries
    member, other, late = contest.evaluators
    plenary = open_plenary(by=contest.head, cut_off=contest.cut_off(FIRST))
    for person in (member, other):
        take_seat(by=person, plenary=plenary)
    assert take_seat(by=member, plenary=plenary) == take_seat(by=member, plenary=plenary)
    motion, second = asked(contest, plenary, three, two), asked(contest, plenary, four, two)
    with pytest.raises(WrongState, match="tidak sedang berjalan"):
        cast_vote(by=member, motion=motion, choice=FOR)
    with pytest.raises(WrongState):
        close_vote(by=contest.head, motion=motion)
    motion = open_vote(by=contest.head, motion=motion)
    with pytest.raises(WrongState, match="Selesaikan dulu"):
        open_vote(by=contest.head, motion=second)
    with pytest.raises(WrongState, match="Selesaikan dulu"):
        close_plenary(by=contest.head, plenary=plenary)
    cast_vote(by=member, motion=motion, choice=FOR)
    with pytest.raises(WrongState, match="sudah memberi suara"):
        cast_vote(by=member, motion=motion, choice=AGAINST)
    take_seat(by=late, plenary=plenary)
    assert not rights.can_vote(late, motion)
    assert rights.can_vote(other, motion)
    with pytest.raises(Forbidden, match="belum hadir"):
        cast_vote(by=late, motion=motion, choice=FOR)
    with pytest.raises(WrongState):
        withdraw_motion(by=member, motion=motion)
    assert close_vote(by=contest.head, motion=motion).state == MotionState.CARRIED
    with pytest.raises(WrongState, match="pengusulnya"):
        withdraw_motion(by=other, motion=second)
    third = asked(contest, plenary, four, three)
    assert withdraw_motion(by=member, motion=third).state == MotionState.WITHDRAWN
    close_plenary(by=contest.head, plenary=plenary)
    second.refresh_from_db()
    assert (second.state, second.settled_by) == (MotionState.WITHDRAWN, contest.head)


def test_who_is_in_conflict_neither_moves_nor_votes_nor_presides(contest: Contest) -> None:
    _one, two, three, four = contest.entries
    _member, other, third = contest.evaluators
    plenary = sit(contest)
    in_conflict(third, three)
    in_conflict(contest.head, three)
    with pytest.raises(ConflictOfInterest):
        asked(contest, plenary, three, two, by=third)
    with pytest.raises(ConflictOfInterest):
        call_entry(by=contest.head, plenary=plenary, entry=three)
    motion = asked(contest, plenary, three, two)
    with pytest.raises(ConflictOfInterest):
        open_vote(by=contest.head, motion=motion)
    motion = open_vote(by=contest.officer, motion=motion)
    assert motion.eligible == 2
    with pytest.raises(ConflictOfInterest):
        cast_vote(by=third, motion=motion, choice=AGAINST)
    with pytest.raises(ConflictOfInterest):
        close_vote(by=contest.head, motion=motion)
    cast_vote(by=other, motion=motion, choice=FOR)
    assert close_vote(by=contest.officer, motion=motion).state == MotionState.CARRIED
    in_conflict(other, four)
    in_conflict(third, four)
    with pytest.raises(WrongState, match="Paling sedikit dua"):
        open_vote(by=contest.officer, motion=asked(contest, plenary, four, three))


def test_a_session_keeps_its_list_still(contest: Contest) -> None:
    cut_off = contest.cut_off(FIRST)
    plenary = open_plenary(by=contest.head, cut_off=cut_off)
    with pytest.raises(WrongState, match="masih terbuka"):
        open_plenary(by=contest.officer, cut_off=cut_off)
    with pytest.raises(WrongState, match="masih terbuka"):
        apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    with pytest.raises(WrongState, match="masih terbuka"):
        propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")
    with pytest.raises(IntegrityError, match="still open"), transaction.atomic():
        type(cut_off).objects.filter(pk=cut_off.pk).update(state="lock_proposed")
    close_plenary(by=contest.officer, plenary=plenary)
    with pytest.raises(WrongState, match="ditutup"):
        close_plenary(by=contest.officer, plenary=plenary)
    propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")
    with pytest.raises(WrongState, match="Batalkan"):
        open_plenary(by=contest.head, cut_off=cut_off)
    confirm_lock(by=contest.second, cut_off=cut_off)


def test_rights_follow_role_and_appointment(contest: Contest) -> None:
    stage, plenary = contest.stage(FIRST), sit(contest)
    member = contest.evaluators[0]
    stranger, entrant = make_person(Role.EVALUATOR), contest.team.admin
    assert rights.can_preside(contest.head, stage)
    assert rights.can_preside(contest.officer)
    assert rights.can_follow_plenary(contest.officer, stage)
    assert rights.can_follow_plenary(member, stage)
    assert rights.can_take_seat(member, stage)
    assert rights.can_follow_plenary(stranger)
    assert rights.has_seat(member, plenary)
    assert rights.has_seat(member)
    assert rights.can_read_minutes(contest.second, plenary)
    for person in (stranger, entrant, contest.observer):
        assert not rights.can_preside(person, stage)
        assert not rights.can_follow_plenary(person, stage)
        assert not rights.can_take_seat(person, stage)
        assert not rights.has_seat(person, plenary)
        assert not rights.can_read_minutes(person, plenary)
    assert not rights.can_take_seat(contest.head, stage)
    with pytest.raises(Forbidden):
        open_plenary(by=member, cut_off=contest.cut_off(FIRST))
    with pytest.raises(Forbidden):
        take_seat(by=stranger, plenary=plenary)
    motion = asked(contest, plenary, contest.entries[2], contest.entries[1])
    motion = open_vote(by=contest.officer, motion=motion)
    Membership.objects.filter(user=member).update(ended_at=clock.now(), ended_by=contest.head)
    with pytest.raises(Forbidden):
        cast_vote(by=User.objects.get(pk=member.pk), motion=motion, choice=FOR)


@pytest.fixture
def halfway(contest: Contest) -> Contest:
    """A session with a carried motion and one being voted on with a vote in it."""
    _one, two, three, four = contest.entries
    plenary = sit(contest)
    call_entry(by=contest.head, plenary=plenary, entry=two)
    voted(contest, asked(contest, plenary, three, two), FOR, FOR)
    running = open_vote(by=contest.officer, motion=asked(contest, plenary, four, three))
    cast_vote(by=contest.evaluators[0], motion=running, choice=FOR)
    return contest


def test_the_database_keeps_votes_motions_and_seats(halfway: Contest) -> None:
    sitting = "(SELECT id FROM competitions_motion WHERE state = 'voting')"
    member, other, third = (person.pk for person in halfway.evaluators)
    in_conflict(halfway.evaluators[2], halfway.entries[3])
    vote = "INSERT INTO competitions_vote (motion_id, member_id, choice, cast_at) SELECT"
    statements = [
        ("UPDATE competitions_vote SET choice = 'against'", "UPDATE refused"),
        ("DELETE FROM competitions_vote", "DELETE refused"),
        ("TRUNCATE competitions_vote", "TRUNCATE refused"),
        ("UPDATE competitions_attendance SET joined_at = now()", "UPDATE refused"),
        ("DELETE FROM competitions_discussion", "DELETE refused"),
        ("UPDATE competitions_motion SET text = 'x'", "UPDATE refused"),
        ("UPDATE competitions_motion SET eligible = 9 WHERE state = 'voting'", "UPDATE refused"),
        ("DELETE FROM competitions_motion", "DELETE refused"),
        ("DELETE FROM competitions_plenary", "DELETE refused"),
        ("UPDATE competitions_plenary SET list_before = '[]'", "UPDATE refused"),
        (f"{vote} {sitting}, {member}, 'against', now()", "vote_once"),
        (f"{vote} {sitting}, {halfway.head.pk}, 'for', now()", "was not present"),
        (f"{vote} {sitting}, {third}, 'for', now()", "declared a conflict"),
        (f"{vote} id, {other}, 'for', now() FROM competitions_motion WHERE state = 'carried'",
         "not being voted on"),
        ("UPDATE competitions_motion SET state = 'carried', settled_at = now(), settled_by_id = "
         f"{member} WHERE state = 'voting'", "not carried by its votes"),
        ("UPDATE competitions_motion SET state = 'proposed', vote_opened_at = NULL, eligible ="
         " NULL WHERE state = 'voting'", "UPDATE refused|no way"),
        ("UPDATE competitions_result SET is_selected = true WHERE rank = 4", "no carried motion"),
        ("INSERT INTO competitions_attendance (plenary_id, member_id, joined_at) SELECT id,"
         f" {halfway.head.pk}, now() FROM competitions_plenary", "no seat"),
        ("INSERT INTO competitions_motion (plenary_id, number, entry_in_id, reason, text, state,"
         f" proposed_at, proposed_by_id) SELECT id, 9, {halfway.entries[3].pk}, 'tie', 'x',"
         f" 'proposed', now(), {halfway.head.pk} FROM competitions_plenary", "present member"),
        ("INSERT INTO competitions_motion (plenary_id, number, entry_in_id, reason, text, state,"
         f" proposed_at, proposed_by_id) SELECT id, 9, {halfway.entries[3].pk}, 'tie', 'x',"
         f" 'proposed', now(), {third} FROM competitions_plenary", "declared a conflict"),
        ("INSERT INTO competitions_motion (plenary_id, number, entry_in_id, reason, text, state,"
         f" proposed_at, proposed_by_id) SELECT id, 9, {halfway.entries[3].pk}, 'unvoted', 'x',"
         f" 'proposed', now(), {member} FROM competitions_plenary", "without a vote"),
    ]  # fmt: skip
    for statement, refusal in statements:
        with (
            pytest.raises(IntegrityError, match=refusal),
            transaction.atomic(),
            as_owner() as cursor,
        ):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)
    assert Vote.objects.count() == 3


def test_moves_of_before_there_were_votes_keep_who_and_why(contest: Contest) -> None:
    """Two lists as the version without a plenary left them, one locked and one not."""
    locked = factories.make_contest(FIRST, entries=4)
    firm = apply_cut_off(by=locked.head, stage=locked.stage(FIRST))
    firm = propose_lock(by=locked.head, cut_off=firm, reason="Pleno.")
    confirm_lock(by=locked.second, cut_off=firm)
    migration = import_module("competitions.migrations.0045_plenary")
    with as_owner() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "ALTER TABLE competitions_motion DISABLE TRIGGER USER;"
            "ALTER TABLE competitions_result DISABLE TRIGGER USER;"
            "ALTER TABLE competitions_result ADD moved_by_id bigint,"
            " ADD move_reason varchar(300) NOT NULL DEFAULT '';"
            "UPDATE competitions_result SET is_selected = NOT is_selected, move_reason ="
            f" 'Wakil daerah.', moved_by_id = {contest.head.pk} WHERE rank IN (2, 3);"
            "ALTER TABLE competitions_result ENABLE TRIGGER result_frozen;"
        )
        cursor.execute(migration.CARRY_OVER)
        cursor.execute(
            "ALTER TABLE competitions_motion ENABLE TRIGGER USER;"
            "ALTER TABLE competitions_result ENABLE TRIGGER USER;"
        )
    for one in (contest, locked):
        cut_off = one.cut_off(FIRST)
        plenary = cut_off.plenaries.get()
        assert [rank for rank, _entry in plenary.list_before] == [1, 2]
        assert [rank for rank, _entry in plenary.list_after] == [1, 3]
        out, into = plenary.motions.order_by("number")
        assert (out.entry_out, into.entry_in) == (one.entries[1], one.entries[2])
        assert (out.number, into.number, into.eligible) == (1, 2, 0)
        assert {(row.text, row.proposed_by, row.reason) for row in (out, into)} == {
            ("Wakil daerah.", contest.head, MoveReason.UNVOTED)
        }
        assert cut_off.results.get(rank=3).motion == into
        assert cut_off.results.get(rank=4).motion is None
    # What nobody voted on can't be recomputed by a stranger: such a list isn't locked any more.
    cut_off = propose_lock(by=contest.head, cut_off=contest.cut_off(FIRST), reason="Pleno.")
    with pytest.raises(WrongState, match="tanpa pemungutan suara"):
        confirm_lock(by=contest.second, cut_off=cut_off)
    assert MoveReason.UNVOTED not in MoveReason.offered()
