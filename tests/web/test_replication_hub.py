"""Pages of the replication hub: posting, taking down, matches for everybody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import AgencyType, Role
from innovations.actions.life import Proof, attest_life
from innovations.actions.replication_hub import (
    NeedText,
    offer_innovation,
    post_need,
)
from innovations.models import ReplicationNeed, ReplicationOffer
from sinovik.audit import clock
from tests.editions import make_category
from tests.factories import (
    Team,
    make_agency,
    make_person,
    make_published_innovation,
    make_regency,
    make_team,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

HUB = "/replikasi/"
POSTS = "/kerja/replikasi/papan/"


def regency_team(code: str) -> Team:
    return make_team(make_agency(agency_type=AgencyType.REGENCY, region=make_regency(code)))


def text(title: str = "Antrean rujukan lama", size: int = 2) -> NeedText:
    return NeedText(title, "Tiga jam menunggu.", make_category(), size)


def test_agency_posts_and_takes_down_through_forms(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    client.force_login(team.admin)
    offering = reverse("innovations:offer_create", args=[innovation.pk])
    assert offering in client.get(f"/kerja/inovasi/{innovation.pk}/").content.decode()
    assert client.post(offering, {"text": "", "size": "2"}).status_code == 422
    assert client.post(offering, {"text": "Naskah SOP.", "size": "2"}).status_code == 302
    assert "Naskah SOP." in client.get(offering).content.decode()
    posting = reverse("innovations:need_create")
    need = {
        "agency": team.agency.pk,
        "title": "Antrean rujukan lama",
        "text": "Tiga jam.",
        "category": make_category().pk,
        "size": "2",
    }
    assert client.post(posting, need | {"title": ""}).status_code == 422
    assert client.post(posting, need).status_code == 302
    assert client.post(posting, need).status_code == 409
    html = client.get(POSTS).content.decode()
    assert "Naskah SOP." in html
    assert "Antrean rujukan lama" in html
    row, offer = ReplicationNeed.objects.get(), ReplicationOffer.objects.get()
    ends = {
        reverse("innovations:need_end", args=[row.pk]),
        reverse("innovations:offer_end", args=[offer.pk]),
    }
    client.force_login(make_team().admin)
    assert {client.post(path).status_code for path in ends} == {404}
    assert client.get(offering).status_code == 404
    client.force_login(team.innovator)
    assert {client.post(path).status_code for path in ends} == {403}
    client.force_login(make_person(Role.INNOVATOR, agency=team.agency))
    assert "inovator yang punya unit" in client.get(posting).content.decode()
    client.force_login(team.admin)
    assert {client.post(path).status_code for path in ends} == {302}
    assert {client.post(path).status_code for path in ends} == {409}
    assert "Belum ada kebutuhan." in client.get(POSTS).content.decode()


def test_an_offer_of_what_has_stopped_leaves_the_hub_and_says_why_to_its_agency(
    client: WatchfulClient,
) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    offering = reverse("innovations:offer_create", args=[innovation.pk])
    offer_innovation(by=team.admin, innovation=innovation, text="Naskah SOP.", size=2)
    other = make_team()
    post_need(by=other.admin, agency=other.agency, need=text())
    assert "Naskah SOP." in client.get(HUB).content.decode()
    assert innovation.title in client.get(HUB, {"tampil": "kebutuhan"}).content.decode()
    attest_life(
        by=team.admin,
        innovation=innovation,
        state="berhenti",
        proof=Proof(),
        stopped_on=clock.today(),
        reason="Habis dana.",
    )
    assert "Naskah SOP." not in client.get(HUB).content.decode()
    assert innovation.title not in client.get(HUB, {"tampil": "kebutuhan"}).content.decode()
    client.force_login(team.admin)
    own = client.get(POSTS).content.decode()
    assert "Naskah SOP." in own
    assert "tawarannya tidak tampil di halaman replikasi" in own
    assert "Siap direplikasi" not in own
    assert offering not in client.get(f"/kerja/inovasi/{innovation.pk}/").content.decode()
    telling = reverse("innovations:attestation_create", args=[innovation.pk])
    for answer, status in (
        (client.get(offering), 200),
        (client.post(offering, {"text": "Kode sumber.", "size": "2"}), 409),
    ):
        assert answer.status_code == status
        assert "berhenti, jadi tidak dapat ditawarkan" in answer.content.decode()
        assert telling in answer.content.decode()
    assert ReplicationOffer.objects.get().text == "Naskah SOP."


def test_hub_shows_both_sides_matched_narrowed_and_in_a_steady_number_of_queries(
    client: WatchfulClient,
) -> None:
    assert "Belum ada yang cocok" in client.get(HUB).content.decode()
    counts = []
    for code in ("51.03", "51.08", "34.04"):
        team = regency_team(code)
        innovation = make_published_innovation(team)
        offer_innovation(by=team.admin, innovation=innovation, text=f"SOP {code}.", size=2)
        post_need(by=team.admin, agency=team.agency, need=text(f"Masalah {code}", 2))
        if code != "51.08":
            for shown in ("tawaran", "kebutuhan"):
                with CaptureQueriesContext(connection) as queries:
                    client.get(HUB, {"tampil": shown})
                counts.append(len(queries))
    # At one row and at three of each.
    assert counts[:2] == counts[2:]
    assert max(counts) <= 15
    html = client.get(HUB).content.decode()
    assert html.index("SOP 34.04.") < html.index("SOP 51.08.") < html.index("SOP 51.03.")
    assert "8 dari 8 poin" in html
    needs = client.get(HUB, {"tampil": "kebutuhan", "provinsi": "34", "ukuran": "2"})
    html = needs.content.decode()
    assert "Masalah 34.04" in html
    assert "Masalah 51.03" not in html
    assert "Inovasi" in html
    none = client.get(HUB, {"kategori": "tidak-ada", "ukuran": "x", "provinsi": "\x00"})
    assert "Belum ada yang cocok" in none.content.decode()
    assert "Masalah" not in client.get(HUB, {"ukuran": "4"}).content.decode()
