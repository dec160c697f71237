"""Field visit pages: the secretariat asks, the verifier writes, the panel reads."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from competitions.actions.assignments import declare_conflict
from competitions.models import FieldVisit, FieldVisitPhoto
from sinovik.audit import clock
from sinovik.web.zones import contest_day
from tests import factories
from tests.conftest import WatchfulClient
from tests.factories import SECOND, Contest
from tests.uploading import jpeg, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    """Two entries before the panel."""
    return factories.make_contest(SECOND, entries=2, seats=(2, 1), judges=2)


def address(name: str, pk: int) -> str:
    return reverse(f"competitions:{name}", args=[pk])


def ask(client: WatchfulClient, contest: Contest) -> FieldVisit:
    client.force_login(contest.head)
    client.post(
        address("visit_assign", contest.stage(SECOND).pk),
        {"entry": contest.entries[0].pk, "verifier": contest.officer.pk},
    )
    client.force_login(contest.officer)
    return FieldVisit.objects.get()


def typed(version: int = 1, **changes: str) -> dict[str, str]:
    today = contest_day(clock.now())
    day = {
        "visited_on_day": today.day,
        "visited_on_month": today.month,
        "visited_on_year": today.year,
    }
    verdicts = {f"verdict-{place}": "yes" for place in range(1, 5)}
    return {
        "version": str(version),
        **{name: str(part) for name, part in day.items()},
        **verdicts,
        "note-1": "Loket buka sejak pagi.",
        "place": "Puskesmas Uji",
        "met": "Kepala puskesmas",
        "finding": "Berjalan seperti ditulis.",
    } | changes


def photo(name: str = "IMG_1.jpg", octets: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, octets or jpeg(), "image/jpeg")


def fetched(client: WatchfulClient, path: str) -> tuple[int, str]:
    response = client.get(path)
    b"".join(response.streaming_content)  # type: ignore[arg-type]
    return response.status_code, response["Content-Type"]


def test_report_is_asked_for_written_filed_and_corrected(
    client: WatchfulClient, contest: Contest
) -> None:
    stage = contest.stage(SECOND)
    board, assign = (address(name, stage.pk) for name in ("visit_board", "visit_assign"))
    client.force_login(contest.head)
    assert board in client.get(address("stage_detail", stage.pk)).content.decode()
    assert assign in client.get(board).content.decode()
    assert client.get(assign).status_code == 200
    assert client.post(assign, {"entry": "", "verifier": ""}).status_code == 422
    visit = ask(client, contest)
    again = {"entry": visit.entry_id, "verifier": visit.verifier_id}
    assert client.post(assign, again).status_code == 409
    home = client.get(reverse("competitions:work_home")).content.decode()
    edit, detail = (address(name, visit.pk) for name in ("visit_edit", "visit_detail"))
    assert reverse("competitions:visit_list") in home
    assert detail in client.get(reverse("competitions:visit_list")).content.decode()
    assert "Belum lengkap" in client.get(detail).content.decode()
    assert "apakah" in client.get(edit).content.decode().lower()
    assert client.post(edit, typed(met="x" * 301)).status_code == 422
    assert client.post(address("visit_file", visit.pk)).status_code == 409
    saved = client.post(edit, typed() | {"then": "check"}, follow=True)
    assert "Ajukan laporan" in saved.content.decode()
    stale = client.post(edit, typed(place="Tempat lain"))
    assert stale.status_code == 409
    assert "Tempat lain" in stale.content.decode()
    client.post(edit, typed(2, place="Tempat lain"))
    add = address("visit_photo_add", visit.pk)
    wrong = client.post(add, {"photo": photo("surat.pdf", pdf()), "caption": "Surat"})
    assert wrong.status_code == 409
    assert "harus berjenis" in wrong.content.decode()
    assert client.post(add, {"caption": "Loket"}).status_code == 422
    for caption in ("Loket satu", "Loket dua"):
        client.post(add, {"photo": photo(), "caption": caption})
    one, two = FieldVisitPhoto.objects.order_by("pk")
    assert fetched(client, address("visit_photo", one.pk)) == (200, "image/jpeg")
    client.post(address("visit_photo_remove", two.pk))
    assert "Loket satu" in client.get(edit).content.decode()
    filed = client.post(address("visit_file", visit.pk), follow=True).content.decode()
    assert "Tulis laporan koreksi" in filed
    assert client.get(edit, follow=True).redirect_chain
    assert client.post(edit, typed(3)).status_code == 409
    assert client.post(address("visit_photo_remove", one.pk)).status_code == 409
    assert client.post(add, {"photo": photo(), "caption": "Loket"}).status_code == 409
    page = client.post(address("visit_correct", visit.pk), follow=True).content.decode()
    assert "Tempat lain" in page
    assert client.post(address("visit_correct", visit.pk)).status_code == 409
    assert "Laporan ini dikoreksi" in client.get(detail).content.decode()


def test_judge_finds_the_visit_at_home(client: WatchfulClient, contest: Contest) -> None:
    judge = contest.evaluators[0]
    client.force_login(contest.head)
    asked = {"entry": contest.entries[0].pk, "verifier": judge.pk}
    client.post(address("visit_assign", contest.stage(SECOND).pk), asked)
    client.force_login(judge)
    edit = address("visit_edit", FieldVisit.objects.get().pk)
    assert edit in client.get(reverse("competitions:work_home")).content.decode()


def test_panel_reads_filed_reports_beside_the_sheet_unless_in_conflict(
    client: WatchfulClient, contest: Contest
) -> None:
    visit = ask(client, contest)
    client.post(address("visit_edit", visit.pk), typed())
    add = address("visit_photo_add", visit.pk)
    client.post(add, {"photo": photo(), "caption": "Loket satu"})
    picture = address("visit_photo", FieldVisitPhoto.objects.get().pk)
    panelist = contest.panelists[0]
    sheet = next(
        one for one in contest.assignments(SECOND, panelist) if one.entry_id == visit.entry_id
    )
    beside, board = address("scoresheet_edit", sheet.pk), address("visit_board", sheet.stage_id)
    detail = address("visit_detail", visit.pk)
    client.force_login(panelist)
    assert "Berjalan seperti" not in client.get(beside).content.decode()
    assert client.get(detail).status_code == 404
    client.force_login(contest.officer)
    client.post(address("visit_file", visit.pk))
    client.force_login(panelist)
    for page in (beside, detail):
        text = client.get(page).content.decode()
        assert "Berjalan seperti" in text
        assert picture in text
    assert detail in client.get(board).content.decode()
    assert fetched(client, picture) == (200, "image/jpeg")
    assert client.post(address("visit_correct", visit.pk)).status_code == 403
    strangers = (
        contest.team.admin,
        contest.evaluators[0],
        contest.observer,
        factories.make_person(Role.PANELIST),
    )
    for person in strangers:
        client.force_login(person)
        for page in (detail, picture):
            assert client.get(page).status_code in (403, 404), person
    declare_conflict(by=panelist, entry=visit.entry, reason="Saudara")
    client.force_login(panelist)
    assert [client.get(page).status_code for page in (detail, picture)] == [404, 404]
    for page in (beside, board):
        assert "Berjalan seperti" not in client.get(page).content.decode()
        assert detail not in client.get(page).content.decode()


def test_pages_ask_few_queries(client: WatchfulClient, contest: Contest) -> None:
    visit = ask(client, contest)
    client.post(address("visit_edit", visit.pk), typed())
    pages = [
        address("visit_edit", visit.pk),
        address("visit_detail", visit.pk),
        address("visit_board", visit.stage_id),
        reverse("competitions:visit_list"),
        reverse("competitions:work_home"),
    ]

    def asked() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        return found

    one = asked()
    for caption in ("Satu", "Dua"):
        client.post(address("visit_photo_add", visit.pk), {"photo": photo(), "caption": caption})
    assert asked() == one
    assert max(one) <= 15


@pytest.mark.parametrize(
    "missing", ["visited_on", "place", "met", "note-1", "finding", "verdict-2"]
)
def test_report_sent_without_a_box_empties_nothing(
    client: WatchfulClient, contest: Contest, missing: str
) -> None:
    visit = ask(client, contest)
    edit = address("visit_edit", visit.pk)
    assert client.post(edit, typed()).status_code == 302
    sent = {name: text for name, text in typed(2).items() if not name.startswith(missing)}
    response = client.post(edit, sent)
    visit.refresh_from_db()
    if missing == "verdict-2":
        # Browsers leave out a group in which nothing is chosen, but none can be taken back.
        assert response.status_code == 302
    else:
        assert response.status_code == 422
        assert "tidak diubah. Muat ulang halaman" in response.content.decode()
        assert visit.edit_number == 2
    assert (visit.place, visit.met, visit.finding) == (
        *("Puskesmas Uji", "Kepala puskesmas"),
        "Berjalan seperti ditulis.",
    )
    assert visit.visited_on == contest_day(clock.now())
    assert [row.verdict for row in visit.answers.all()] == ["yes"] * 4
    assert visit.answers.get(position=1).note == "Loket buka sejak pagi."
    emptied = typed(visit.edit_number, place="", **{"note-1": ""})
    assert client.post(edit, emptied).status_code == 302
    visit.refresh_from_db()
    assert (visit.place, visit.answers.get(position=1).note) == ("", "")
