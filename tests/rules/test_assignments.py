"""Appointing judges, conflicts of interest, handing out entries."""

import pytest

from agencies.enums import AgencyType, Role
from agencies.models import Agency
from competitions.actions.assignments import appoint, assign_stage, declare_conflict
from competitions.actions.scoresheets import score_assignments
from competitions.actions.stages import close_stage
from competitions.enums import PanelRole, SheetState
from competitions.exceptions import AssignmentInfeasible, WrongState
from competitions.models import Assignment, ConflictDeclaration, Scoresheet
from competitions.queries.conflicts import conflicted_pairs, is_conflicted
from competitions.queries.own_entries import shown_entries
from competitions.queries.progress import own_rows
from competitions.queries.sheet_history import followed_rows
from competitions.queries.sheets import entries_short_of_sheets, totals_by_entry
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from sinovik.web.templatetags.web import moment
from tests import factories
from tests.factories import ADMINISTRATIVE, FIRST, REVIEW, SECOND, Contest

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(REVIEW, entries=3)


def test_appoint_tells_the_people_once(contest: Contest) -> None:
    person = factories.make_person(Role.EVALUATOR)
    people = [*contest.evaluators, person]
    (row,) = appoint(
        by=contest.head, edition=contest.edition, users=people, role=PanelRole.EVALUATOR
    )
    assert row.user == person
    assert AuditEvent.objects.about(row).get().payload == {"role": "evaluator"}
    told = Notification.objects.get(recipient=person).body
    assert "tim evaluasi" in told
    assert (
        f"{contest.stage(REVIEW).name} dibuka {moment(contest.stage(REVIEW).opens_at)}." in told
    ), "from when"
    again = appoint(
        by=contest.head, edition=contest.edition, users=[person], role=PanelRole.EVALUATOR
    )
    assert again == []


def test_appoint_without_the_role_or_the_right_is_refused(contest: Contest) -> None:
    stranger = factories.make_person(Role.PANELIST, name="Sri Panel")
    with pytest.raises(WrongState, match="Sri Panel"):
        appoint(by=contest.head, edition=contest.edition, users=[stranger], role="evaluator")
    with pytest.raises(Forbidden):
        appoint(by=contest.officer, edition=contest.edition, users=[stranger], role="panelist")


def test_assignment_gives_each_entry_its_readers_and_drafts(contest: Contest) -> None:
    rows = contest.assignments(REVIEW)
    per_entry = {entry.pk: set() for entry in contest.entries}
    for row in rows:
        per_entry[row.entry_id].add(row.evaluator_id)
    assert {len(readers) for readers in per_entry.values()} == {2}
    loads = [len(contest.assignments(REVIEW, judge)) for judge in contest.evaluators]
    assert loads == [2, 2, 2]
    sheets = Scoresheet.objects.filter(assignment__in=rows)
    assert set(sheets.values_list("state", flat=True)) == {SheetState.DRAFT}
    assert sheets.count() == len(rows)
    told = Notification.objects.filter(subject="Proposal untuk Anda nilai")
    assert {row.recipient for row in told} == set(contest.evaluators)
    closes_at = moment(contest.stage(REVIEW).closes_at)
    assert all(row.body.endswith(f"Tahap ditutup {closes_at}.") for row in told)
    assert AuditEvent.objects.named("assignment_made").count() == len(rows)


def test_assignment_again_adds_nothing_and_tells_nobody(contest: Contest) -> None:
    before = Notification.objects.count()
    assert assign_stage(by=contest.head, stage=contest.stage(REVIEW), seed=9) == []
    assert Notification.objects.count() == before


