"""Moving a deadline later: two people, a letter, never earlier."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.enums import Role
from agencies.models import Agency
from competitions.actions.entries import submit_entry
from competitions.actions.extensions import (
    confirm_extension,
    propose_extension,
    reject_extension,
)
from competitions.actions.stages import close_stage
from competitions.actions.writing import save_entry_section
from competitions.enums import EntryState, ExtensionState
from competitions.exceptions import SecondPersonNeeded, TooLate, WrongState
from competitions.models import DeadlineExtension, Entry, Stage
from competitions.permissions.deadlines import can_confirm_extension, can_propose_extension
from competitions.queries import deadlines
from competitions.queries.windows import WindowKind, writing_window
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import ADMINISTRATIVE, REGISTRATION, Contest
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def propose(
    contest: Contest, agency: Agency | None = None, later: timedelta = DAY
) -> DeadlineExtension:
    stage = contest.stage(REGISTRATION)
    return propose_extension(
        by=contest.officer,
        stage=stage,
        new_closes_at=stage.closes_at + later,
        letter_number="B/12/2026",
        reason="Peladen padam dua jam.",
        agency=agency,
    )


def extend(
    contest: Contest, agency: Agency | None = None, later: timedelta = DAY
) -> DeadlineExtension:
    return confirm_extension(by=contest.head, extension=propose(contest, agency, later))


def waiting_entry(contest: Contest) -> Entry:
    return factories.walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)


def submit_at(instant: datetime, contest: Contest, entry: Entry) -> Entry:
    with clock.at(instant):
        return submit_entry(by=contest.team.admin, entry=entry)


def test_proposal_alone_moves_nothing_and_asks_the_others() -> None:
    contest = factories.make_contest(entries=1)
    extension = propose(contest)
    stage = contest.stage(REGISTRATION)
    assert deadlines.closes_at_for(stage, contest.team.agency.pk) == stage.closes_at
    asked = set(Notification.objects.values_list("recipient", flat=True))
    assert asked == {contest.head.pk, contest.second.pk}
    event = AuditEvent.objects.about(extension).get()
    assert (event.verb, event.payload["letter"]) == ("extension_proposed", "B/12/2026")


def test_confirmed_extension_moves_the_close_for_all_and_keeps_the_first() -> None:
    contest = factories.make_contest(entries=1)
    entry, stage = waiting_entry(contest), contest.stage(REGISTRATION)
    extension = extend(contest)
    found = deadlines.deadline_of(stage, contest.team.agency.pk)
    assert (found.original, found.closes_at) == (stage.closes_at, stage.closes_at + DAY)
    assert contest.stage(REGISTRATION).closes_at == stage.closes_at
    assert writing_window(entry).kind == WindowKind.EXTENSION
    with pytest.raises(TooLate):
        submit_at(stage.closes_at + DAY, contest, entry)
    assert submit_at(stage.closes_at + DAY - INSTANT, contest, entry).submitted_at
    assert AuditEvent.objects.about(extension).named("extension_confirmed").count() == 1
    told = Notification.objects.filter(subject__contains="diperpanjang")
    expected = {contest.team.admin, contest.team.innovator, contest.head, contest.officer}
    assert {row.recipient for row in told} == expected | {contest.second, contest.observer}


def test_extension_for_one_agency_leaves_the_others_late() -> None:
    contest = factories.make_contest(entries=1)
    entry, stage = waiting_entry(contest), contest.stage(REGISTRATION)
    other = factories.make_team()
    extend(contest, other.agency)
    assert deadlines.deadlines(stage, [contest.team.agency.pk, other.agency.pk]) == {
        contest.team.agency.pk: stage.closes_at,
        other.agency.pk: stage.closes_at + DAY,
    }
    with pytest.raises(TooLate):
        submit_at(stage.closes_at, contest, entry)
    told = Notification.objects.filter(subject__contains="diperpanjang")
    assert contest.team.admin not in {row.recipient for row in told}
    assert other.admin in {row.recipient for row in told}


def test_own_extension_and_the_one_for_all_the_later_holds() -> None:
    contest = factories.make_contest(entries=0)
    agency, stage = contest.team.agency, contest.stage(REGISTRATION)
    extend(contest, agency, 3 * DAY)
    extend(contest, None, 2 * DAY)
    assert deadlines.closes_at_for(stage, agency.pk) == stage.closes_at + 3 * DAY
    assert deadlines.closes_at_for(stage, None) == stage.closes_at + 2 * DAY
    assert deadlines.deadlines(stage, [agency.pk])[agency.pk] == stage.closes_at + 3 * DAY
    assert deadlines.last_close(stage) == stage.closes_at + 3 * DAY
    with pytest.raises(WrongState, match="sesudah tenggat yang berlaku"):
        propose(contest, agency, 3 * DAY)


def test_extension_after_the_close_lets_people_write_and_submit_again() -> None:
    contest = factories.make_contest(entries=2)
    entry, stage = waiting_entry(contest), contest.stage(REGISTRATION)
    draft = contest.entries[1]
    with clock.at(stage.closes_at + timedelta(hours=1)):
        with pytest.raises(TooLate):
            submit_entry(by=contest.team.admin, entry=entry)
        extend(contest)
        submit_entry(by=contest.team.admin, entry=entry)
        save_entry_section(
            by=contest.team.innovator,
            entry=draft,
            edit_number=draft.innovation.edit_number,
            key="background",
            text="Sempat ditambahkan.",
        )


def test_closing_waits_for_the_last_extended_agency() -> None:
    contest = factories.make_contest(entries=1)
    stage = contest.stage(REGISTRATION)
    extend(contest, contest.team.agency)
    with clock.at(stage.closes_at + DAY - INSTANT), pytest.raises(WrongState, match="semua"):
        close_stage(by=contest.head, stage=stage)
    with clock.at(stage.closes_at + DAY):
        assert not close_stage(by=contest.head, stage=stage).is_open


def test_extension_of_a_closed_or_planned_stage_is_refused() -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=0)
    with pytest.raises(WrongState, match="sudah ditutup"):
        propose(contest)
    contest = factories.make_contest(entries=0)
    stage = contest.stage(ADMINISTRATIVE)
    with pytest.raises(WrongState, match="belum dibuka"):
        propose_extension(
            by=contest.officer,
            stage=stage,
            new_closes_at=stage.closes_at + DAY,
            letter_number="1",
            reason="x",
        )


def test_confirming_when_the_stage_has_closed_is_refused() -> None:
    contest = factories.make_contest(entries=0)
    extension = propose(contest)
    with clock.at(contest.stage(REGISTRATION).closes_at):
        close_stage(by=contest.head, stage=contest.stage(REGISTRATION))
    with pytest.raises(WrongState, match="sudah ditutup"):
        confirm_extension(by=contest.head, extension=extension)
    assert DeadlineExtension.objects.get().is_waiting


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"letter_number": " "}, "nomor surat"),
        ({"reason": "\t"}, "alasan"),
        ({"later": timedelta(0)}, "sesudah tenggat yang berlaku"),
        ({"later": -DAY}, "sesudah tenggat yang berlaku"),
    ],
)
def test_proposal_refusals(changes: dict[str, object], sentence: str) -> None:
    contest = factories.make_contest(entries=0)
    stage = contest.stage(REGISTRATION)
    later = changes.pop("later", DAY)
    values = {"letter_number": "1", "reason": "x"} | changes
    with pytest.raises(WrongState, match=sentence):
        propose_extension(
            by=contest.officer,
            stage=stage,
            new_closes_at=stage.closes_at + later,  # type: ignore[operator]
            **values,  # type: ignore[arg-type]
        )
    assert not DeadlineExtension.objects.exists()


def test_new_close_that_has_passed_already_is_refused() -> None:
    contest = factories.make_contest(entries=0)
    later = contest.stage(REGISTRATION).closes_at + 2 * DAY
    with clock.at(later), pytest.raises(WrongState, match="sudah lewat"):
        propose(contest)


def test_second_proposal_for_the_same_people_waits() -> None:
    contest = factories.make_contest(entries=0)
    propose(contest)
    with pytest.raises(WrongState, match="menunggu orang kedua"):
        propose(contest, later=2 * DAY)
    propose(contest, contest.team.agency)


def test_proposer_cannot_confirm_and_strangers_neither_propose_nor_confirm() -> None:
    contest = factories.make_contest(entries=0)
    extension = propose(contest)
    with pytest.raises(SecondPersonNeeded):
        confirm_extension(by=contest.officer, extension=extension)
    admin = factories.make_person(Role.AGENCY_ADMIN)
    for stranger in (admin, contest.observer, contest.evaluators[0]):
        assert not can_propose_extension(stranger)
        assert not can_confirm_extension(stranger, extension)
        with pytest.raises(Forbidden):
            confirm_extension(by=stranger, extension=extension)
        with pytest.raises(Forbidden):
            reject_extension(by=stranger, extension=extension, reason="x")
    assert can_propose_extension(contest.second)
    assert can_confirm_extension(contest.second, extension)


def test_rejection_needs_a_reason_and_tells_the_proposer() -> None:
    contest = factories.make_contest(entries=0)
    extension = propose(contest)
    with pytest.raises(WrongState, match="alasan"):
        reject_extension(by=contest.head, extension=extension, reason=" ")
    row = reject_extension(by=contest.head, extension=extension, reason="Suratnya keliru.")
    assert row.state == ExtensionState.REJECTED
    told = Notification.objects.get(subject__contains="ditolak")
    assert (told.recipient, "Suratnya keliru." in told.body) == (contest.officer, True)
    with pytest.raises(WrongState):
        confirm_extension(by=contest.head, extension=extension)
    propose(contest)


def test_refused_confirmation_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = factories.make_contest(entries=0)
    extension = propose(contest)
    before = (AuditEvent.objects.count(), Notification.objects.count())

    def fail(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("competitions.notifications.deadlines.tell_extended", fail)
    with pytest.raises(RuntimeError):
        confirm_extension(by=contest.head, extension=extension)
    assert DeadlineExtension.objects.get().is_waiting
    assert (AuditEvent.objects.count(), Notification.objects.count()) == before


def insert(contest: Contest, **changes: object) -> None:
    stage = contest.stage(REGISTRATION)
    values = {
        "stage": stage,
        "previous_closes_at": stage.closes_at,
        "new_closes_at": stage.closes_at + DAY,
        "letter_number": "1",
        "reason": "x",
        "proposed_at": clock.now(),
        "proposed_by": contest.officer,
    }
    with transaction.atomic():
        DeadlineExtension.objects.create(**values | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"letter_number": "  "}, "has_letter"),
        ({"reason": ""}, "has_reason"),
        ({"state": ExtensionState.CONFIRMED}, "begins as a proposal"),
    ],
)
def test_database_refuses_impossible_proposals(changes: dict[str, object], rule: str) -> None:
    contest = factories.make_contest(entries=0)
    with pytest.raises(IntegrityError, match=rule):
        insert(contest, **changes)


def test_database_refuses_an_earlier_close_whatever_the_row_claims() -> None:
    contest = factories.make_contest(entries=0)
    stage = contest.stage(REGISTRATION)
    extend(contest, later=2 * DAY)
    with pytest.raises(IntegrityError, match="later than the present close"):
        insert(contest, new_closes_at=stage.closes_at + DAY)
    with pytest.raises(IntegrityError, match="is_later"):
        insert(
            contest,
            previous_closes_at=stage.closes_at + 9 * DAY,
            new_closes_at=stage.closes_at + 3 * DAY,
        )


def update(extension: DeadlineExtension, **changes: object) -> None:
    with transaction.atomic():
        DeadlineExtension.objects.filter(pk=extension.pk).update(**changes)


def test_database_refuses_the_same_person_and_a_changed_proposal() -> None:
    contest = factories.make_contest(entries=0)
    extension = propose(contest)
    decided = {"state": "confirmed", "decided_at": clock.now()}
    with pytest.raises(IntegrityError, match="second_person"):
        update(extension, **decided, decided_by=contest.officer)
    with pytest.raises(IntegrityError, match="change refused"):
        update(extension, **decided, decided_by=contest.head, letter_number="2")
    with pytest.raises(IntegrityError, match="decided_at_with_by"):
        update(extension, state="confirmed")


def test_database_keeps_what_was_confirmed_and_what_was_published() -> None:
    contest = factories.make_contest(entries=0)
    extension = extend(contest)
    with pytest.raises(IntegrityError, match="change refused"):
        update(extension, decision_note="lain")
    with pytest.raises(IntegrityError, match="DELETE refused"), transaction.atomic(), as_owner():
        extension.delete()
    stage = contest.stage(REGISTRATION)
    for change in ({"closes_at": stage.closes_at + DAY}, {"grace_minutes": 30}):
        with pytest.raises(IntegrityError, match="is final"), transaction.atomic():
            Stage.objects.filter(pk=stage.pk).update(**change)
