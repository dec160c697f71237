"""Who reads what, in two steps: planned and looked at, then applied, until somebody begins."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions import allocation_plans as actions
from competitions.actions.abstentions import abstain
from competitions.actions.allocation_plans import (
    apply_plan,
    cancel_plan,
    make_plan,
    request_plan,
    undo_plan,
)
from competitions.actions.assignments import appoint, declare_conflict
from competitions.actions.expertise import set_expertise
from competitions.actions.scoresheets import save_sheet
from competitions.enums import AllocationState, PanelRole
from competitions.exceptions import WrongState
from competitions.models import AllocationPlan, Appointment, Assignment, Scoresheet, Stage
from competitions.queries import allocation_plans as queries
from competitions.queries.allocation_plans import lines_of, planned_pairs, spread_of
from competitions.tasks import plan_allocation
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import ADMINISTRATIVE, FIRST, REVIEW, SECOND, Contest, sheet_for
from tests.pages import WatchfulClient
from tests.races import during, same

pytestmark = pytest.mark.django_db


def unassigned(**options: Any) -> Contest:
    """A contest under review in which nobody reads anything yet."""
    contest = factories.make_contest(REVIEW, **options)
    Scoresheet.objects.all().delete()
    Assignment.objects.all().delete()
    Notification.objects.all().delete()
    return contest


def planned(contest: Contest, seed: int = 7) -> AllocationPlan:
    return request_plan(by=contest.head, stage=contest.stage(REVIEW), seed=seed)


def reader_of(plan: AllocationPlan) -> int:
    return next(judge for judge, shelf in planned_pairs(plan).items() if shelf)


def pairs(contest: Contest) -> set[tuple[int, int]]:
    rows = Assignment.objects.filter(stage=contest.stage(REVIEW))
    return set(rows.values_list("evaluator", "entry"))


def test_plan_writes_nothing_until_it_is_applied_and_goes_until_a_sheet_is_begun() -> None:
    contest = unassigned(entries=3)
    plan = planned(contest)
    assert (plan.state, plan.done, pairs(contest)) == (AllocationState.READY, 3, set())
    assert not Notification.objects.exists()
    wanted = {(judge, one) for judge, shelf in planned_pairs(plan).items() for one in shelf}
    assert len(wanted) == 6
    assert (plan.shelves["components"], plan.shelves["conflicts"]) == (1, {})
    lines = lines_of(plan)
    assert sum(line.count for line in lines) == 6
    assert all(line.before == 0 and line.added == line.after for line in lines)
    assert 0 <= spread_of(lines) < 1
    assert spread_of([]) == 0
    again = planned(contest)
    assert again.shelves == plan.shelves

    with pytest.raises(Forbidden):
        apply_plan(by=contest.officer, plan=plan)
    with pytest.raises(WrongState, match="sedang berlaku"):
        undo_plan(by=contest.head, plan=plan)
    with pytest.raises(WrongState, match="selesai dihitung"):
        cancel_plan(by=contest.head, plan=plan)
    applied = apply_plan(by=contest.head, plan=plan)
    assert pairs(contest) == wanted
    assert Scoresheet.objects.count() == 6
    told = set(Notification.objects.values_list("recipient", flat=True))
    assert told == {judge for judge, _entry in wanted}
    assert AuditEvent.objects.about(applied).named("allocation_applied").count() == 1
    with pytest.raises(WrongState, match="belum diterapkan"):
        apply_plan(by=contest.head, plan=plan)
    with pytest.raises(WrongState, match="berubah sejak pratinjau"):
        apply_plan(by=contest.head, plan=again)
    for change in ({"shelves": {}}, {"seed": 1}):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            AllocationPlan.objects.filter(pk=plan.pk).update(**change)
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        AllocationPlan.objects.filter(pk=plan.pk).delete()

    Notification.objects.all().delete()
    with pytest.raises(Forbidden):
        undo_plan(by=contest.officer, plan=plan)
    undone = undo_plan(by=contest.head, plan=plan)
    assert (undone.state, pairs(contest)) == (AllocationState.UNDONE, set())
    assert not Scoresheet.objects.exists()
    assert {one.subject for one in Notification.objects.all()} == {"Penugasan penilaian ditarik"}
    assert AuditEvent.objects.named("assignment_undone").count() == 6
    assert AuditEvent.objects.about(undone).named("allocation_undone").get().payload == {
        "assignments": 6
    }
    apply_plan(by=contest.head, plan=again)
    row = Assignment.objects.filter(evaluator=contest.evaluators[0])[0]
    save_sheet(by=row.evaluator, assignment=row, edit_number=1, sheet=sheet_for(row))
    with pytest.raises(WrongState, match="mulai mengisi"):
        undo_plan(by=contest.head, plan=again)
    assert pairs(contest) == wanted


def test_later_additions_leave_what_is_there() -> None:
    contest = unassigned(entries=3)
    first = apply_plan(by=contest.head, plan=planned(contest))
    before = pairs(contest)
    row = Assignment.objects.order_by("pk")[0]
    declare_conflict(by=row.evaluator, entry=row.entry, reason="Pernah membimbing.")
    with pytest.raises(WrongState, match="tidak memiliki penilaian"):
        request_plan(by=contest.head, stage=contest.stage(FIRST), seed=1)
    with pytest.raises(WrongState, match="Buka tahap"):
        request_plan(by=contest.head, stage=contest.stage(SECOND), seed=1)
    second = planned(contest)
    assert second.shelves["conflicts"] == {str(row.entry_id): 1}
    assert "1 penilai dilewati" in queries.reason_of(second, row.entry_id, reader_of(second))
    apply_plan(by=contest.head, plan=second)
    (new,) = pairs(contest) - before
    assert before < pairs(contest)
    assert new[1] == row.entry_id
    undo_plan(by=contest.head, plan=second)
    assert pairs(contest) == before
    undo_plan(by=contest.head, plan=first)
    assert pairs(contest) == set()


def test_given_back_assignment_keeps_its_plan_and_is_replaced_by_another() -> None:
    contest = unassigned(entries=1)
    plan = apply_plan(by=contest.head, plan=planned(contest))
    before = pairs(contest)
    row = Assignment.objects.order_by("pk")[0]
    abstain(by=row.evaluator, assignment=row, reason="Sakit.")
    with pytest.raises(WrongState, match="mulai mengisi"):
        undo_plan(by=contest.head, plan=plan)
    later = planned(contest)
    given = {(judge, one) for judge, shelf in planned_pairs(later).items() for one in shelf}
    assert given.isdisjoint(before)


def test_plan_that_no_longer_holds_is_refused() -> None:
    contest = unassigned(entries=2, reviews=1, judges=2)
    plan = planned(contest)
    judge, shelf = next((j, s) for j, s in planned_pairs(plan).items() if s)
    person = next(one for one in contest.evaluators if one.pk == judge)
    entry = next(one for one in contest.entries if one.pk == shelf[0])
    with transaction.atomic():
        Appointment.objects.filter(user=person).delete()
        with pytest.raises(WrongState, match="berubah"):
            apply_plan(by=contest.head, plan=plan)
        transaction.set_rollback(True)
    declare_conflict(by=person, entry=entry, reason="Kerabat.")
    with pytest.raises(WrongState, match="berubah"):
        apply_plan(by=contest.head, plan=plan)
    assert pairs(contest) == set()


def test_shortage_and_crash_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = unassigned(entries=1, judges=2)
    declare_conflict(by=contest.evaluators[0], entry=contest.entries[0], reason="Kerabat.")
    plan = planned(contest)
    assert plan.state == AllocationState.FAILED
    assert contest.entries[0].number in plan.reason
    with pytest.raises(WrongState):
        apply_plan(by=contest.head, plan=plan)

    def broken(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(actions, "allocated", broken)
    with pytest.raises(RuntimeError):
        planned(contest)
    last = AllocationPlan.objects.latest("pk")
    assert (last.state, last.reason) == (AllocationState.FAILED, "")


def test_large_plan_is_a_job_that_can_be_stopped_and_survives_a_reload(
    client: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SMALL", 1)
    contest = unassigned(entries=2)
    client.force_login(contest.head)
    start = reverse("competitions:allocation_start", args=[contest.stage(REVIEW).pk])
    client.post(start)
    client.post(start)
    plan = AllocationPlan.objects.get()
    assert plan.state == AllocationState.QUEUED
    page = reverse("competitions:allocation_detail", args=[plan.pk])
    body = client.get(page).content.decode()
    assert "0 dari 3 langkah" in body
    assert "hx-get" in body
    act = {
        name: reverse(f"competitions:allocation_{name}", args=[plan.pk])
        for name in ("cancel", "apply", "undo")
    }
    assert "Hanya pembagian yang siap" in client.post(act["apply"], follow=True).content.decode()
    assert "dibatalkan" in client.post(act["cancel"], follow=True).content.decode()
    plan_allocation(plan_id=plan.pk)
    plan.refresh_from_db()
    assert (plan.state, plan.shelves) == (AllocationState.CANCELLED, {})

    client.post(start)
    plan = AllocationPlan.objects.latest("pk")

    def stopped_meanwhile(ask: Any, seed: int) -> Any:
        cancel_plan(by=contest.head, plan=plan)
        return original(ask, seed)

    original = actions.allocated
    monkeypatch.setattr(actions, "allocated", stopped_meanwhile)
    make_plan(plan_id=plan.pk)
    plan.refresh_from_db()
    assert (plan.state, plan.shelves) == (AllocationState.CANCELLED, {})
    monkeypatch.setattr(actions, "allocated", original)

    client.post(start)
    plan = AllocationPlan.objects.latest("pk")
    plan_allocation(plan_id=plan.pk)
    page = reverse("competitions:allocation_detail", args=[plan.pk])
    assert "Ini pratinjau" in client.get(page).content.decode()


def test_page_shows_each_part_hides_what_is_in_conflict_and_keeps_others_out(
    client: WatchfulClient,
) -> None:
    counted = []
    for number in (1, 3):
        contest = unassigned(entries=number)
        plan = planned(contest)
        client.force_login(contest.head)
        page = reverse("competitions:allocation_detail", args=[plan.pk])
        reader = next(judge for judge, shelf in planned_pairs(plan).items() if len(shelf))
        with CaptureQueriesContext(connection) as captured:
            body = client.get(f"{page}?penilai={reader}").content.decode()
        counted.append(len(captured))
    assert counted[0] == counted[1] <= 15
    assert "Benih acak 7" in body
    assert "Tidak ada benturan" in body
    board = reverse("competitions:assignment_board", args=[contest.stage(REVIEW).pk])
    assert page in client.get(board).content.decode()
    for name in ("apply", "undo", "apply"):
        address = reverse(f"competitions:allocation_{name}", args=[plan.pk])
        said = client.post(address, follow=True).content.decode()
    assert "Hanya pembagian yang siap" in said
    assert "Diurungkan" in said
    assert client.get(f"{page}?penilai=0").status_code == 404

    shelf = planned_pairs(plan)[reader]
    entry = next(one for one in contest.entries if one.pk == shelf[0])
    assert entry.number in body
    contest.head.employer = entry.agency
    contest.head.save()
    masked = client.get(f"{page}?penilai={reader}").content.decode()
    assert all(one.number not in masked for one in contest.entries if one.agency == entry.agency)
    client.force_login(contest.officer)
    assert client.get(page).status_code == 200
    for name in ("start", "apply", "undo", "cancel"):
        pk = contest.stage(REVIEW).pk if name == "start" else plan.pk
        assert client.post(reverse(f"competitions:allocation_{name}", args=[pk])).status_code == 403
    for person in (contest.observer, contest.evaluators[0], contest.team.admin):
        client.force_login(person)
        assert client.get(page).status_code in (403, 404)


def begin_while_it_is_undone(contest: Contest) -> Any:
    plan = apply_plan(by=contest.head, plan=planned(contest))
    row = Assignment.objects.select_related("evaluator").order_by("pk")[0]
    judge, head, sheet = same(row.evaluator), same(contest.head), sheet_for(row)
    _saved, undone = during(
        lambda: save_sheet(by=judge, assignment=row, edit_number=1, sheet=sheet),
        lambda: undo_plan(by=head, plan=plan),
    )
    return undone


@pytest.mark.django_db(transaction=True)
def test_undoing_waits_for_a_sheet_that_is_being_saved() -> None:
    contest = unassigned(entries=1)
    assert isinstance(begin_while_it_is_undone(contest), WrongState)
    assert Assignment.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_control_unlocked_undoing_misses_the_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "close_stage_alone", lambda pk: Stage.objects.get(pk=pk))
    contest = unassigned(entries=1)
    assert not isinstance(begin_while_it_is_undone(contest), WrongState)


def test_new_judge_is_given_what_the_others_have_too_much_of() -> None:
    contest = unassigned(entries=3, reviews=2)
    person = factories.make_person(factories.Role.EVALUATOR)
    appoint(by=contest.head, edition=contest.edition, users=[person], role=PanelRole.EVALUATOR)
    plan = planned(contest)
    assert {judge for judge, shelf in planned_pairs(plan).items() if shelf} >= {person.pk}


def test_expertise_is_set_by_the_head_and_preferred_where_loads_allow(
    client: WatchfulClient,
) -> None:
    contest = unassigned(entries=1, reviews=1, judges=3)
    stage = contest.stage(REVIEW)
    category = contest.entries[0].innovation.category
    other = factories.make_category("kesehatan")
    assert category is not None
    expert = contest.evaluators[2]
    own = Appointment.objects.get(user=expert)
    address = reverse("competitions:expertise_edit", args=[stage.pk])
    client.force_login(contest.head)
    board = reverse("competitions:assignment_board", args=[stage.pk])
    assert address in client.get(board).content.decode()
    assert expert.name in client.get(address).content.decode()
    typed = {"sent": "1", f"bidang-{own.pk}": [category.pk]}
    assert client.post(address, typed | {f"bidang-{own.pk}": [other.pk]}).status_code == 422
    said = client.post(address, typed, follow=True).content.decode()
    assert "Bidang keahlian 1 orang diubah." in said
    event = AuditEvent.objects.about(own).named("expertise_set").get()
    assert event.payload == {"fields": [category.slug]}
    for same_again in ([category.pk], [category.pk, other.pk]):
        assert set_expertise(by=contest.head, stage=stage, fields={own.pk: same_again}) == []
    with pytest.raises(Forbidden):
        set_expertise(by=contest.officer, stage=stage, fields={})

    plan = planned(contest)
    (line,) = [line for line in lines_of(plan) if line.count]
    assert (line.judge, line.in_field) == (expert, 1)
    page = reverse("competitions:allocation_detail", args=[plan.pk])
    body = client.get(f"{page}?penilai={expert.pk}").content.decode()
    assert "Bidang keahliannya." in body
    assert "Sesuai bidang keahlian" in body
    client.post(address, {"sent": "1"})
    assert not own.expertise.exists()

    over = contest.stage(ADMINISTRATIVE)
    with pytest.raises(WrongState, match="sudah ditutup"):
        set_expertise(by=contest.head, stage=over, fields={})
    address = reverse("competitions:expertise_edit", args=[over.pk])
    assert "sudah ditutup" in client.post(address, {"sent": "1"}, follow=True).content.decode()
