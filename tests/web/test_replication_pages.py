"""Replication pages: asked from the public page, followed by both agencies, strangers see none."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from innovations.actions.dossiers import publish_innovations
from innovations.actions.life import Proof, attest_life
from innovations.actions.replications import answer_replication
from innovations.enums import ReplicationState as S
from innovations.models import Innovation, Replication
from sinovik.audit import clock
from sinovik.web.kept import writer_mark
from tests.factories import (
    Team,
    make_person,
    make_published_innovation,
    make_replication,
    make_team,
)
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
    assert 'href="#id_wanted_on_0"' in answer.content.decode()
    assert "Antrean tiga jam" in answer.content.decode()
    assert client.post(page, typed | {"need": ""}).status_code == 422
    far = client.post(page, typed | {"wanted_on_year": "9999"}).content.decode()
    assert "lebih dari lima tahun" in far
    assert 'href="#id_wanted_on_0"' in far
    soon = clock.today() + timedelta(days=60)
    typed |= {f"wanted_on_{part}": getattr(soon, part) for part in ("day", "month", "year")}
    long = client.post(page, typed | {"need": "a" * 3001}).content.decode()
    assert "Paling panjang 3000 karakter, kini 3001" in long
    assert "a" * 3001 in long
    assert 'maxlength="3000"' not in long
    for _press in range(2):
        answer = client.post(page, typed)
        row = Replication.objects.get()
        assert (answer.status_code, answer.url) == (302, row.get_absolute_url())  # type: ignore[attr-defined]
    assert row.code in client.get(page).content.decode()
    again = client.post(page, typed | {"need": "Kebutuhan lain"})
    assert again.status_code == 409
    html = again.content.decode()
    assert f'href="{row.get_absolute_url()}"' in html
    assert "Kebutuhan lain" in html


def test_request_page_tells_those_who_may_not_ask(client: WatchfulClient) -> None:
    origin = make_published_innovation()
    page = reverse("innovations:replication_request", args=[origin.slug])
    client.force_login(make_person(Role.AGENCY_ADMIN, agency=origin.agency))
    html = client.get(page).content.decode()
    assert "Inovasi ini milik instansi Anda sendiri." in html
    assert "Kirim permintaan" not in html
    assert client.post(page, {"agency": origin.agency_id}).status_code == 422
    for stranger in (make_person(), make_person(Role.OBSERVER)):
        client.force_login(stranger)
        html = client.get(page).content.decode()
        assert "diajukan admin instansi atau inovator yang punya unit" in html
        assert "Minta admin instansi Anda" not in html
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
    today = clock.today()
    letter = {"number": "065/1", "dated_on_day": today.day, "dated_on_month": today.month}
    letter["dated_on_year"] = today.year
    client.force_login(world.asking.admin)
    ahead = client.post(path("agree", row), letter | {"dated_on_year": 2099})
    assert ahead.status_code == 409
    assert "belum tiba" in ahead.content.decode()
    old = client.post(path("agree", row), letter | {"dated_on_year": 1950}).content.decode()
    assert "lebih dari setahun lebih tua" in old
    assert 'href="#id_agree_dated_on_0"' in old
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
    assert "keadaan replikasi ini sekarang “Ditolak”" in late.content.decode()
    assert "<dd>Ya.</dd>" in late.content.decode()
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


def test_step_before_its_turn_says_the_state_and_gives_back_what_was_typed(
    client: WatchfulClient,
) -> None:
    world = make_replication(S.ACCEPTED)
    client.force_login(world.asking.innovator)
    early = client.post(path("report", world.replication), {"adaptation": "Loket di desa."})
    html = early.content.decode()
    assert early.status_code == 409
    assert "sekarang “Diterima, menunggu kesepakatan”" in html
    assert "<dt>Catatan adaptasi</dt><dd>Loket di desa.</dd>" in html
    assert "Pilih dosir" not in html
    day = {"number": "065/9", "dated_on_day": "1", "dated_on_month": "2", "dated_on_year": "2026"}
    world.walk(S.AGREED)
    client.force_login(world.asking.admin)
    html = client.post(path("agree", world.replication), day).content.decode()
    assert "<dd>065/9</dd>" in html
    assert "<dd>1 2 2026</dd>" in html


def test_return_pressed_twice_by_the_secretariat_says_the_state(client: WatchfulClient) -> None:
    world = make_replication(S.CONFIRMED)
    client.force_login(world.officer)
    typed = {"reason": "Bukti tak terbuka."}
    assert client.post(path("return", world.replication), typed).status_code == 302
    again = client.post(path("return", world.replication), typed)
    assert again.status_code == 409
    assert "sekarang “Disepakati”" in again.content.decode()


def test_confirming_and_verifying_twice_leads_on_as_once(client: WatchfulClient) -> None:
    world = make_replication(S.REPORTED)
    row = world.replication
    second = make_person(Role.SECRETARIAT_OFFICER)
    for name, person in (("confirm", world.origin.admin), ("verify", world.officer)):
        client.force_login(person)
        for _press in range(2):
            answer = client.post(path(name, row))
            assert (answer.status_code, answer.url) == (302, row.get_absolute_url())  # type: ignore[attr-defined]
    client.force_login(second)
    late = client.post(path("verify", row))
    assert late.status_code == 409
    assert "sekarang “Terverifikasi”" in late.content.decode()


def test_contact_is_shown_to_both_agencies_alone(client: WatchfulClient) -> None:
    world = make_replication(S.CONFIRMED)
    row = world.replication
    for person in (world.origin.admin, world.asking.innovator, world.asking.admin):
        client.force_login(person)
        assert row.contact in client.get(row.get_absolute_url()).content.decode()
    for person in (world.officer, make_person(Role.OBSERVER)):
        client.force_login(person)
        html = client.get(row.get_absolute_url()).content.decode()
        assert row.need in html
        assert row.contact not in html
        assert "Narahubung" not in html


def stop(team: Team, innovation: Innovation, lessons: str = "") -> None:
    attest_life(
        by=team.admin,
        innovation=innovation,
        state="berhenti",
        proof=Proof(),
        stopped_on=date(2024, 3, 1),
        reason="Habis dana.",
        lessons=lessons,
    )


def test_replica_that_stopped_after_its_report_shows_it_to_who_confirms(
    client: WatchfulClient,
) -> None:
    world = make_replication(S.AGREED)
    row, asking = world.replication, world.asking
    world.replica = make_published_innovation(asking)
    client.force_login(asking.admin)
    world.walk(S.REPORTED)
    client.force_login(world.origin.admin)
    assert "Baru terbit" in client.get(row.get_absolute_url()).content.decode()
    Innovation.objects.filter(pk=world.replica.pk).update(started_on=date(2020, 1, 1))
    stop(asking, world.replica)
    html = client.get(row.get_absolute_url()).content.decode()
    assert "Instansinya menyatakan layanan ini berhenti sejak 1 Maret 2024." in html
    with CaptureQueriesContext(connection) as queries:
        client.get(row.get_absolute_url())
    assert len(queries) <= 15


def test_draft_as_replica_shows_that_it_is_not_published(client: WatchfulClient) -> None:
    world = make_replication(S.REPORTED)
    client.force_login(world.origin.admin)
    html = client.get(world.replication.get_absolute_url()).content.decode()
    assert "Keadaan replika" in html
    assert "Draf" in html


def test_asking_for_what_has_stopped_says_so_first(client: WatchfulClient) -> None:
    team = make_team()
    origin = make_published_innovation(team)
    page = reverse("innovations:replication_request", args=[origin.slug])
    client.force_login(make_team().admin)
    assert "sudah berhenti" not in client.get(page).content.decode()
    Innovation.objects.filter(pk=origin.pk).update(started_on=date(2020, 1, 1))
    stop(team, origin)
    html = client.get(page).content.decode()
    assert "berhenti sejak 1 Maret 2024" in html
    assert f'href="{origin.get_absolute_url()}#keadaan"' in html
    assert "Kirim permintaan" in html
    stop(team, origin, lessons="Siapkan dana tahun kedua.")
    html = client.get(page).content.decode()
    assert f'href="{origin.get_absolute_url()}#pelajaran"' in html
    assert "Layanan ini sudah berhenti." in client.get(origin.get_absolute_url()).content.decode()


def test_step_kept_from_a_lost_session_is_given_back_when_its_turn_is_over(
    client: WatchfulClient,
) -> None:
    world = make_replication(S.REQUESTED)
    row, admin = world.replication, world.origin.admin
    typed = {"decision": "accept", "answer": "Silakan datang.", "writer": writer_mark(admin)}
    assert client.post(path("answer", row), typed).status_code == 302
    client.force_login(admin)
    assert "Silakan datang.</textarea>" in client.get(path("answer", row)).content.decode()
    answer_replication(by=admin, replication=row, accepts=False, answer="Sibuk.")
    late = client.get(path("answer", row))
    assert late.status_code == 200
    assert "<dd>Silakan datang.</dd>" in late.content.decode()
