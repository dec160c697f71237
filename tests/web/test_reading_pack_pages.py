"""Page where an evaluator takes the own proposals along."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from agencies.models import User
from competitions.actions import reading_packs
from competitions.models import ReadingPack
from sinovik.files import remove
from tests.factories import REVIEW, Contest, make_contest, make_person
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return make_contest(REVIEW, entries=2)


@pytest.fixture
def reader(contest: Contest, client: WatchfulClient) -> User:
    person = contest.assignments(REVIEW)[0].evaluator
    client.force_login(person)
    return person


def page_of(contest: Contest) -> str:
    return reverse("competitions:reading_pack_list", args=[contest.stage(REVIEW).pk])


def ask(client: WatchfulClient, contest: Contest) -> str:
    address = reverse("competitions:reading_pack_request", args=[contest.stage(REVIEW).pk])
    return client.post(address, follow=True).content.decode()


def fetch_address(pack: ReadingPack) -> str:
    return reverse("competitions:reading_pack_fetch", args=[pack.pk, 1])


def test_pack_is_found_asked_for_and_fetched(
    contest: Contest, client: WatchfulClient, reader: User
) -> None:
    shelf = client.get(reverse("competitions:assignment_list")).content.decode()
    assert page_of(contest) in shelf
    assert "Siap diunduh" in ask(client, contest)
    pack = ReadingPack.objects.get()
    answer = client.post(fetch_address(pack))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith('attachment; filename="paket-bacaan-')
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer).startswith(b"%PDF-")
    assert client.get(fetch_address(pack)).status_code == 405
    remove(pack.volumes.get().storage_name)
    html = client.post(fetch_address(pack), follow=True).content.decode()
    assert "Penyimpanan berkas sedang terganggu" in html


def test_pack_of_somebody_else_is_not_there(
    contest: Contest, client: WatchfulClient, reader: User
) -> None:
    ask(client, contest)
    pack = ReadingPack.objects.get()
    cancel = reverse("competitions:reading_pack_cancel", args=[pack.pk])
    client.force_login(make_person(Role.EVALUATOR))
    for answer in (
        client.get(page_of(contest)),
        client.post(fetch_address(pack)),
        client.post(cancel),
        client.post(reverse("competitions:reading_pack_request", args=[pack.stage_id])),
    ):
        assert answer.status_code == 404
    client.force_login(contest.head)
    assert client.get(page_of(contest)).status_code == 403
    assert client.post(fetch_address(pack)).status_code == 403


def test_large_pack_shows_progress_and_can_be_cancelled(
    contest: Contest, client: WatchfulClient, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_packs, "PROPOSALS_AT_ONCE", 0)
    total = contest.stage(REVIEW).assignments.filter(evaluator=reader).count()
    assert f"0 dari {total} proposal" in ask(client, contest)
    part = client.get(page_of(contest), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert f"0 dari {total} proposal" in part
    cancel = reverse("competitions:reading_pack_cancel", args=[ReadingPack.objects.get().pk])
    assert "Dibatalkan" in client.post(cancel, follow=True).content.decode()
    assert "tidak bisa dibatalkan" in client.post(cancel, follow=True).content.decode()


def test_page_asks_the_same_number_of_queries(
    contest: Contest, client: WatchfulClient, reader: User
) -> None:
    counts = []
    for _time in range(2):
        ask(client, contest)
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(contest))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
