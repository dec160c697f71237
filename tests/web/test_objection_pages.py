"""Objection pages: agencies file, the secretariat answers, everybody else sees states alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.cut_offs import apply_cut_off
from competitions.actions.objections import open_objections
from competitions.enums import ObjectionReason, ObjectionState
from competitions.models import ConflictDeclaration, Objection, Stage
from sinovik.audit import clock
from tests import factories
from tests.conftest import WatchfulClient
from tests.editions import FIRST
from tests.factories import Contest
from tests.uploading import pdf

pytestmark = pytest.mark.django_db

ANSWER = {"answer": "accepted", "reason": "mistake", "text": "Kategori memang tertukar."}


@pytest.fixture
def contest() -> Contest:
    """Three entries, one seat, a list that is drawn up and not yet open to objections."""
    contest = factories.make_contest(FIRST, entries=3, seats=(1, 1), judges=2, objection_days=5)
    apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    return contest


@pytest.fixture
def running(contest: Contest) -> Contest:
    """The same with a running window."""
    open_objections(by=contest.head, cut_off=contest.cut_off(FIRST))
    return contest


def filing(contest: Contest, place: int = 0) -> str:
    return reverse("competitions:entry_objections", args=[contest.entries[place].pk])


def typed(contest: Contest, **changes: Any) -> dict[str, Any]:
    window = contest.stage(FIRST).objection_window
    return {"stage": window.pk, "reason": "identity", "text": "Kategori kami tertukar."} | changes


def file(client: WatchfulClient, contest: Contest, place: int = 0, **changes: Any) -> Objection:
    client.force_login(contest.team.admin)
    client.post(filing(contest, place), typed(contest, **changes))
    return Objection.objects.order_by("pk").last()  # type: ignore[return-value]


def test_head_opens_the_window_from_the_stage(client: WatchfulClient, contest: Contest) -> None:
    stage = contest.stage(FIRST)
    board = reverse("competitions:objection_board", args=[stage.pk])
    start = reverse("competitions:objection_open", args=[stage.pk])
    client.force_login(contest.officer)
    assert "Hanya kepala sekretariat" in client.get(board).content.decode()
    assert client.post(start).status_code == 403
    client.force_login(contest.head)
    for name in ("stage_detail", "ranking_board"):
        page = client.get(reverse(f"competitions:{name}", args=[stage.pk])).content.decode()
        assert board in page
    assert "Buka masa sanggah dahulu" in page
    assert "Buka masa sanggah" in client.get(board).content.decode()
    assert client.post(start, follow=True).status_code == 200
    assert "Masa sanggah berlangsung sampai" in client.get(board).content.decode()
    again = client.post(start)
    assert again.status_code == 409
    assert "sudah dibuka" in again.content.decode()
    client.force_login(contest.observer)
    assert "Belum ada sanggahan" in client.get(board).content.decode()


def test_board_says_where_a_stage_has_no_window(client: WatchfulClient, contest: Contest) -> None:
    Stage.objects.update(objection_days=0)
    client.force_login(contest.head)
    board = reverse("competitions:objection_board", args=[contest.stage(FIRST).pk])
    assert "tidak memiliki masa sanggah" in client.get(board).content.decode()


def test_agency_files_from_its_entry_page(client: WatchfulClient, running: Contest) -> None:
    client.force_login(running.team.admin)
    receipt = reverse("competitions:entry_receipt", args=[running.entries[0].pk])
    assert filing(running) in client.get(receipt).content.decode()
    page = client.get(filing(running)).content.decode()
    assert "Ajukan sanggahan" in page
    evidence = SimpleUploadedFile("bukti.pdf", pdf("Bukti"), "application/pdf")
    answer = client.post(filing(running), typed(running, evidence=evidence), follow=True)
    row = Objection.objects.get()
    assert f"Sanggahan {row.code} diterima" in answer.content.decode()
    assert row.code in client.get(filing(running)).content.decode()
    fetched = client.get(reverse("competitions:objection_evidence", args=[row.pk]))
    assert fetched["Content-Disposition"].startswith("attachment")
    assert b"".join(fetched.streaming_content).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": " "}, "Tulis uraian sanggahan."),
        ({"reason": "lain"}, "Kesalahan"),
        ({"stage": "999999"}, "Pilih tahap."),
        ({"text": "a\x00b"}, "Kesalahan"),
        ({"evidence": SimpleUploadedFile("bukti.pdf", b"bukan pdf")}, "bukti.pdf"),
    ],
)
def test_bad_input_files_nothing_and_loses_nothing(
    client: WatchfulClient, running: Contest, changes: dict[str, Any], sentence: str
) -> None:
    client.force_login(running.team.admin)
    answer = client.post(filing(running), typed(running, **changes))
    assert answer.status_code in (409, 422)
    if "evidence" not in changes:
        assert sentence in answer.content.decode()
    if "text" not in changes:
        assert "Kategori kami tertukar." in answer.content.decode()
    assert not Objection.objects.exists()


def test_late_one_reads_the_exact_time_and_keeps_its_text(
    client: WatchfulClient, running: Contest
) -> None:
    closes_at = running.stage(FIRST).objection_window.closes_at
    client.force_login(running.team.admin)
    with clock.at(closes_at + timedelta(seconds=3)):
        answer = client.post(filing(running), typed(running))
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "menurut jam basis data, terlambat" in page
        assert "23.59 WIB" in page
        assert "Kategori kami tertukar." in page
        plain = client.get(filing(running)).content.decode()
    assert "sudah ditutup" in plain
    assert "<textarea" not in plain


def test_strangers_find_nothing(client: WatchfulClient, running: Contest) -> None:
    row = file(client, running)
    addresses = [
        filing(running),
        reverse("competitions:objection_detail", args=[row.pk]),
        reverse("competitions:objection_evidence", args=[row.pk]),
    ]
    for person in (
        factories.make_team().admin,
        running.team.innovator,
        running.evaluators[0],
        running.panelists[0],
    ):
        client.force_login(person)
        for address in addresses:
            assert client.get(address).status_code == 404, (person, address)
        assert client.post(filing(running), typed(running)).status_code == 404
        for name in ("objection_answer", "objection_confirm"):
            address = reverse(f"competitions:{name}", args=[row.pk])
            assert client.post(address, ANSWER).status_code == 403
        board = reverse("competitions:objection_board", args=[row.stage_id])
        assert client.get(board).status_code == 403
    client.force_login(running.head)
    assert client.get(filing(running)).status_code == 404
    assert Objection.objects.count() == 1


def test_before_the_window_there_is_no_page(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.team.admin)
    assert client.get(filing(contest)).status_code == 404
    receipt = reverse("competitions:entry_receipt", args=[contest.entries[0].pk])
    assert filing(contest) not in client.get(receipt).content.decode()


def test_two_people_answer_and_the_agency_reads_it(
    client: WatchfulClient, running: Contest
) -> None:
    row = file(client, running)
    detail = reverse("competitions:objection_detail", args=[row.pk])
    confirm = reverse("competitions:objection_confirm", args=[row.pk])
    propose = reverse("competitions:objection_answer", args=[row.pk])
    client.force_login(running.officer)
    assert "1 sanggahan" in client.get(reverse("competitions:work_home")).content.decode()
    assert "Usulkan jawaban" in client.get(detail).content.decode()
    wrong = client.post(propose, ANSWER | {"reason": "compliant"})
    assert (wrong.status_code, ANSWER["text"] in wrong.content.decode()) == (409, True)
    assert client.post(propose, ANSWER | {"text": ""}).status_code == 422
    assert client.post(propose, ANSWER).status_code == 302
    assert "Keputusan ini perlu orang kedua" in client.get(detail).content.decode()
    assert client.post(confirm).status_code == 403
    client.force_login(running.team.admin)
    assert ANSWER["text"] not in client.get(detail).content.decode()
    assert "Menunggu jawaban" in client.get(detail).content.decode()
    client.force_login(running.head)
    assert client.post(confirm, {"action": "return"}).status_code == 422
    assert client.post(confirm, {"action": "return", "note": "Kurang."}).status_code == 302
    refused = client.post(confirm, {"action": "return", "note": "Lagi."})
    assert refused.status_code == 409
    client.post(propose, ANSWER)
    client.force_login(running.second)
    assert client.post(confirm).status_code == 302
    client.force_login(running.team.admin)
    page = client.get(detail).content.decode()
    assert ANSWER["text"] in page
    assert running.second.name not in page
    client.force_login(running.head)
    page = client.get(detail).content.decode()
    assert reverse("competitions:plenary_room", args=[row.stage_id]) in page


def test_staff_in_conflict_see_no_objection_of_that_entry(
    client: WatchfulClient, running: Contest
) -> None:
    row = file(client, running)
    ConflictDeclaration.objects.create(
        user=running.officer, entry=row.entry, reason="Saudara", declared_at=clock.now()
    )
    client.force_login(running.officer)
    board = reverse("competitions:objection_board", args=[row.stage_id])
    assert row.code not in client.get(board).content.decode()
    assert client.get(reverse("competitions:objection_detail", args=[row.pk])).status_code == 404
    answer = reverse("competitions:objection_answer", args=[row.pk])
    assert client.post(answer, ANSWER).status_code == 404
    client.force_login(running.second)
    assert row.code in client.get(board).content.decode()


def test_public_page_tells_states_and_names_nobody(
    client: WatchfulClient, running: Contest
) -> None:
    row = file(client, running, text="Rahasia kami.")
    address = reverse("competitions:objection_list", args=[running.edition.year])
    client.logout()
    edition = client.get(running.edition.get_absolute_url()).content.decode()
    assert address in edition
    before = client.get(address).content.decode()
    assert row.code in before
    for hidden in (row.text, row.entry.number, row.entry.innovation.title, row.entry.agency.name):
        assert hidden not in before
    client.force_login(running.officer)
    client.post(reverse("competitions:objection_answer", args=[row.pk]), ANSWER)
    client.logout()
    # A proposal of one person is no answer yet.
    assert client.get(address).content.decode().count("Menunggu jawaban") == 1
    client.force_login(running.second)
    client.post(reverse("competitions:objection_confirm", args=[row.pk]))
    client.logout()
    after = client.get(address).content.decode()
    assert "Diterima" in after
    assert "Kekeliruan terbukti" in after
    assert ANSWER["text"] not in after
    assert client.get(reverse("competitions:objection_list", args=[1990])).status_code == 404


@pytest.mark.parametrize("name", ["objection_list", "objection_board", "entry_objections"])
def test_lists_ask_as_much_for_one_objection_as_for_three(
    client: WatchfulClient, running: Contest, name: str
) -> None:
    argument = {
        "objection_list": running.edition.year,
        "objection_board": running.stage(FIRST).pk,
        "entry_objections": running.entries[0].pk,
    }[name]
    person = running.team.admin if name == "entry_objections" else running.head
    numbers = []
    for reasons in ([ObjectionReason.IDENTITY], [ObjectionReason.OTHER, ObjectionReason.CONFLICT]):
        for reason in reasons:
            assert file(client, running, reason=reason.value).state == ObjectionState.FILED
        client.force_login(person)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse(f"competitions:{name}", args=[argument])).status_code == 200
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] <= 15
