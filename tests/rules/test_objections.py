"""Objections: in the window, about the own entry, answered by two, nothing firm meanwhile."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from competitions.actions.announcements import schedule_announcement
from competitions.actions.contest_files import Incoming, scan_held_files
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.objections import (
    confirm_answer,
    file_objection,
    open_objections,
    propose_answer,
    return_answer,
)
from competitions.enums import (
    AnswerReason,
    CutOffState,
    FileState,
    ObjectionReason,
    ObjectionState,
)
from competitions.exceptions import (
    ConflictOfInterest,
    ObjectionsOpen,
    SecondPersonNeeded,
    TooLate,
    WrongState,
)
from competitions.models import (
    ConflictDeclaration,
    ContestFile,
    CutOff,
    Objection,
    ObjectionWindow,
    Stage,
)
from competitions.permissions.objections import (
    can_answer_objection,
    can_confirm_answer,
    can_file_objection,
    can_follow_objections,
    can_open_objections,
)
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.files import FileRefused, open_kept
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.editions import FIRST, SECOND
from tests.factories import Contest
from tests.rules.test_attachments import CLEAN, FOUND, NOBODY, scanner
from tests.uploading import pdf

pytestmark = pytest.mark.django_db

INSTANT = timedelta(microseconds=1)
ACCEPTED = {"answer": "accepted", "reason": AnswerReason.MISTAKE, "text": "Data memang keliru."}
REJECTED = {"answer": "rejected", "reason": AnswerReason.COMPLIANT, "text": "Sudah sesuai."}


@pytest.fixture
def contest() -> Contest:
    """Four entries of one agency, two seats, a window of five days, the list drawn up."""
    contest = factories.make_contest(FIRST, entries=4, objection_days=5)
    apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    return contest


def opened(contest: Contest) -> ObjectionWindow:
    return open_objections(by=contest.head, cut_off=contest.cut_off(FIRST))


def filed(contest: Contest, place: int = 3, **changes: Any) -> Objection:
    values = {"reason": ObjectionReason.IDENTITY, "text": "Kategori kami tertukar."} | changes
    return file_objection(
        by=contest.team.admin,
        entry=contest.entries[place],
        stage=contest.stage(FIRST),
        **values,
    )


def answered(contest: Contest, objection: Objection, **values: Any) -> Objection:
    propose_answer(by=contest.officer, objection=objection, **(values or REJECTED))
    return confirm_answer(by=contest.second, objection=objection)


def told(person: Any) -> list[str]:
    return list(Notification.objects.filter(recipient=person).values_list("subject", flat=True))


def test_window_closes_at_the_end_of_its_last_day_in_jakarta(contest: Contest) -> None:
    late_evening = datetime.fromisoformat("2031-05-01T23:30:00+07:00")
    with clock.at(late_evening):
        window = opened(contest)
    assert window.closes_at == datetime.fromisoformat("2031-05-06T23:59:00+07:00")
    event = AuditEvent.objects.about(window).get()
    assert event.verb == "objections_opened"
    assert any("Masa sanggah" in subject for subject in told(contest.team.admin))
    with pytest.raises(WrongState, match="sudah dibuka"):
        opened(contest)


def test_opening_is_the_heads_and_of_a_settled_list(contest: Contest) -> None:
    for person in (contest.officer, contest.observer, contest.team.admin):
        assert not can_open_objections(person)
        with pytest.raises(Forbidden):
            open_objections(by=person, cut_off=contest.cut_off(FIRST))
    factories.move(contest, entry_out=contest.entries[0])
    with pytest.raises(WrongState, match="1 dari 2"):
        opened(contest)
    assert can_open_objections(contest.head)


def test_no_window_where_the_edition_sets_none(contest: Contest) -> None:
    Stage.objects.filter(pk=contest.stage(FIRST).pk).update(objection_days=0)
    with pytest.raises(WrongState, match="tidak menetapkan"):
        opened(contest)


def test_no_window_of_a_list_that_is_firm(contest: Contest) -> None:
    CutOff.objects.filter(stage=contest.stage(FIRST)).update(state=CutOffState.LOCK_PROPOSED)
    with pytest.raises(WrongState):
        opened(contest)


def test_second_window_waits_for_the_first_announcement(contest: Contest) -> None:
    """Whoever were told of the second window would know that they are on the first list."""
    CutOff.objects.create(
        stage=contest.stage(SECOND), seats=1, applied_at=clock.now(), applied_by=contest.head
    )
    with pytest.raises(WrongState, match="belum diumumkan"):
        open_objections(by=contest.head, cut_off=contest.cut_off(SECOND))


def test_objections_are_numbered_and_recorded(contest: Contest) -> None:
    opened(contest)
    year = contest.edition.year
    assert [filed(contest, place).code for place in (3, 0)] == [
        f"SGH/{year}/0001",
        f"SGH/{year}/0002",
    ]
    with pytest.raises(WrongState, match=f"SGH/{year}/0001"):
        filed(contest, 3)
    third = filed(contest, 3, reason=ObjectionReason.CONFLICT)
    assert str(third) == f"SGH/{year}/0003"
    event = AuditEvent.objects.about(third).get()
    assert event.verb == "objection_filed"
    assert event.payload["number"] == third.code
    assert any("SGH" in subject for subject in told(contest.officer))


def test_only_the_admin_of_the_own_agency_objects(contest: Contest) -> None:
    opened(contest)
    other = factories.make_team()
    for person in (other.admin, contest.team.innovator, contest.head, contest.observer):
        assert not can_file_objection(person, contest.entries[0])
        with pytest.raises(Forbidden):
            file_objection(
                by=person,
                entry=contest.entries[0],
                stage=contest.stage(FIRST),
                reason=ObjectionReason.OTHER,
                text="Kami keberatan.",
            )
    assert can_file_objection(contest.team.admin, contest.entries[0])
    assert not Objection.objects.exists()


def test_nothing_is_filed_without_a_window_a_text_or_a_stay(contest: Contest) -> None:
    with pytest.raises(WrongState, match="belum dibuka"):
        filed(contest)
    opened(contest)
    with pytest.raises(WrongState, match="uraian"):
        filed(contest, text="  ")
    elsewhere = factories.make_contest(FIRST, entries=1, seats=(1, 1))
    with pytest.raises(WrongState, match="tidak berada"):
        file_objection(
            by=elsewhere.team.admin,
            entry=elsewhere.entries[0],
            stage=contest.stage(FIRST),
            reason=ObjectionReason.OTHER,
            text="Kami keberatan.",
        )


def test_last_instant_is_in_time_and_the_close_is_late(contest: Contest) -> None:
    closes_at = opened(contest).closes_at
    with clock.at(closes_at - INSTANT):
        assert filed(contest).filed_at == closes_at - INSTANT
    with clock.at(closes_at), pytest.raises(TooLate, match=r"23\.59 WIB.*menurut jam") as late:
        filed(contest, 0)
    assert (late.value.closes_at, late.value.instant) == (closes_at, closes_at)
    assert Objection.objects.count() == 1


def test_evidence_is_cleaned_and_kept(contest: Contest) -> None:
    opened(contest)
    octets = pdf("Bukti", author="Pegawai Rahasia")
    row = filed(contest, evidence=Incoming("bukti kami.pdf", len(octets), [octets]))
    assert row.evidence is not None
    assert (row.evidence.state, row.evidence.is_ready) == (FileState.READY, True)
    assert str(row.evidence) == "bukti kami.pdf"
    assert list(ContestFile.objects.ready().kept()) == [row.evidence]


@pytest.mark.parametrize(
    ("octets", "size", "sentence"),
    [(b"bukan pdf", 9, "."), (b"", 0, "kosong"), (b"x", 6_000_000, "paling besar")],
)
def test_refused_evidence_files_nothing_and_uses_no_number(
    contest: Contest, octets: bytes, size: int, sentence: str
) -> None:
    opened(contest)
    with pytest.raises(FileRefused, match=sentence):
        filed(contest, evidence=Incoming("bukti.pdf", size, [octets]))
    assert not Objection.objects.exists()
    assert not ContestFile.objects.exists()
    assert filed(contest).number == 1


def test_answer_takes_two_people(contest: Contest) -> None:
    opened(contest)
    row = filed(contest)
    with pytest.raises(Forbidden):
        propose_answer(by=contest.observer, objection=row, **REJECTED)
    with pytest.raises(WrongState, match="tidak sesuai"):
        propose_answer(by=contest.officer, objection=row, **REJECTED | {"answer": "accepted"})
    with pytest.raises(WrongState, match="uraian"):
        propose_answer(by=contest.officer, objection=row, **REJECTED | {"text": " "})
    with pytest.raises(WrongState):
        confirm_answer(by=contest.second, objection=row)
    row = propose_answer(by=contest.officer, objection=row, **REJECTED)
    assert not row.is_answered
    with pytest.raises(SecondPersonNeeded):
        confirm_answer(by=contest.officer, objection=row)
    assert (can_confirm_answer(contest.officer, row), can_confirm_answer(contest.head, row)) == (
        False,
        True,
    )
    row = confirm_answer(by=contest.second, objection=row)
    assert (row.state, row.is_answered) == (ObjectionState.REJECTED, True)
    assert any("dijawab" in subject for subject in told(contest.team.admin))
    events = AuditEvent.objects.about(row).values_list("verb", flat=True)
    assert set(events) == {
        "objection_filed",
        "objection_answer_proposed",
        "objection_rejected",
    }
    with pytest.raises(WrongState):
        propose_answer(by=contest.officer, objection=row, **ACCEPTED)


def test_second_person_sends_an_answer_back(contest: Contest) -> None:
    opened(contest)
    row = propose_answer(by=contest.officer, objection=filed(contest), **ACCEPTED)
    with pytest.raises(SecondPersonNeeded):
        return_answer(by=contest.officer, objection=row, note="Ragu.")
    with pytest.raises(WrongState, match="alasan"):
        return_answer(by=contest.second, objection=row, note=" ")
    row = return_answer(by=contest.second, objection=row, note="Periksa lagi berkasnya.")
    assert (row.state, row.answer, row.proposed_by) == (ObjectionState.FILED, "", None)
    note = Notification.objects.filter(recipient=contest.officer).order_by("pk").last()
    assert note
    assert "Periksa lagi" in note.body
    with pytest.raises(WrongState):
        return_answer(by=contest.second, objection=row, note="Sekali lagi.")


def test_people_too_close_to_the_entry_neither_hear_nor_answer(contest: Contest) -> None:
    opened(contest)
    ConflictDeclaration.objects.create(
        user=contest.officer, entry=contest.entries[3], reason="Saudara", declared_at=clock.now()
    )
    row = filed(contest)
    assert not any("SGH" in subject for subject in told(contest.officer))
    with pytest.raises(ConflictOfInterest):
        propose_answer(by=contest.officer, objection=row, **REJECTED)
    propose_answer(by=contest.head, objection=row, **REJECTED)
    for decide in (
        lambda: confirm_answer(by=contest.officer, objection=row),
        lambda: return_answer(by=contest.officer, objection=row, note="Tidak."),
    ):
        with pytest.raises(ConflictOfInterest):
            decide()


def test_an_accepted_objection_changes_nothing_by_itself(contest: Contest) -> None:
    opened(contest)
    before = list(contest.cut_off(FIRST).results.values_list("entry", "is_selected"))
    row = answered(contest, filed(contest), **ACCEPTED)
    assert row.state == ObjectionState.ACCEPTED
    assert list(contest.cut_off(FIRST).results.values_list("entry", "is_selected")) == before
    assert any("diterima" in subject for subject in told(contest.head))


def test_list_is_not_locked_before_its_window_is_over(contest: Contest) -> None:
    with pytest.raises(WrongState, match="Buka masa sanggah"):
        propose_lock(by=contest.head, cut_off=contest.cut_off(FIRST), reason="Pleno.")
    closes_at = opened(contest).closes_at
    with pytest.raises(WrongState, match=r"Tunggu sampai .*23\.59 WIB"):
        propose_lock(by=contest.head, cut_off=contest.cut_off(FIRST), reason="Pleno.")
    with clock.at(closes_at):
        assert propose_lock(by=contest.head, cut_off=contest.cut_off(FIRST), reason="Pleno.")


def test_objection_that_stood_in_our_line_is_in_time_and_the_list_waits_for_it(
    contest: Contest, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = 1
    closes_at = opened(contest).closes_at
    minute = timedelta(minutes=1)
    with clock.at(closes_at + 2 * minute):
        with pytest.raises(WrongState, match="Tunggu sampai"):
            propose_lock(by=contest.head, cut_off=contest.cut_off(FIRST), reason="Pleno.")
        with clock.after(2 * minute), pytest.raises(TooLate):
            filed(contest)
        with clock.after(2 * minute + INSTANT):
            assert filed(contest).filed_at == closes_at - INSTANT
    with clock.at(closes_at + clock.LONGEST_WAIT), pytest.raises(ObjectionsOpen):
        propose_lock(by=contest.head, cut_off=contest.cut_off(FIRST), reason="Pleno.")


def schedule(contest: Contest) -> Any:
    return schedule_announcement(
        by=contest.head,
        cut_off=contest.cut_off(FIRST),
        decree_number="636 Tahun 2031",
        decree_dated_on=clock.today(),
        announce_at=clock.now() + timedelta(days=1),
    )


def test_open_objections_keep_lock_and_decree_away_by_name(contest: Contest) -> None:
    closes_at = opened(contest).closes_at
    first, second = filed(contest, 3), filed(contest, 0)
    propose_answer(by=contest.officer, objection=second, **REJECTED)
    with clock.at(closes_at):
        for go_on in (
            lambda: propose_lock(by=contest.head, cut_off=contest.cut_off(FIRST), reason="Pleno."),
            lambda: schedule(contest),
        ):
            with pytest.raises(ObjectionsOpen, match=f"{first.code}, {second.code}"):
                go_on()
        confirm_answer(by=contest.second, objection=second)
        answered(contest, first)
        cut_off = propose_lock(by=contest.head, cut_off=contest.cut_off(FIRST), reason="Pleno.")
        confirm_lock(by=contest.second, cut_off=cut_off)
        assert schedule(contest).decree_number == "636 Tahun 2031"


def test_observers_and_secretariat_follow_others_do_not(contest: Contest) -> None:
    for person in (contest.head, contest.officer, contest.observer):
        assert can_follow_objections(person)
    for person in (contest.team.admin, contest.evaluators[0]):
        assert not can_follow_objections(person)
        assert not can_answer_objection(person)
    assert can_answer_objection(contest.head)
    opened(contest)
    row = filed(contest)
    seen = {
        person.pk: list(Objection.objects.visible_to(person))
        for person in (contest.head, contest.observer, contest.team.admin, contest.team.innovator)
    }
    assert list(seen.values()) == [[row], [row], [row], []]
    assert not Objection.objects.visible_to(factories.make_team().admin).exists()


def test_evidence_waits_for_a_scanner_that_is_down(contest: Contest, settings: Any) -> None:
    opened(contest)
    octets = pdf("Bukti")
    settings.CLAMD = NOBODY
    reasons = list(ObjectionReason)
    rows = [
        filed(contest, reason=reason, evidence=Incoming("bukti.pdf", len(octets), [octets]))
        for reason in reasons[:2]
    ]
    assert not ContestFile.objects.ready().exists()
    assert scan_held_files(by=None) == 0
    assert {row.evidence.state for row in rows if row.evidence} == {FileState.HELD}
    with scanner(b"stream: Can't allocate memory ERROR\0") as settings.CLAMD:
        assert scan_held_files(by=None) == 0
    with scanner(CLEAN) as settings.CLAMD:
        assert scan_held_files(by=None) == 2
    assert ContestFile.objects.ready().count() == 2


def test_infected_evidence_is_refused_or_forgotten(
    contest: Contest, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    opened(contest)
    octets = pdf("Bukti")
    with scanner(FOUND) as settings.CLAMD, pytest.raises(FileRefused, match="Pemindai"):
        filed(contest, evidence=Incoming("bukti.pdf", len(octets), [octets]))
    settings.CLAMD = NOBODY
    row = filed(contest, evidence=Incoming("bukti.pdf", len(octets), [octets]))
    assert row.evidence
    name = row.evidence.storage_name
    with scanner(FOUND) as settings.CLAMD, django_capture_on_commit_callbacks(execute=True):
        assert scan_held_files(by=None) == 1
    row.evidence.refresh_from_db()
    assert (row.evidence.state, row.evidence.storage_name) == (FileState.REFUSED, "")
    with pytest.raises(FileRefused):
        open_kept(name)
