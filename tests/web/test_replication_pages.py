"""Replication pages: asked from the public page, followed by both agencies, strangers see none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from innovations.actions.dossiers import publish_innovations
from innovations.actions.replications import answer_replication
from innovations.enums import ReplicationState as S
from innovations.models import Replication
from tests.factories import make_person, make_published_innovation, make_replication, make_team
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def path(name: str, row: Replication) -> str:
    return reverse(f"innovations:replication_{name}", args=[row.pk])


def test_agency_asks_from_the_public_page(client: WatchfulClient) -> None:
    origin, team = make_published_innovation(), make_team()
    page = reverse("innovations:replication_request", args=[origin.slug])
    assert page in client.get(origin.get_absolute_url()).content.decode()
    assert client.get(page).status_code == 302
    client.force_login(team.innovator)
    assert "Kirim permintaan" in client.get(page).content.decode()
    typed = {
        "agency": team.agency.pk,
        "need": "Antrean tiga jam",
        "contact": "Kepala bidang",
        "wanted_on_day": "1",
        "wanted_on_month": "1",
        "wanted_on_year": "2019",
    }
    answer = client.post(page, typed)
    assert answer.status_code == 409
    assert "sudah lewat" in answer.content.decode()
    assert "Antrean tiga jam" in answer.content.decode()
    assert client.post(page, typed | {"need": ""}).status_code == 422
    answer = client.post(page, typed | {"wanted_on_year": "2099"})
    row = Replication.objects.get()
    assert (answer.status_code, answer.url) == (302, row.get_absolute_url())  # type: ignore[attr-defined]
    assert row.code in client.get(page).content.decode()


def test_request_page_tells_those_who_may_not_ask(client: WatchfulClient) -> None:
    origin = make_published_innovation()
    page = reverse("innovations:replication_request", args=[origin.slug])
    client.force_login(make_person(Role.AGENCY_ADMIN, agency=origin.agency))
    html = client.get(page).content.decode()
    assert "inovator yang punya unit" in html
    assert "Kirim permintaan" not in html
    assert client.post(page, {"agency": origin.agency_id}).status_code == 422
    assert client.get("/inovasi/tidak-ada/minta-replikasi/").status_code == 404


def test_both_agencies_walk_it_to_verified_in_the_browser(client: WatchfulClient) -> None:
    world = make_replication()
    row = world.replication

    def send(person: object, name: str, fields: dict[str, object] | None = None) -> None:
        client.force_login(person)  # type: ignore[arg-type]
        shown = client.get(row.get_absolute_url()).content.decode()
        assert f'action="{path(name, row)}"' in shown
        answer = client.post(path(name, row), fields or {})
        assert (answer.status_code, answer.url) == (302, row.get_absolute_url())  # type: ignore[attr-defined]

    client.force_login(world.origin.admin)
    assert client.get(path("letter", row)).status_code == 404
    wrong = client.post(path("answer", row), {"decision": "accept", "answer": ""})
    assert wrong.status_code == 422
    send(
        world.origin.admin,
        "answer",
        {"decision": "accept", "answer": "Sebut asalnya.", "internal_note": "Rahasia kami."},
    )
    assert "Rahasia kami." in client.get(row.get_absolute_url()).content.decode()
    letter = {"number": "065/1", "dated_on_day": 1, "dated_on_month": 2, "dated_on_year": 2020}
    client.force_login(world.asking.admin)
    ahead = client.post(path("agree", row), letter | {"dated_on_year": 2099})
    assert ahead.status_code == 409
    assert "belum tiba" in ahead.content.decode()
    send(world.asking.admin, "agree", letter)
    assert client.get(path("letter", row)).content[:5] == b"%PDF-"
    replica = make_published_innovation(world.asking)
    report = {
        "replica": replica.pk,
        "adaptation": "Loket di desa.",
        "evidence": "180 menjadi 20 menit.",
        "evidence_url": "https://contoh.go.id/layanan",
    }
    send(world.asking.innovator, "report", report)
    send(world.origin.admin, "return", {"reason": "Sebut sejak kapan."})
    client.force_login(world.asking.innovator)
    html = client.get(row.get_absolute_url()).content.decode()
    assert "Sebut sejak kapan." in html
    assert "Loket di desa." in html
    assert "Rahasia kami." not in html
    send(world.asking.innovator, "report", report)
    send(world.origin.admin, "confirm")
    send(world.officer, "verify")
    html = client.get(row.get_absolute_url()).content.decode()
    assert "Rahasia kami." not in html
    row.refresh_from_db()
    assert row.state == S.VERIFIED


def test_step_of_another_or_too_late_is_refused_and_strangers_find_nothing(
    client: WatchfulClient,
) -> None:
    world = make_replication()
    row = world.replication
    names = ("detail", "letter", "answer", "agree", "report", "confirm", "verify", "return")
    client.force_login(make_team().admin)
    for name in (*names, "withdraw"):
        missing = client.get(path(name, row))
        assert missing.status_code == 404
        assert row.origin.title not in missing.content.decode()
    assert client.post(path("answer", row), {"decision": "accept"}).status_code == 404
    client.force_login(make_person(Role.EVALUATOR))
    assert client.get(reverse("innovations:replication_list")).status_code == 403
    client.force_login(world.asking.admin)
    typed = {"decision": "accept", "answer": "Ya."}
    assert client.post(path("answer", row), typed).status_code == 403
    answer_replication(by=world.origin.admin, replication=row, accepts=False, answer="Sibuk.")
    client.force_login(world.origin.admin)
    late = client.post(path("answer", row), typed)
    assert late.status_code == 409
    assert "berpindah keadaan" in late.content.decode()
    assert client.get(path("answer", row)).status_code == 200
    client.force_login(world.asking.innovator)
    assert "Sibuk." in client.get(row.get_absolute_url()).content.decode()


def test_withdrawal_is_told_on_the_page(client: WatchfulClient) -> None:
    world = make_replication(S.ACCEPTED)
    client.force_login(world.asking.innovator)
    client.post(path("withdraw", world.replication), {"reason": "Anggaran dihapus."})
    html = client.get(world.replication.get_absolute_url()).content.decode()
    assert "Anggaran dihapus." in html
    assert "Ditarik" in html


def test_list_asks_the_same_number_of_queries_at_one_and_three_rows(
    client: WatchfulClient,
) -> None:
    team = make_team()
    client.force_login(team.admin)
    assert "Belum ada replikasi" in client.get("/kerja/replikasi/").content.decode()
    counts = []
    for number in (1, 2):
        for _turn in range(number):
            make_replication(asking=team)
        with CaptureQueriesContext(connection) as queries:
            html = client.get("/kerja/replikasi/").content.decode()
        counts.append(len(queries))
    assert html.count("REP-") == 3
    assert counts[0] == counts[1] <= 15
    client.force_login(Replication.objects.order_by("pk")[0].origin.created_by)
    with CaptureQueriesContext(connection) as queries:
        client.get(Replication.objects.order_by("pk")[0].get_absolute_url())
    assert len(queries) <= 15
    admin = make_person(Role.AGENCY_ADMIN, agency=Replication.objects.first().origin.agency)  # type: ignore[union-attr]
    client.force_login(admin)
    assert "Menunggu Anda" in client.get("/kerja/replikasi/").content.decode()


def test_family_page_asks_the_same_number_of_queries_whatever_its_size(
    client: WatchfulClient,
) -> None:
    owner = make_team()
    origin = make_published_innovation(owner)
    counts = []
    for state in (S.AGREED, S.VERIFIED, S.ACCEPTED):
        world = make_replication(state, origin=origin, origin_team=owner)
        with CaptureQueriesContext(connection) as queries:
            html = client.get(origin.get_absolute_url()).content.decode()
        counts.append(len(queries))
        assert (world.asking.agency.name in html) == (state != S.ACCEPTED)
        assert world.replication.need not in html
        assert world.replication.contact not in html
    assert len(set(counts)) == 1
    assert counts[0] <= 15
    row = Replication.objects.verified().get()
    publish_innovations(
        by=row.agency.memberships.get(role="agency_admin").user, innovations=[row.replica]
    )
    html = client.get(origin.get_absolute_url()).content.decode()
    assert row.replica.title in html  # type: ignore[union-attr]
