"""Fetching the own agency's copy in the browser."""

import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions import agency_exports
from competitions.models import AgencyExport
from sinovik.files import remove
from tests.factories import Team, make_innovations, make_team
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
PAGE = "/kerja/instansi/salinan/"


@pytest.fixture
def team() -> Team:
    made = make_team()
    make_innovations(made, 2)
    return made


@pytest.fixture
def admin(client: WatchfulClient, team: Team) -> WatchfulClient:
    client.force_login(team.admin)
    return client


def at(name: str) -> str:
    return reverse(
        f"competitions:agency_export_{name}", args=[AgencyExport.objects.latest("pk").pk]
    )


def test_admin_finds_the_page_and_others_do_not(client: WatchfulClient, team: Team) -> None:
    client.force_login(team.admin)
    assert PAGE in client.get("/kerja/").content.decode()
    client.force_login(team.innovator)
    assert PAGE not in client.get("/kerja/").content.decode()
    assert client.get(PAGE).status_code == 403


def test_copy_is_asked_for_and_fetched(admin: WatchfulClient, team: Team) -> None:
    html = admin.post(f"{PAGE}siapkan/", follow=True).content.decode()
    assert "Siap diunduh" in html
    export = AgencyExport.objects.get()
    assert export.sha256 in html
    response = admin.post(at("fetch"))
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].startswith(
        f'attachment; filename="data-{team.agency.slug}'
    )
    assert response["Content-Security-Policy"].startswith("sandbox")
    octets = b"".join(response)
    assert zipfile.ZipFile(io.BytesIO(octets)).testzip() is None
    assert admin.get(at("fetch")).status_code == 405


def test_copy_of_another_agency_is_not_there(admin: WatchfulClient, client: WatchfulClient) -> None:
    admin.post(f"{PAGE}siapkan/")
    client.force_login(make_team().admin)
    for name in ("fetch", "cancel"):
        assert client.post(at(name)).status_code == 404
    assert "Siap diunduh" not in client.get(PAGE).content.decode()


def test_large_copy_shows_progress_and_can_be_cancelled(
    admin: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agency_exports, "DOSSIERS_AT_ONCE", 1)
    html = admin.post(f"{PAGE}siapkan/", follow=True).content.decode()
    assert "0 dari 13 langkah" in html
    part = admin.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "0 dari 13 langkah" in part
    html = admin.post(at("cancel"), follow=True).content.decode()
    assert "Dibatalkan" in html
    assert "tidak bisa dibatalkan" in admin.post(at("cancel"), follow=True).content.decode()


def test_store_that_fails_is_a_sentence(admin: WatchfulClient) -> None:
    admin.post(f"{PAGE}siapkan/")
    remove(AgencyExport.objects.get().storage_name)
    html = admin.post(at("fetch"), follow=True).content.decode()
    assert "Penyimpanan berkas sedang terganggu" in html


def test_page_asks_the_same_number_of_queries(admin: WatchfulClient) -> None:
    counts = []
    for number in (1, 2):
        for _time in range(number):
            admin.post(f"{PAGE}siapkan/")
        with CaptureQueriesContext(connection) as queries:
            admin.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
