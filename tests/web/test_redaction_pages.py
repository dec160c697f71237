"""The queue of texts to look through, one text, and what a blind judge then gets."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.assignments import declare_conflict
from competitions.actions.highlights import highlight_text
from competitions.models import Assignment, Redaction, RedactionReview, Stage
from sinovik.audit import clock
from sinovik.files import open_kept
from tests.documents import words_of_pdf
from tests.factories import REVIEW, Contest, make_contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
CANARY = "bagian novelty"


def blind_contest(entries: int = 2) -> Contest:
    made = make_contest(REVIEW, entries=entries, judges=2)
    Stage.objects.filter(pk=made.stage(REVIEW).pk).update(is_blind=True)
    return made


@pytest.fixture
def contest() -> Contest:
    return blind_contest()


def at(contest: Contest, name: str, *more: int) -> str:
    return reverse(f"competitions:redaction_{name}", args=[contest.stage(REVIEW).pk, *more])


def judged_bytes(client: WatchfulClient, row: Assignment) -> bytes:
    """All that the judge gets of a proposal: sheet, search, versions, lists, pack."""
    client.force_login(row.evaluator)
    sheet = reverse("competitions:scoresheet_edit", args=[row.pk])
    pages = [
        sheet,
        f"{sheet}?cari=Isi",
        reverse("competitions:scoresheet_versions", args=[row.pk]),
        reverse("competitions:assignment_list"),
        reverse("competitions:conflict_declare", args=[row.pk]),
        reverse("competitions:sheet_release", args=[row.pk]),
    ]
    answers = [client.get(page) for page in pages]
    assert {answer.status_code for answer in answers} == {200}
    client.post(reverse("competitions:reading_pack_request", args=[row.stage_id]))
    pack = row.stage.reading_packs.latest("pk")
    with open_kept(pack.volumes.get().storage_name) as file:
        words = words_of_pdf(file.read())
    return b"".join([*(answer.content for answer in answers), words.encode()])


def test_hidden_words_are_in_no_byte_that_a_blind_judge_gets(client: WatchfulClient) -> None:
    contest = blind_contest(1)
    row = contest.assignments(REVIEW)[0]
    highlight_text(by=row.evaluator, assignment=row, section="novelty", start=4, quote=CANARY)
    title = row.version.content["title"]
    words = [CANARY.encode(), CANARY.replace(" ", "").encode(), title.encode()]
    words.append(title.replace(" ", "").encode())
    before = judged_bytes(client, row)
    assert [word for word in words if word not in before] == []
    client.force_login(contest.officer)
    for section, wording in (("novelty", CANARY), ("title", title)):
        answer = client.post(
            at(contest, "add", row.entry_id), {"section": section, "wording": wording}
        )
        assert answer.status_code == 302
    after = judged_bytes(client, row)
    assert [word for word in words if word in after] == []
    assert b"[disamarkan]" in after
    client.force_login(row.evaluator)
    sheet = reverse("competitions:scoresheet_edit", args=[row.pk])
    assert "Tidak ditemukan" in client.get(f"{sheet}?cari=novelty").content.decode()
    listing = reverse("competitions:assignment_list")
    none = "Tidak ada proposal yang cocok"
    assert none in client.get(listing, {"q": title}).content.decode()
    assert none not in client.get(listing, {"q": row.entry.number}).content.decode()
    place = {"section": "novelty", "start": 4, "quote": "[disamarkan]"}
    add = reverse("competitions:highlight_add", args=[row.pk])
    answer = client.post(add, place, follow=True).content.decode()
    assert "Bagian yang disamarkan tidak bisa disorot" in answer


def test_officer_hides_lifts_and_goes_on(contest: Contest, client: WatchfulClient) -> None:
    first, second = sorted(one.pk for one in contest.entries)
    client.force_login(contest.officer)
    stage_page = client.get(reverse("competitions:stage_detail", args=[contest.stage(REVIEW).pk]))
    assert at(contest, "list") in stage_page.content.decode()
    html = client.get(at(contest, "list")).content.decode()
    assert "2 dari 2 naskah belum diperiksa" in html
    assert client.get(at(contest, "detail", first)).status_code == 200
    add = at(contest, "add", first)
    piece = {"section": "novelty", "start": 4, "wording": "bagian"}
    html = client.post(add, piece, follow=True).content.decode()
    assert "1 bagian disamarkan." in html
    assert "Isi <b>[disamarkan]</b> novelty." in html
    assert "Sudah disamarkan." in client.post(add, piece, follow=True).content.decode()
    for typed, said in (("tidak ada di sana", "Salin persis"), ("x", "paling sedikit dua huruf")):
        answer = client.post(add, {"section": "novelty", "wording": typed})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert f'value="{typed}"' in answer.content.decode()
    html = client.post(at(contest, "add_all", first), follow=True).content.decode()
    assert "disamarkan" in html
    lift = at(contest, "lift", first, Redaction.objects.get(section="novelty").pk)
    assert "terbaca lagi" in client.post(lift, follow=True).content.decode()
    assert client.get(lift).status_code == 405
    answer = client.post(at(contest, "finish", first))
    assert answer.headers["Location"] == at(contest, "detail", second)
    assert "Sudah diperiksa" in client.get(at(contest, "detail", first)).content.decode()
    number = contest.entries[0].number
    assert number in client.get(at(contest, "list"), {"status": "sudah"}).content.decode()
    assert number not in client.get(at(contest, "list"), {"status": "belum"}).content.decode()
    answer = client.post(at(contest, "finish", second))
    assert answer.headers["Location"] == at(contest, "list")
    assert RedactionReview.objects.count() == 2


def test_conflict_strangers_and_open_stages(contest: Contest, client: WatchfulClient) -> None:
    entry = contest.entries[0]
    for stranger in (contest.observer, contest.evaluators[0], contest.team.admin):
        client.force_login(stranger)
        assert client.get(at(contest, "list")).status_code == 403
        assert client.post(at(contest, "add_all", entry.pk)).status_code == 403
    declare_conflict(by=contest.second, entry=entry, reason="Kerabat.")
    client.force_login(contest.second)
    html = client.get(at(contest, "list")).content.decode()
    assert "1 dari 1 naskah" in html
    assert entry.number not in html
    for name in ("add", "add_all", "finish"):
        assert client.post(at(contest, name, entry.pk)).status_code == 404
    assert client.get(at(contest, "detail", entry.pk)).status_code == 404
    client.force_login(contest.officer)
    Stage.objects.filter(pk=contest.stage(REVIEW).pk).update(is_blind=False)
    assert client.get(at(contest, "list")).status_code == 404


def test_closed_stage_refuses_in_words(contest: Contest, client: WatchfulClient) -> None:
    entry = contest.entries[0]
    client.force_login(contest.officer)
    client.post(
        at(contest, "add", entry.pk), {"section": "novelty", "start": 4, "wording": "bagian"}
    )
    Stage.objects.filter(pk=contest.stage(REVIEW).pk).update(
        state="closed", closed_at=clock.now(), closed_by=contest.head
    )
    lift = at(contest, "lift", entry.pk, Redaction.objects.get().pk)
    for address in (lift, at(contest, "finish", entry.pk)):
        assert "belum ditutup" in client.post(address, follow=True).content.decode()


def test_pages_ask_the_same_number_of_queries(client: WatchfulClient) -> None:
    counted = []
    for entries in (1, 3):
        contest = blind_contest(entries)
        client.force_login(contest.officer)
        for path in (at(contest, "list"), at(contest, "detail", contest.entries[0].pk)):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counted.append(len(queries))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 15
