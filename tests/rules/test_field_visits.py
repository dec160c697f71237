"""Field visit reports: asked for, written, filed for good, corrected by a further one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from agencies.enums import Role
from competitions.actions.assignments import declare_conflict
from competitions.actions.contest_files import Incoming
from competitions.actions.field_visits import (
    VisitReport,
    add_photo,
    assign_visit,
    correct_visit,
    file_visit,
    remove_photo,
    save_visit,
)
from competitions.enums import VisitVerdict
from competitions.exceptions import ConflictOfInterest, WrongState
from competitions.models import ContestFile, FieldVisit
from competitions.permissions.field_visits import (
    can_assign_visit,
    can_read_visits,
    can_write_visit,
)
from competitions.queries.field_visits import visits_beside
from innovations.exceptions import StaleEdit
from sinovik.audit import clock
from sinovik.files import FileRefused, open_kept
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from sinovik.web.zones import contest_day
from tests import factories
from tests.factories import REVIEW, SECOND, Contest
from tests.owner import as_owner
from tests.uploading import jpeg, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    """Two entries before the panel, a third that did not get there."""
    return factories.make_contest(SECOND, entries=3, seats=(2, 1), judges=2)


def ask(contest: Contest) -> FieldVisit:
    return assign_visit(
        by=contest.head,
        stage=contest.stage(SECOND),
        entry=contest.entries[0],
        verifier=contest.officer,
    )


def report(**changes: object) -> VisitReport:
    written = {
        "visited_on": contest_day(clock.now()),
        "place": " Puskesmas Uji ",
        "met": "Kepala puskesmas, dua pengguna",
        "finding": "Berjalan seperti ditulis.",
        "answers": dict.fromkeys(range(1, 5), (VisitVerdict.YES, "Dilihat.")),
    }
    return VisitReport(**written | changes)  # type: ignore[arg-type]


def photo(octets: bytes = b"") -> Incoming:
    sent = octets or jpeg()
    return Incoming("IMG_0001.jpg", len(sent), [sent])


def test_visit_goes_from_asking_to_filing(contest: Contest) -> None:
    visit = ask(contest)
    assert visit.answers.count() == 4
    assert Notification.objects.filter(
        recipient=contest.officer, path__contains="kunjungan"
    ).exists()
    with pytest.raises(WrongState, match="masih memegang"):
        ask(contest)
    with pytest.raises(
        WrongState, match=r"tanggal kunjungan; tempat; yang ditemui; temuan; Apakah"
    ):
        file_visit(by=contest.officer, visit=visit)
    with pytest.raises(WrongState):
        correct_visit(by=contest.officer, visit=visit)
    row = save_visit(by=contest.officer, visit=visit, edit_number=1, report=report())
    assert (row.place, row.edit_number) == ("Puskesmas Uji", 2)
    with pytest.raises(StaleEdit):
        save_visit(by=contest.officer, visit=visit, edit_number=1, report=report(place="Lain"))
    tomorrow = contest_day(clock.now()) + timedelta(days=1)
    save_visit(by=contest.officer, visit=visit, edit_number=2, report=report(visited_on=tomorrow))
    with pytest.raises(WrongState, match="belum tiba"):
        file_visit(by=contest.officer, visit=visit)
    save_visit(by=contest.officer, visit=visit, edit_number=3, report=report())
    stage, entry = contest.stage(SECOND), contest.entries[0]
    assert visits_beside(entry, stage) == []
    filed = file_visit(by=contest.officer, visit=visit)
    assert visits_beside(entry, stage) == [filed]
    assert visits_beside(entry, contest.stage(REVIEW)) == []
    stage.is_blind = True
    assert visits_beside(entry, stage) == []
    assert Notification.objects.filter(
        recipient=contest.head, subject__endswith="diajukan"
    ).exists()
    for refused in (
        lambda: save_visit(by=contest.officer, visit=visit, edit_number=4, report=report()),
        lambda: file_visit(by=contest.officer, visit=visit),
        lambda: add_photo(by=contest.officer, visit=visit, incoming=photo(), caption="Loket"),
    ):
        with pytest.raises(WrongState, match="laporan koreksi"):
            refused()


def test_filed_report_is_final_and_corrected_by_a_further_one(contest: Contest) -> None:
    visit = ask(contest)
    save_visit(by=contest.officer, visit=visit, edit_number=1, report=report())
    add_photo(by=contest.officer, visit=visit, incoming=photo(), caption="Loket")
    file_visit(by=contest.officer, visit=visit)
    for sql in (
        "UPDATE competitions_fieldvisit SET finding = 'x'",
        "DELETE FROM competitions_fieldvisit",
        "UPDATE competitions_fieldvisitanswer SET verdict = 'no'",
        "DELETE FROM competitions_fieldvisitanswer",
        "UPDATE competitions_fieldvisitphoto SET caption = 'x'",
        "DELETE FROM competitions_fieldvisitphoto",
        "INSERT INTO competitions_fieldvisitanswer (visit_id, position, question, verdict, note)"
        " SELECT id, 9, 'x', '', '' FROM competitions_fieldvisit",
    ):
        with (
            pytest.raises(IntegrityError, match=r"refused|report is final"),
            transaction.atomic(),
            as_owner() as cursor,
        ):
            cursor.execute(sql)
    further = correct_visit(by=contest.officer, visit=visit)
    assert (further.follows, further.place) == (visit, "Puskesmas Uji")
    assert [one.verdict for one in further.answers.all()] == [VisitVerdict.YES] * 4
    assert further.photos.count() == 0
    with pytest.raises(WrongState, match="masih memegang"):
        correct_visit(by=contest.officer, visit=visit)
    file_visit(by=contest.officer, visit=further)
    assert len(visits_beside(contest.entries[0], contest.stage(SECOND))) == 2


def test_photo_sent_twice_with_one_caption_is_one(contest: Contest) -> None:
    visit = ask(contest)
    first, again, other = (
        add_photo(by=contest.officer, visit=visit, incoming=photo(), caption=caption)
        for caption in ("Loket", "Loket ", "Ruang tunggu")
    )
    assert (again, visit.photos.count()) == (first, 2)
    assert other != first


def test_photos_are_drawn_anew_and_few(contest: Contest) -> None:
    visit, octets = ask(contest), pdf()
    letter = Incoming("surat.pdf", len(octets), [octets])
    with pytest.raises(FileRefused, match="harus berjenis"):
        add_photo(by=contest.officer, visit=visit, incoming=letter, caption="Loket")
    with pytest.raises(WrongState, match="keterangan"):
        add_photo(by=contest.officer, visit=visit, incoming=photo(), caption=" ")
    added = [
        add_photo(by=contest.officer, visit=visit, incoming=photo(), caption=f"Loket {place}")
        for place in range(6)
    ]
    with open_kept(added[0].file.storage_name) as file:
        assert not Image.open(file).getexif()
    with pytest.raises(WrongState, match="paling banyak 6"):
        add_photo(by=contest.officer, visit=visit, incoming=photo(), caption="Loket")
    remove_photo(by=contest.officer, photo=added[0])
    assert visit.photos.count() == 5
    assert ContestFile.objects.count() == 6


def test_who_may_be_asked(contest: Contest) -> None:
    stage, (entry, _second, out) = contest.stage(SECOND), contest.entries
    with pytest.raises(WrongState, match="tidak berada"):
        assign_visit(by=contest.head, stage=stage, entry=out, verifier=contest.officer)
    with pytest.raises(WrongState, match="Pilih orang"):
        assign_visit(by=contest.head, stage=stage, entry=entry, verifier=contest.team.admin)
    near = contest.panelists[0]
    declare_conflict(by=near, entry=entry, reason="Saudara")
    with pytest.raises(ConflictOfInterest, match=near.name):
        assign_visit(by=contest.head, stage=stage, entry=entry, verifier=near)
    far = assign_visit(by=contest.head, stage=stage, entry=entry, verifier=contest.evaluators[1])
    save_visit(by=contest.evaluators[1], visit=far, edit_number=1, report=report())
    declare_conflict(by=contest.second, entry=entry, reason="Saudara")
    with pytest.raises(ConflictOfInterest):
        assign_visit(by=contest.second, stage=stage, entry=entry, verifier=contest.head)
    with pytest.raises(WrongState, match="dinilai tim panel"):
        other = factories.make_contest(REVIEW, entries=1)
        assign_visit(
            by=other.head,
            stage=other.stage(REVIEW),
            entry=other.entries[0],
            verifier=other.officer,
        )


def test_who_writes_and_reads(contest: Contest) -> None:
    visit, entry = ask(contest), contest.entries[0]
    panelist, stranger = contest.panelists[0], factories.make_person(Role.PANELIST)
    evaluator = contest.evaluators[0]
    assert can_assign_visit(contest.officer)
    assert not can_assign_visit(panelist)
    assert can_write_visit(contest.officer, visit)
    assert not can_write_visit(contest.head, visit)
    assert not can_write_visit(contest.team.admin, visit)
    assert [can_read_visits(one) for one in (panelist, evaluator, contest.team.admin)] == [
        True,
        True,
        False,
    ]
    seen = FieldVisit.objects.visible_to
    assert [seen(one).count() for one in (contest.head, contest.officer, panelist)] == [1, 1, 0]
    save_visit(by=contest.officer, visit=visit, edit_number=1, report=report())
    file_visit(by=contest.officer, visit=visit)
    readers = (contest.head, panelist, stranger, evaluator, contest.observer)
    assert [seen(one).count() for one in readers] == [1, 1, 0, 0, 0]
    declare_conflict(by=contest.officer, entry=entry, reason="Saudara")
    assert not can_write_visit(contest.officer, visit)
    assert [seen(one).count() for one in (contest.head, panelist)] == [1, 0]
    assert visits_beside(entry, contest.stage(SECOND)) == []
    with pytest.raises(Forbidden):
        correct_visit(by=contest.officer, visit=visit)
