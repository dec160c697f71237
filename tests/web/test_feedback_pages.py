"""Feedback for the entry's own people, from the instant on; held comments for the secretariat."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from agencies.models import User
from competitions.actions.comments import decide_comment
from competitions.models import HeldComment
from competitions.queries import feedback
from tests.factories import FIRST, Contest, make_person, make_team
from tests.feedback import JUDGE, NAMED, NUMBERED, PLAIN, SECRET, instant_of, scheduled
from tests.owner import as_owner
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
PAGES = ("competitions:entry_feedback", "competitions:feedback_pdf")


def page_of(client: WatchfulClient, contest: Contest, place: int = 0) -> str:
    address = reverse(PAGES[0], args=[contest.entries[place].pk])
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_feedback_opens_with_the_second_and_to_its_own_people(
    client: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "SMALLEST_FIELD", 5)
    contest = scheduled(entries=5)
    entry, instant = contest.entries[4], instant_of(contest)
    addresses = [reverse(name, args=[entry.pk]) for name in PAGES]
    receipt = reverse("competitions:entry_receipt", args=[entry.pk])
    tasks = reverse("competitions:entry_tasks", args=[entry.pk])
    other_unit = make_team(contest.team.agency).innovator
    refused = [contest.evaluators[0], contest.head, contest.observer, other_unit, make_team().admin]
    with time_machine.travel(instant - timedelta(seconds=1), tick=False):
        client.force_login(contest.team.admin)
        for address in addresses:
            assert client.get(address).status_code == 404
        for page in (receipt, tasks, "/kerja/"):
            assert "umpan-balik" not in client.get(page).content.decode()
    with time_machine.travel(instant, tick=False):
        for page in (receipt, tasks, "/kerja/"):
            assert addresses[0] in client.get(page).content.decode()
        for person in (contest.team.innovator, contest.team.admin):
            client.force_login(person)
            page = page_of(client, contest, 4)
            for told in (SECRET, "Belum terpilih sebagai Top 2", "Seperempat terbawah", "7/2019"):
                assert told in page
            for secret in (NAMED, NUMBERED, JUDGE, PLAIN):
                assert secret not in page
            assert "4 komentar masih diperiksa" in page
        for person in refused:
            client.force_login(person)
            for address in addresses:
                answer = client.get(address)
                assert answer.status_code == 404
                assert SECRET.encode() not in answer.content
            if (answer := client.get(receipt)).status_code == 200:
                assert "umpan-balik" not in answer.content.decode()
        client.logout()
        assert client.get(addresses[0]).status_code == 302


def test_feedback_is_a_pdf_in_either_language(
    client: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "SMALLEST_FIELD", 5)
    contest = scheduled(entries=5)
    entry = contest.entries[0]
    comment = HeldComment.objects.filter(scoresheet__assignment__entry=entry)[0]
    text = "Tulis #set page() apa adanya 🙂"
    decide_comment(by=contest.officer, comment=comment, text=text, reason="x", is_checked=False)
    address = reverse(PAGES[1], args=[entry.pk])
    with time_machine.travel(instant_of(contest)):
        client.force_login(contest.team.admin)
        assert "(disunting sekretariat)" in page_of(client, contest)
        for path, title in ((address, "Umpan balik penilaian"), (f"/en{address}", "Feedback")):
            answer = client.get(path)
            assert answer["Content-Type"] == "application/pdf"
            with pikepdf.open(BytesIO(answer.content)) as made:
                assert str(made.docinfo["/Title"]).startswith(title)
                assert made.Root.MarkInfo.Marked


def test_a_small_group_is_told_its_marks_alone(client: WatchfulClient) -> None:
    contest = scheduled(entries=5)
    with time_machine.travel(instant_of(contest)):
        client.force_login(contest.team.admin)
        page = page_of(client, contest)
        assert "Data simulasi" not in page
        User.objects.filter(pk=contest.head.pk).update(is_simulated=True)
        assert "Data simulasi" in page_of(client, contest)
        pdf = client.get(reverse(PAGES[1], args=[contest.entries[0].pk]))
    assert "terlalu kecil untuk dibandingkan" in page
    assert "P75" not in page
    assert pdf.status_code == 200


def test_no_comment_at_all_is_said(client: WatchfulClient) -> None:
    contest = scheduled(entries=3)
    with as_owner() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE competitions_commentscan DISABLE TRIGGER commentscan_row_final")
        cursor.execute("DELETE FROM competitions_commentscan")
    with time_machine.travel(instant_of(contest)):
        client.force_login(contest.team.admin)
        assert "Belum ada komentar yang dilepas." in page_of(client, contest)


def test_the_secretariat_reads_what_is_held_and_decides(client: WatchfulClient) -> None:
    contest = scheduled(entries=3)
    listing = reverse("competitions:comment_list", args=[contest.edition.year])
    client.force_login(contest.officer)
    board = reverse("competitions:ranking_board", args=[contest.stage(FIRST).pk])
    assert listing in client.get(board).content.decode()
    home = client.get("/kerja/").content.decode()
    assert "Periksa 12 komentar penilai yang ditahan" in home
    assert listing in home
    page = client.get(listing).content.decode()
    assert "12 dari 12 komentar menunggu" in page
    assert "<mark>Bu Gayatri</mark>" in page
    assert JUDGE not in page
    comment = HeldComment.objects.get(pk=HeldComment.objects.all()[0].pk)
    address = reverse("competitions:comment_decide", args=[comment.pk])
    assert NAMED in client.get(address).content.decode()
    form = {"text": "Paparan Gayatri baik.", "reason": "Nama dihapus."}
    answer = client.post(address, form)
    assert answer.status_code == 409
    assert "“Gayatri”" in answer.content.decode()
    assert "Nama dihapus." in answer.content.decode()
    assert "Tuliskan alasan" in client.post(address, {"text": "Baik."}).content.decode()
    assert client.post(address, form | {"text": "Paparannya baik."})["Location"] == listing
    assert "11 dari 12 komentar menunggu" in client.get(listing).content.decode()
    assert "Paparannya baik." in client.get(address).content.decode()


def test_others_and_conflicted_officers_find_no_held_comment(client: WatchfulClient) -> None:
    contest = scheduled(entries=3)
    comment = HeldComment.objects.all()[0]
    addresses = (
        reverse("competitions:comment_list", args=[contest.edition.year]),
        reverse("competitions:comment_decide", args=[comment.pk]),
    )
    for person in (contest.evaluators[0], contest.team.admin, contest.observer):
        client.force_login(person)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 403
            assert "Gayatri" not in answer.content.decode().replace(person.name, "")
    kin = make_person(Role.SECRETARIAT_OFFICER, employer=contest.team.agency)
    client.force_login(kin)
    assert "komentar penilai yang ditahan" not in client.get("/kerja/").content.decode()
    assert "Tidak ada komentar yang ditahan" in client.get(addresses[0]).content.decode()
    assert client.get(addresses[1]).status_code == 404
    assert client.get(reverse("competitions:comment_decide", args=[0])).status_code == 404


def test_list_of_comments_asks_nothing_twice(client: WatchfulClient) -> None:
    contest = scheduled(entries=3)
    client.force_login(contest.officer)
    address = reverse("competitions:comment_list", args=[contest.edition.year])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert "menunggu" in client.get(address).content.decode()
    asked = [query["sql"] for query in queries]
    assert len(asked) == len(set(asked))


def queries_of(client: WatchfulClient, address: str) -> int:
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_number_of_queries_is_the_same_at_any_size(
    client: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "SMALLEST_FIELD", 5)
    counts, listings = set(), set()
    for entries in (5, 7):
        contest = scheduled(entries=entries)
        client.force_login(contest.officer)
        listings.add(
            queries_of(client, reverse("competitions:comment_list", args=[contest.edition.year]))
        )
        with time_machine.travel(instant_of(contest)):
            client.force_login(contest.team.admin)
            counts.add(queries_of(client, reverse(PAGES[0], args=[contest.entries[0].pk])))
    assert len(counts) == len(listings) == 1
    assert max(counts | listings) <= 15
