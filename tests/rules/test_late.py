"""What comes after the close: refused with the exact time, kept, admitted by two people."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from agencies.enums import Role
from competitions.actions.automatic import order_automatic
from competitions.actions.checks import claim_checks
from competitions.actions.corrections import ask_correction
from competitions.actions.entries import return_entry, submit_entries
from competitions.actions.late import (
    admit_late,
    decline_late,
    hand_in_entry,
    keep_late,
    propose_admission,
)
from competitions.actions.stages import close_stage
from competitions.enums import Arrival, EntryState, LateState, Outcome
from competitions.exceptions import (
    ConflictOfInterest,
    NotEligible,
    SecondPersonNeeded,
    TooLate,
    WrongState,
)
from competitions.models import (
    AdministrativeCheck,
    AutomaticSubmission,
    ConflictDeclaration,
    Entry,
    LateSubmission,
    Receipt,
    Stage,
    StageEntry,
)
from competitions.permissions.late import can_admit_late, can_decide_late, check_can_see_late
from competitions.queries.receipts import statement_of
from innovations.models import InnovationVersion
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import ADMINISTRATIVE, REGISTRATION, Contest
from tests.owner import as_owner
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

LATE = timedelta(seconds=3, milliseconds=214)


def waiting(contest: Contest, place: int = 0) -> Entry:
    return factories.walk_entry(contest, contest.entries[place], EntryState.WITH_AGENCY)


def late(contest: Contest, place: int = 0, by: timedelta = LATE) -> LateSubmission:
    """An entry that its agency submits `by` too late."""
    entry = waiting(contest, place)
    with clock.at(contest.stage(REGISTRATION).closes_at + by), pytest.raises(TooLate):
        hand_in_entry(by=contest.team.admin, entry=entry)
    return LateSubmission.objects.get(entry=entry)


def proposed(contest: Contest, row: LateSubmission) -> LateSubmission:
    return propose_admission(
        by=contest.officer, late=row, letter_number="B/77", reason="Gangguan jaringan daerah."
    )


def test_late_submission_is_refused_with_the_exact_time_and_kept() -> None:
    contest = factories.make_contest(entries=1)
    entry = waiting(contest)
    closes_at = contest.stage(REGISTRATION).closes_at
    with clock.at(closes_at + LATE), pytest.raises(TooLate) as refused:
        hand_in_entry(by=contest.team.admin, entry=entry)
    sentence = str(refused.value)
    assert "terlambat 3,2 detik" in sentence
    assert sentence.count("WIB") == sentence.count("WITA") == 2
    assert f"{(closes_at + LATE).microsecond // 1000:03d}" in sentence
    row = LateSubmission.objects.get()
    assert (row.attempted_at, row.closes_at) == (closes_at + LATE, closes_at)
    assert row.version.content["title"] == entry.innovation.title
    entry.refresh_from_db()
    assert (entry.state, entry.version) == (EntryState.WITH_AGENCY, None)
    told = {row.recipient for row in Notification.objects.filter(subject__contains="erlambat")}
    people = {contest.team.admin, contest.team.innovator, contest.head, contest.officer}
    assert told == people | {contest.second}


def test_late_again_keeps_the_first_attempt_alone() -> None:
    contest = factories.make_contest(entries=1)
    row = late(contest)
    with clock.at(row.attempted_at + LATE), pytest.raises(TooLate):
        hand_in_entry(by=contest.team.admin, entry=row.entry)
    assert LateSubmission.objects.get().attempted_at == row.attempted_at
    assert InnovationVersion.objects.filter(pk__gt=row.version_id).count() == 0


def test_late_after_the_stage_was_closed_is_kept_too() -> None:
    contest = factories.make_contest(entries=1)
    entry = waiting(contest)
    with clock.at(contest.stage(REGISTRATION).closes_at):
        close_stage(by=contest.head, stage=contest.stage(REGISTRATION))
    with clock.at(contest.stage(REGISTRATION).closes_at + LATE), pytest.raises(TooLate):
        hand_in_entry(by=contest.team.admin, entry=entry)
    row = proposed(contest, LateSubmission.objects.get())
    admit_late(by=contest.second, late=row)
    entry.refresh_from_db()
    assert entry.state == EntryState.SUBMITTED
    stays = dict(StageEntry.objects.filter(entry=entry).values_list("stage__slug", "outcome"))
    assert stays == {REGISTRATION: Outcome.LAPSED, ADMINISTRATIVE: ""}


def test_stranger_and_unit_keep_nothing() -> None:
    contest = factories.make_contest(entries=1)
    entry = waiting(contest)
    refusal = TooLate("x", clock.now(), clock.now())
    for person in (contest.team.innovator, contest.officer, factories.make_team().admin):
        with pytest.raises(Forbidden):
            keep_late(by=person, entry=entry, refusal=refusal)
    assert not LateSubmission.objects.exists()


def test_late_draft_that_its_agency_does_not_hold_is_not_kept() -> None:
    contest = factories.make_contest(entries=1)
    closes_at = contest.stage(REGISTRATION).closes_at
    with clock.at(closes_at), pytest.raises(WrongState):
        hand_in_entry(by=contest.team.admin, entry=contest.entries[0])
    assert not LateSubmission.objects.exists()


def test_two_people_admit_and_the_receipt_says_so() -> None:
    contest = factories.make_contest(entries=1)
    row = proposed(contest, late(contest))
    assert row.state == LateState.ADMISSION_PROPOSED
    admitted = admit_late(by=contest.second, late=row)
    assert admitted.state == LateState.ADMITTED
    entry = Entry.objects.get()
    assert (entry.state, entry.arrival) == (EntryState.SUBMITTED, Arrival.ADMITTED)
    assert (entry.submitted_at, entry.submitted_by) == (row.attempted_at, contest.team.admin)
    assert entry.version == row.version
    statement = statement_of(Receipt.objects.get())
    assert statement["letter"] == "B/77"
    assert datetime.fromisoformat(statement["submitted_at"]) == row.attempted_at
    assert datetime.fromisoformat(statement["deadline"]) == row.closes_at
    assert datetime.fromisoformat(statement["admitted_at"]) == Receipt.objects.get().issued_at
    assert AdministrativeCheck.objects.count() == 1
    verbs = AuditEvent.objects.about(entry).named("entry_submitted").get()
    assert (verbs.actor, verbs.payload["arrival"]) == (contest.second, "admitted")
    told = Notification.objects.get(recipient=contest.team.admin, subject__contains="diterima")
    assert "B/77" in told.body


def test_ordinary_receipt_says_nothing_of_admission() -> None:
    contest = factories.make_contest(entries=1)
    factories.walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
    assert "letter" not in json.loads(Receipt.objects.get().payload)
    assert Entry.objects.get().arrival == Arrival.ON_TIME


def test_admission_by_the_proposer_or_by_others_is_refused() -> None:
    contest = factories.make_contest(entries=1)
    row = proposed(contest, late(contest))
    assert not can_admit_late(contest.officer, row)
    with pytest.raises(SecondPersonNeeded):
        admit_late(by=contest.officer, late=row)
    for person in (contest.observer, contest.team.admin, factories.make_person(Role.AGENCY_ADMIN)):
        assert not can_decide_late(person, row)
        with pytest.raises(Forbidden):
            admit_late(by=person, late=row)
        with pytest.raises(Forbidden):
            propose_admission(by=person, late=row, letter_number="1", reason="x")
        with pytest.raises(Forbidden):
            decline_late(by=person, late=row, reason="x")
    assert can_admit_late(contest.second, row)
    assert can_decide_late(contest.second, row)
    for reader in (contest.second, contest.observer):
        check_can_see_late(reader)
    with pytest.raises(Forbidden):
        check_can_see_late(contest.team.admin)


def test_who_is_in_conflict_neither_sees_nor_decides_what_came_late(client: WatchfulClient) -> None:
    contest = factories.make_contest(entries=1)
    row = proposed(contest, late(contest))
    board = reverse("competitions:deadline_board", args=[contest.edition.year])
    detail = reverse("competitions:late_detail", args=[row.pk])
    title = row.entry.innovation.title
    client.force_login(contest.second)
    assert title in client.get(board).content.decode()
    ConflictDeclaration.objects.create(
        user=contest.second, entry=row.entry, declared_at=clock.now(), reason="Kerabat."
    )
    assert title not in client.get(board).content.decode()
    assert client.get(detail).status_code == 404
    assert client.post(detail, {"action": "admit"}).status_code == 404
    for decide in (
        lambda: admit_late(by=contest.second, late=row),
        lambda: decline_late(by=contest.second, late=row, reason="x"),
        lambda: propose_admission(by=contest.second, late=row, letter_number="1", reason="x"),
    ):
        with pytest.raises(ConflictOfInterest):
            decide()
    assert LateSubmission.objects.get().state == LateState.ADMISSION_PROPOSED


def test_admission_without_a_proposal_or_without_letter_is_refused() -> None:
    contest = factories.make_contest(entries=1)
    row = late(contest)
    with pytest.raises(WrongState):
        admit_late(by=contest.second, late=row)
    with pytest.raises(WrongState, match="nomor surat"):
        propose_admission(by=contest.officer, late=row, letter_number=" ", reason="x")


def test_admission_examines_the_quota_anew() -> None:
    contest = factories.make_contest(entries=2, quota=1)
    row = proposed(contest, late(contest))
    other = waiting(contest, 1)
    submit_entries(by=contest.team.admin, entries=[other])
    with pytest.raises(NotEligible, match="Kuota"):
        admit_late(by=contest.second, late=row)
    assert LateSubmission.objects.get().state == LateState.ADMISSION_PROPOSED
    assert Entry.objects.get(pk=row.entry_id).state == EntryState.WITH_AGENCY


def test_admission_of_what_went_back_or_after_the_selection_is_refused() -> None:
    contest = factories.make_contest(entries=1)
    row = proposed(contest, late(contest))
    with transaction.atomic():
        return_entry(by=contest.team.admin, entry=row.entry, remarks=[("", "Lengkapi.")])
        with pytest.raises(WrongState, match="tidak menunggu"):
            admit_late(by=contest.second, late=row)
        transaction.set_rollback(True)
    with clock.at(contest.stage(REGISTRATION).closes_at):
        close_stage(by=contest.head, stage=contest.stage(REGISTRATION))
    with clock.at(contest.moment(ADMINISTRATIVE)):
        factories.start(contest, ADMINISTRATIVE)
        close_stage(by=contest.head, stage=contest.stage(ADMINISTRATIVE))
    with pytest.raises(WrongState, match="sudah ditutup"):
        admit_late(by=contest.second, late=row)


def test_admission_is_not_even_proposed_after_the_selection(client: WatchfulClient) -> None:
    contest = factories.make_contest(entries=1)
    row = late(contest)
    with clock.at(contest.stage(REGISTRATION).closes_at):
        close_stage(by=contest.head, stage=contest.stage(REGISTRATION))
    with clock.at(contest.moment(ADMINISTRATIVE)):
        factories.start(contest, ADMINISTRATIVE)
        close_stage(by=contest.head, stage=contest.stage(ADMINISTRATIVE))
    with pytest.raises(WrongState, match="sudah ditutup"):
        proposed(contest, row)
    client.force_login(contest.officer)
    page = client.get(reverse("competitions:late_detail", args=[row.pk])).content.decode()
    assert "Instansinya menunggu jawaban" in page
    assert "Usulkan menerima" not in page


def test_decline_needs_a_reason_and_is_final() -> None:
    contest = factories.make_contest(entries=1)
    row = late(contest)
    with pytest.raises(WrongState, match="alasan"):
        decline_late(by=contest.officer, late=row, reason=" ")
    declined = decline_late(by=contest.officer, late=row, reason="Tanpa surat pimpinan.")
    assert declined.state == LateState.DECLINED
    told = Notification.objects.get(
        recipient=contest.team.admin, subject__contains="tidak diterima"
    )
    assert "Tanpa surat pimpinan." in told.body
    with pytest.raises(WrongState):
        propose_admission(by=contest.officer, late=row, letter_number="1", reason="x")
    with pytest.raises(WrongState):
        decline_late(by=contest.officer, late=row, reason="x")


def test_undecided_leaves_out_what_was_submitted_in_an_extension() -> None:
    contest = factories.make_contest(entries=1)
    row = late(contest)
    assert list(LateSubmission.objects.undecided()) == [row]
    assert row.is_undecided
    submit_entries(by=contest.team.admin, entries=[row.entry])
    assert not LateSubmission.objects.undecided().exists()


def change(row: LateSubmission, **values: object) -> None:
    with transaction.atomic():
        LateSubmission.objects.filter(pk=row.pk).update(**values)


def test_database_keeps_the_attempt_and_asks_for_two_people() -> None:
    contest = factories.make_contest(entries=1)
    row = late(contest)
    with pytest.raises(IntegrityError, match="is final"):
        change(row, attempted_at=row.closes_at)
    with pytest.raises(IntegrityError, match="DELETE refused"), transaction.atomic(), as_owner():
        row.delete()
    with pytest.raises(IntegrityError, match="no way from"):
        change(row, state="admitted", decided_at=clock.now(), decided_by=contest.second)
    with pytest.raises(IntegrityError, match="has_letter"):
        change(
            row, state="admission_proposed", proposed_at=clock.now(), proposed_by=contest.officer
        )
    proposed(contest, row)
    with pytest.raises(IntegrityError, match="second_person"):
        change(row, state="admitted", decided_at=clock.now(), decided_by=contest.officer)
    with pytest.raises(IntegrityError, match="is final"):
        change(row, letter_number="B/78")
    admit_late(by=contest.second, late=row)
    with pytest.raises(IntegrityError, match="is final"):
        change(row, decision_note="lain")


def test_refused_admission_rolls_everything_back(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = factories.make_contest(entries=1)
    row = proposed(contest, late(contest))
    before = AuditEvent.objects.count()

    def fail(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("competitions.notifications.late.tell_admitted", fail)
    with pytest.raises(RuntimeError):
        admit_late(by=contest.second, late=row)
    assert AuditEvent.objects.count() == before
    assert not Receipt.objects.exists()
    assert not AdministrativeCheck.objects.exists()
    assert Stage.objects.get(pk=contest.stage(REGISTRATION).pk).is_open


def mending(contest: Contest) -> Entry:
    """A submitted entry that the secretariat wants mended while registration is still open."""
    entry = factories.walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
    check = AdministrativeCheck.objects.get(stage_entry__entry=entry)
    claim_checks(by=contest.officer, checks=[check])
    ask_correction(by=contest.officer, check=check, remarks=[("novelty", "Bandingkan.")])
    entry.refresh_from_db()
    assert entry.state == EntryState.CORRECTION
    return entry


def test_entry_in_a_correction_window_is_neither_submitted_again_nor_kept_as_late() -> None:
    contest = factories.make_contest(entries=1)
    entry = mending(contest)
    with pytest.raises(WrongState):
        hand_in_entry(by=contest.team.admin, entry=entry)
    with clock.at(contest.stage(REGISTRATION).closes_at + LATE), pytest.raises(WrongState):
        hand_in_entry(by=contest.team.admin, entry=entry)
    assert not LateSubmission.objects.exists()
    assert Receipt.objects.count() == AdministrativeCheck.objects.count() == 1


def test_entry_in_a_correction_window_is_not_ordered_to_go_by_itself() -> None:
    contest = factories.make_contest(entries=1)
    entry = mending(contest)
    with pytest.raises(WrongState, match="menunggu keputusan"):
        order_automatic(by=contest.team.admin, entry=entry)
    assert not AutomaticSubmission.objects.exists()


def test_each_message_is_of_its_kind() -> None:
    contest = factories.make_contest(entries=1)
    admit_late(by=contest.second, late=proposed(contest, late(contest)))
    kinds = {
        (row.recipient, row.kind)
        for row in Notification.objects.filter(subject__contains="erlambat")
    }
    assert {kind for person, kind in kinds if person == contest.team.admin} == {"decision"}
    assert {kind for person, kind in kinds if person == contest.head} == {"task"}
