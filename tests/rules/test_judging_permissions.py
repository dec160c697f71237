"""Who may do what on the judging side: every permission against every role."""

import pytest
from django.urls import resolve

from agencies.enums import Role
from competitions import notifications, permissions
from competitions.actions.assignments import declare_conflict
from competitions.actions.checks import FailDecision, claim_checks, propose_fails
from competitions.actions.cut_offs import apply_cut_off, propose_lock
from competitions.enums import FailReason
from competitions.models import AdministrativeCheck
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import ADMINISTRATIVE, FIRST, REVIEW

pytestmark = pytest.mark.django_db

HEAD = {Role.SECRETARIAT_HEAD}
SECRETARIAT = {Role.SECRETARIAT_HEAD, Role.SECRETARIAT_OFFICER}
LOOKERS_ON = SECRETARIAT | {Role.OBSERVER}
BY_ROLE = {
    "follow_stage": LOOKERS_ON,
    "open_stage": HEAD,
    "close_stage": HEAD,
    "see_checks": LOOKERS_ON,
    "claim_check": SECRETARIAT,
    "confirm_fail": SECRETARIAT,
    "appoint": HEAD,
    "assign": HEAD,
    "nudge_judges": SECRETARIAT,
    "see_ranking": LOOKERS_ON,
    "apply_cut_off": HEAD,
    "propose_lock": HEAD,
    "confirm_lock": SECRETARIAT,
    "schedule_announcement": HEAD,
}


@pytest.mark.parametrize("role", [*Role, None])
def test_permissions_by_role(role: str | None) -> None:
    person = factories.make_person(role)
    for name, roles in BY_ROLE.items():
        check, can = (getattr(permissions, f"{kind}_{name}") for kind in ("check_can", "can"))
        assert can(person) is (role in roles), name
        if role not in roles:
            with pytest.raises(Forbidden, match=r"\.$"):
                check(person)
    assert permissions.is_judge(person) is (role in {Role.EVALUATOR, Role.PANELIST})


def test_every_permission_is_a_pair() -> None:
    names = set(permissions.__all__)
    for name in names:
        if name.startswith("check_can_"):
            assert name.removeprefix("check_") in names
        elif name.startswith("can_"):
            assert f"check_{name}" in names


def test_a_check_is_decided_by_its_claimer() -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=1)
    (row,) = claim_checks(by=contest.officer, checks=AdministrativeCheck.objects.all())
    assert permissions.can_decide_check(contest.officer, row)
    assert not permissions.can_decide_check(contest.second, row)
    assert permissions.can_release_check(contest.officer, row)
    assert not permissions.can_release_check(contest.second, row)
    assert permissions.can_release_check(contest.head, row)
    assert permissions.can_confirm_fail(contest.officer, row)
    (row,) = propose_fails(
        by=contest.officer, decisions=[FailDecision(row, [FailReason.JUNK], "Asal.")]
    )
    assert not permissions.can_confirm_fail(contest.officer, row)
    assert permissions.can_confirm_fail(contest.second, row)


def test_a_check_in_conflict_is_closed_to_the_person() -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=1)
    row = AdministrativeCheck.objects.get()
    assert permissions.can_see_checks(contest.second, row)
    assert permissions.can_claim_check(contest.second, row)
    declare_conflict(by=contest.second, entry=contest.entries[0], reason="Kerabat.")
    assert not permissions.can_see_checks(contest.second, row)
    assert not permissions.can_claim_check(contest.second, row)
    assert not permissions.can_confirm_fail(contest.second, row)


def test_a_sheet_is_scored_by_its_judge_alone() -> None:
    contest = factories.make_contest(REVIEW, entries=1)
    row = contest.assignments(REVIEW)[0]
    assert permissions.can_judge(row.evaluator, row)
    others = [judge for judge in contest.evaluators if judge != row.evaluator]
    assert not any(permissions.can_judge(judge, row) for judge in [*others, contest.head])
    assert permissions.can_declare_conflict(row.evaluator, row.entry)
    assert permissions.can_declare_conflict(contest.officer, row.entry)
    assert not permissions.can_declare_conflict(contest.team.admin, row.entry)
    declare_conflict(by=row.evaluator, entry=row.entry, reason="Kerabat.")
    assert not permissions.can_judge(row.evaluator, row)


def test_a_list_is_locked_by_another_and_opens_to_observers_then() -> None:
    contest = factories.make_contest(FIRST, entries=3)
    stage = contest.stage(FIRST)
    cut_off = apply_cut_off(by=contest.head, stage=stage)
    assert permissions.can_confirm_lock(contest.head, cut_off)
    cut_off = propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")
    assert not permissions.can_confirm_lock(contest.head, cut_off)
    assert permissions.can_confirm_lock(contest.second, cut_off)
    assert permissions.can_see_ranking(contest.head, stage)
    assert not permissions.can_see_ranking(contest.observer, stage)
    factories.confirm_lock(by=contest.second, cut_off=cut_off)
    assert permissions.can_see_ranking(contest.observer, stage)


def test_addresses_in_messages_exist() -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=1)
    stage = contest.stage(ADMINISTRATIVE)
    for path, name in {
        notifications.WORK_HOME: "work_home",
        notifications.READING_LIST: "assignment_list",
        notifications.receipt_path(contest.entries[0]): "entry_receipt",
        notifications.check_path(AdministrativeCheck.objects.get()): "check_detail",
        notifications.board_path(stage): "assignment_board",
        notifications.ranking_path(stage): "ranking_board",
    }.items():
        assert resolve(path).url_name == name


def test_nobody_appointed_means_no_message() -> None:
    notifications.tell_appointed([])
    assert not Notification.objects.exists()
