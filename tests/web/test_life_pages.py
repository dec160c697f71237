"""Pages on which agencies tell, and everybody reads, how innovations fare."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from innovations.actions.life import Proof, attest_life
from innovations.models import Attestation, Innovation
from sinovik.audit import clock
from tests.factories import Team, make_published_innovation, make_team
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
LIST = reverse("innovations:attestation_list")


def published_long_ago(team: Team) -> Innovation:
    with clock.at(clock.now() - timedelta(days=400)):
        return make_published_innovation(team)


def page(client: WatchfulClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client: WatchfulClient, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as context:
        page(client, address)
    return len(context)


def test_the_agency_attests_from_its_work_home(client: WatchfulClient) -> None:
    team = make_team()
    innovation = published_long_ago(team)
    public = innovation.get_absolute_url()
    assert "belum menyatakan apakah layanan ini masih berjalan" in page(client, public)
    assert "Belum ada kabar sejak" in page(client, reverse("innovations:innovation_list"))
    client.force_login(team.innovator)
    address = reverse("innovations:attestation_create", args=[innovation.pk])
    assert LIST in page(client, reverse("competitions:work_home"))
    one = queries(client, LIST)
    others = [published_long_ago(team) for _ in range(2)]
    assert "3 inovasi menunggu" in page(client, reverse("competitions:work_home"))
    assert queries(client, LIST) == one <= 15
    assert address in page(client, reverse("innovations:innovation_work", args=[innovation.pk]))
    page(client, address)
    empty = client.post(address, {})
    assert empty.status_code == 422
    assert "Pilih keadaan layanan" in empty.content.decode()
    unproven = client.post(address, {"state": "berjalan", "note": " "}).content.decode()
    assert "Tuliskan buktinya" in unproven
    unsaid = client.post(address, {"state": "berhenti", "note": "Ditulis."}).content.decode()
    assert "Isi sejak kapan" in unsaid
    assert "mengapa layanan berhenti" in unsaid
    assert "Ditulis." in unsaid
    boxes = {"stopped_on_day": "40", "stopped_on_month": "1", "stopped_on_year": "2024"}
    wrong = {"state": "berhenti", **boxes}
    assert (
        "Tanggal 40 tidak ada dalam bulan Januari 2024"
        in client.post(address, wrong).content.decode()
    )
    ahead = {**wrong, "stopped_on_day": "1", "stopped_on_year": "2990", "reason": "Habis dana."}
    assert "belum tiba" in client.post(address, ahead).content.decode()
    early = {**ahead, "stopped_on_day": "31", "stopped_on_month": "12", "stopped_on_year": "1990"}
    answer = client.post(address, early)
    assert "layanan ini mulai 1 Januari 2015" in answer.content.decode()
    assert list(answer.context["form"].errors) == ["stopped_on"]
    with translation.override("en"):
        assert "began on 1 January 2015" in client.post(f"/en{address}", early).content.decode()
    torn = {**wrong, "state": "berjalan", "note": "Ada.", "stopped_on_day": "1", "reason": "Dana."}
    both = client.post(address, torn)
    assert {*both.context["form"].errors} == {"stopped_on", "reason"}
    assert "Dana.</textarea>" in both.content.decode()
    assert not Attestation.objects.exists()
    given = {
        "state": "berkembang",
        "note": "Kini di enam kecamatan <b>baru</b>.",
        "lessons": "Mulai dari satu loket <i>saja</i>.",
    }
    assert client.post(address, given).status_code == 302
    assert "Kini di enam kecamatan &lt;b&gt;" in page(client, address)
    assert innovation.code not in page(client, LIST)
    client.logout()
    shown = page(client, public)
    assert "menyatakan: berkembang" in shown
    assert "Kini di enam kecamatan" in shown
    assert shown.count("Mulai dari satu loket &lt;i&gt;saja") == 1
    assert 'href="#pelajaran"' in shown
    assert client.get(LIST).status_code == 302
    client.force_login(make_team().admin)
    foreign = reverse("innovations:attestation_create", args=[others[0].pk])
    assert client.get(foreign).status_code == client.post(foreign, given).status_code == 404
    assert Attestation.objects.count() == 1


def test_what_stopped_says_since_when_and_why(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    assert "baru terbit" in page(client, innovation.get_absolute_url())
    attest_life(
        by=team.admin,
        innovation=innovation,
        state="berhenti",
        proof=Proof(link="https://contoh.example/bukti", source="Laporan tahunan"),
        stopped_on=clock.today() - timedelta(days=9),
        reason="Aplikasi diganti.",
    )
    shown = page(client, innovation.get_absolute_url())
    for text in ("berhenti sejak", "Aplikasi diganti.", "https://contoh.example/bukti", "Laporan"):
        assert text in shown
    client.force_login(team.admin)
    work = page(client, reverse("innovations:innovation_work", args=[innovation.pk]))
    assert "dinyatakan berhenti" in work
    draft = reverse("innovations:attestation_create", args=[innovation.pk])
    assert "Pernyataan sebelumnya" in page(client, draft)
    assert "Tidak ada yang menunggu" in page(client, LIST)
    assert "#pelajaran" not in page(client, innovation.get_absolute_url())
    with clock.at(clock.now() + timedelta(days=400)):
        attest_life(
            by=team.admin, innovation=innovation, state="berjalan", proof=Proof(note="Ada.")
        )
    with clock.at(clock.now() + timedelta(days=800)):
        client.logout()
        assert "tidak diketahui" in page(client, innovation.get_absolute_url())