def test_assignment_refills_after_a_declared_conflict(contest: Contest) -> None:
    row = contest.assignments(REVIEW)[0]
    judge = row.evaluator
    declaration = declare_conflict(by=judge, entry=row.entry, reason="Murid saya.")
    assert declare_conflict(by=judge, entry=row.entry, reason="Lagi.") == declaration
    assert Notification.objects.get(recipient=contest.head).path.endswith("/penugasan/")
    (new,) = assign_stage(by=contest.head, stage=contest.stage(REVIEW), seed=2)
    assert new.entry == row.entry
    assert new.evaluator != judge
    last = max(one.reading_order for one in contest.assignments(REVIEW, new.evaluator))
    assert new.reading_order == last == 3
    assert row not in Assignment.objects.for_evaluator(judge)


def test_assignment_without_enough_judges_names_the_entries(contest: Contest) -> None:
    entry = contest.entries[0]
    for judge in contest.evaluators[:2]:
        declare_conflict(by=judge, entry=entry, reason="Kerabat.")
    with pytest.raises(AssignmentInfeasible, match=entry.number):
        assign_stage(by=contest.head, stage=contest.stage(REVIEW), seed=1)


def test_assignment_names_five_entries_and_counts_the_rest() -> None:
    with pytest.raises(AssignmentInfeasible, match="dan 2 lainnya"):
        factories.make_contest(REVIEW, entries=7, judges=1, reviews=2)


@pytest.mark.parametrize("slug", [ADMINISTRATIVE, FIRST])
def test_assignment_in_a_stage_without_scores_of_its_own_is_refused(slug: str) -> None:
    contest = factories.make_contest(slug, entries=2)
    with pytest.raises(WrongState, match="penilaian sendiri"):
        assign_stage(by=contest.head, stage=contest.stage(slug), seed=1)


def test_assignment_before_opening_or_by_others_is_refused(contest: Contest) -> None:
    with pytest.raises(WrongState, match="Buka"):
        assign_stage(by=contest.head, stage=contest.stage(SECOND), seed=1)
    with pytest.raises(Forbidden):
        assign_stage(by=contest.officer, stage=contest.stage(REVIEW), seed=1)


def test_declaring_takes_a_sent_sheet_out_of_the_count(contest: Contest) -> None:
    factories.score_all(contest, REVIEW)
    row = contest.assignments(REVIEW)[0]
    stage = contest.stage(REVIEW)
    assert entries_short_of_sheets(stage) == []
    declare_conflict(by=row.evaluator, entry=row.entry, reason="Baru ingat.")
    assert entries_short_of_sheets(stage) == [row.entry_id]
    assert len(totals_by_entry(stage, [row.entry_id])[row.entry_id]) == 1


def test_declaring_after_the_stage_is_closed_is_refused(contest: Contest) -> None:
    factories.score_all(contest, REVIEW)
    close_stage(by=contest.head, stage=contest.stage(REVIEW))
    row = contest.assignments(REVIEW)[0]
    with pytest.raises(WrongState, match="sekretariat"):
        declare_conflict(by=row.evaluator, entry=row.entry, reason="Terlambat.")
    spare = next(
        judge
        for judge in contest.evaluators
        if not Assignment.objects.filter(evaluator=judge, entry=row.entry).exists()
    )
    assert declare_conflict(by=spare, entry=row.entry, reason="Kerabat.").pk


def test_declaring_over_a_draft_in_a_closed_stage_tells_nobody() -> None:
    contest = factories.make_contest(REVIEW, entries=1, judges=3)
    stage = contest.stage(REVIEW)
    tied = contest.assignments(REVIEW)[0]
    tied.evaluator.employer = contest.team.agency
    tied.evaluator.save(update_fields=["employer"])
    assert len(assign_stage(by=contest.head, stage=stage, seed=1)) == 1
    for row in contest.assignments(REVIEW):
        if row != tied:
            score_assignments(by=row.evaluator, sheets=[factories.sheet_for(row)])
    close_stage(by=contest.head, stage=stage)
    before = Notification.objects.count()
    declare_conflict(by=tied.evaluator, entry=tied.entry, reason="Kini bekerja di sana.")
    assert ConflictDeclaration.objects.count() == 1
    assert Notification.objects.count() == before


def test_declaring_needs_a_reason_and_an_appointment(contest: Contest) -> None:
    with pytest.raises(WrongState, match="hubungan"):
        declare_conflict(by=contest.evaluators[0], entry=contest.entries[0], reason=" ")
    with pytest.raises(Forbidden):
        declare_conflict(by=contest.team.admin, entry=contest.entries[0], reason="x")


def close_agencies(kind: str) -> tuple[Agency, Agency]:
    """The judge's employer and the entry's agency, tied as `kind` says."""
    if kind == "same":
        home = factories.make_agency()
        return home, home
    if kind == "parent":
        home = factories.make_agency()
        return factories.make_agency(parent=home), home
    if kind == "child":
        home = factories.make_agency()
        return home, factories.make_agency(parent=home)
    province = factories.make_province("32", "Jawa Barat")
    regency = factories.make_regency("32.01", province)
    other = factories.make_regency("32.02", province)
    if kind == "province":
        return (
            factories.make_agency(agency_type=AgencyType.PROVINCE, region=province),
            factories.make_agency(agency_type=AgencyType.REGENCY, region=regency),
        )
    return (
        factories.make_agency(agency_type=AgencyType.REGENCY, region=other),
        factories.make_agency(agency_type=AgencyType.REGENCY, region=regency),
    )


@pytest.mark.parametrize("kind", ["same", "parent", "child", "province", "neighbour"])
def test_conflict_follows_from_the_employer(kind: str) -> None:
    home, place = close_agencies(kind)
    contest = factories.make_contest(entries=0)
    contest.team = factories.make_team(place)
    (entry,) = factories.enter(contest, factories.make_innovations(contest.team))
    judge = factories.make_person(Role.EVALUATOR, employer=home)
    free = factories.make_person(Role.EVALUATOR, employer=factories.make_agency())
    assert is_conflicted(judge, [entry.pk])
    assert not is_conflicted(free, [entry.pk])
    assert conflicted_pairs([judge, free], [entry]) == {(judge.pk, entry.pk)}


def test_conflict_follows_from_writing_for_the_agency(contest: Contest) -> None:
    entry = contest.entries[0]
    judge = factories.make_person(Role.INNOVATOR, agency=contest.team.agency)
    assert is_conflicted(judge, [entry.pk])
    assert conflicted_pairs([judge], [entry]) == {(judge.pk, entry.pk)}


def test_conflict_follows_from_the_declaration(contest: Contest) -> None:
    judge, entry = contest.evaluators[0], contest.entries[0]
    declare_conflict(by=judge, entry=entry, reason="Kerabat.")
    assert conflicted_pairs(contest.evaluators, contest.entries) == {(judge.pk, entry.pk)}
    assert is_conflicted(judge, [entry.pk])
    assert not is_conflicted(judge, [contest.entries[1].pk])


def test_assignment_keeps_clear_of_the_employer() -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=2, judges=3)
    tied = contest.evaluators[0]
    tied.employer = contest.team.agency
    tied.save(update_fields=["employer"])
    factories.pass_all(contest)
    close_stage(by=contest.head, stage=contest.stage(ADMINISTRATIVE))
    with clock.at(contest.moment(REVIEW)):
        factories.start_review(contest)
    assert contest.assignments(REVIEW, tied) == []
    assert len(contest.assignments(REVIEW)) == 4


def test_row_that_went_since_its_page_was_counted_is_left_out(contest: Contest) -> None:
    judge = contest.evaluators[0]
    first, second, *_rest = contest.assignments(REVIEW, judge)
    pks = [second.pk, 0, first.pk]
    assert own_rows(judge, pks) == followed_rows(pks) == [second, first]
    entries = contest.entries[:2]
    assert shown_entries([entries[1].pk, 0, entries[0].pk]) == [entries[1], entries[0]]
