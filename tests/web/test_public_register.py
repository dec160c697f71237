"""The page of a dossier, the directory of agencies, the front page."""

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from agencies.enums import AgencyType
from innovations.actions.archiving import archive_innovation
from innovations.models import Innovation
from tests.factories import (
    ANNOUNCED,
    FIRST,
    SECOND,
    make_agency,
    make_category,
    make_contest,
    make_innovations,
    make_province,
    make_published_innovation,
    make_regency,
    make_team,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def test_dossier_shows_its_text_and_facts(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    html = client.get(innovation.get_absolute_url()).content.decode()
    assert innovation.title in html
    assert "Isi bagian background." in html
    assert innovation.code in html
    assert '<dd><a href="/kategori/pendidikan/">' in html
    assert f'<dd><a href="{innovation.agency.get_absolute_url()}">' in html
    assert "application/ld+json" in html
    assert "±1 menit baca" in html


def test_dossier_draft_is_missing_for_everybody(client: WatchfulClient) -> None:
    team = make_team()
    (draft,) = make_innovations(team)
    assert client.get(f"/inovasi/{draft.slug}/").status_code == 404
    client.force_login(team.innovator)
    assert client.get(f"/inovasi/{draft.slug}/").status_code == 404


def test_dossier_archived_tells_day_and_reason(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    archive_innovation(by=team.admin, innovation=innovation, reason="Layanan digabung.")
    answer = client.get(innovation.get_absolute_url())
    assert answer.status_code == 410
    html = answer.content.decode()
    assert "ditarik oleh instansinya pada" in html
    assert "Layanan digabung." in html
    assert "Isi bagian background." not in html


def test_dossier_simulated_says_so_in_page_and_data_block(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    Innovation.objects.filter(pk=innovation.pk).update(is_simulated=True)
    html = client.get(innovation.get_absolute_url()).content.decode()
    assert "Instansi yang disebut tidak menulis dan tidak mengajukannya" in html
    assert '"creativeWorkStatus": "Data simulasi"' in html


def test_dossier_title_can_not_close_the_data_block(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    Innovation.objects.filter(pk=innovation.pk).update(title="</script><b>x")
    html = client.get(innovation.get_absolute_url()).content.decode()
    assert "</script><b>" not in html
    assert "\\u003C/script\\u003E" in html


def test_dossier_award_is_shown_once_announced(client: WatchfulClient) -> None:
    contest = make_contest(FIRST)
    innovation = contest.entries[0].innovation
    Innovation.objects.filter(pk=innovation.pk).update(
        state="published", published_at=innovation.created_at, published_by=contest.head
    )
    html = client.get(innovation.get_absolute_url()).content.decode()
    assert "Riwayat penghargaan" not in html
    other = make_contest(ANNOUNCED).entries[0].innovation
    Innovation.objects.filter(pk=other.pk).update(
        state="published", published_at=other.created_at, published_by=contest.head
    )
    html = client.get(other.get_absolute_url()).content.decode()
    assert "Riwayat penghargaan" in html


def test_dossier_names_the_award_of_a_similar_one(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED, entries=3)
    Innovation.objects.update(
        category=make_category("pendidikan"),
        state="published",
        published_at=F("created_at"),
        published_by=contest.head,
    )
    html = client.get(contest.entries[1].innovation.get_absolute_url()).content.decode()
    similar = html[html.index("Inovasi serupa") :]
    assert contest.entries[0].innovation.title in similar
    assert contest.stage(SECOND).name in similar, "the highest award that it has"


def test_dossier_queries_do_not_grow_with_similar_ones(client: WatchfulClient) -> None:
    team = make_team(make_agency(agency_type=AgencyType.REGENCY, region=make_regency()))
    innovation = make_published_innovation(team)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(innovation.get_absolute_url())
        counts.append(len(queries))
        for _ in range(3):
            make_published_innovation(team)
    assert counts[1] <= 15
    assert counts[1] - counts[0] <= 1  # awards of similar ones, once there are any


def test_directory_narrows_by_words_kind_and_province(client: WatchfulClient) -> None:
    regency = make_agency(
        "Pemerintah Kabupaten Sleman", agency_type=AgencyType.REGENCY, region=make_regency("34.04")
    )
    ministry = make_agency("Kementerian Uji")
    for query, wanted in (
        ("", {regency, ministry}),
        ("?q=sleman", {regency}),
        ("?jenis=kementerian", {ministry}),
        ("?jenis=salah", set()),
        ("?jenis=%00", {regency, ministry}),
        ("?provinsi=34", {regency}),
        ("?berinovasi=1", set()),
    ):
        assert set(client.get(f"/instansi/{query}").context["page_obj"]) == wanted


def test_directory_kinds_keep_the_other_filters_and_count_what_a_click_gives(
    client: WatchfulClient,
) -> None:
    for name, kind, code in (
        ("Pemerintah Kabupaten Sleman", AgencyType.REGENCY, "34.04"),
        ("Pemerintah Kabupaten Bantul", AgencyType.REGENCY, "34.02"),
        ("Pemerintah Kota Yogyakarta", AgencyType.CITY, "34.71"),
        ("Pemerintah Kabupaten Cilacap", AgencyType.REGENCY, "33.01"),
    ):
        agency = make_agency(name, agency_type=kind, region=make_regency(code))
        if name != "Pemerintah Kabupaten Bantul":
            make_published_innovation(make_team(agency))
    page = client.get("/instansi/?q=pemerintah&provinsi=34&berinovasi=1&jenis=kota")
    kinds = {kind["text"]: kind for kind in page.context["kinds"]}
    regency, city = str(AgencyType.REGENCY.label), str(AgencyType.CITY.label)
    assert [kinds[text]["count"] for text in ("Semua", regency, city)] == [2, 1, 1]
    assert [text for text, kind in kinds.items() if kind["current"]] == [city]
    for text, kind in kinds.items():
        after = client.get(kind["href"])
        assert after.context["page_obj"].paginator.count == kind["count"], text
        assert after.context["terms"].text == "pemerintah", text
    assert client.get("/instansi/").context["kinds"][0]["href"] == "/instansi/"


def test_front_page_leads_to_the_agencies_that_it_counts(client: WatchfulClient) -> None:
    make_published_innovation(make_team())
    make_agency("Kementerian Tanpa Inovasi")
    front = client.get("/")
    assert front.context["totals"].agencies == 1
    assert 'href="/instansi/?berinovasi=1"' in front.content.decode()
    assert client.get("/instansi/?berinovasi=1").context["page_obj"].paginator.count == 1


def test_directory_labels_agencies_with_simulated_dossiers(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    assert "tag-simulated" not in client.get("/instansi/").content.decode()
    Innovation.objects.filter(pk=innovation.pk).update(is_simulated=True)
    assert "tag-simulated" in client.get("/instansi/").content.decode()


def test_agency_simulated_dossiers_come_with_the_sentence(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    Innovation.objects.filter(pk=innovation.pk).update(is_simulated=True)
    html = client.get(innovation.agency.get_absolute_url()).content.decode()
    assert "diambil acak dari daftar instansi yang nyata" in html
    assert "Data simulasi" in html


def test_dossier_documented_by_its_source_tells_no_start_date(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    address = innovation.get_absolute_url()
    assert "Sejak 2015" in client.get(address).content.decode()
    Innovation.objects.filter(pk=innovation.pk).update(source="https://example.org/berita")
    html = client.get(address).content.decode()
    assert "Sejak" not in html
    assert "https://example.org/berita" in html
    assert client.get(f"/api/v1/innovations/{innovation.slug}").json()["started_on"] is None


def test_agency_shows_no_drafts(client: WatchfulClient) -> None:
    team = make_team()
    make_innovations(team, titles=["Rahasia dapur"])
    html = client.get(team.agency.get_absolute_url()).content.decode()
    assert "Rahasia dapur" not in html
    assert "Belum ada inovasi" in html


@pytest.mark.parametrize("page", ["directory", "agency", "front"])
def test_queries_do_not_grow_with_rows(client: WatchfulClient, page: str) -> None:
    team = make_team(make_agency(agency_type=AgencyType.PROVINCE, region=make_province()))
    address = {"directory": "/instansi/", "agency": team.agency.get_absolute_url(), "front": "/"}
    counts = []
    for number in (1, 3):
        for _ in range(number):
            make_published_innovation(team)
            make_published_innovation()
        with CaptureQueriesContext(connection) as queries:
            client.get(address[page])
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_front_leads_into_the_register_by_field(client: WatchfulClient) -> None:
    make_published_innovation()
    html = client.get("/").content.decode()
    assert 'href="/inovasi/?kategori=' in html
    assert 'href="?kategori=' not in html
    assert '<a href="/inovasi/">Semua inovasi</a>' in html


def test_front_counts_and_invites_while_registration_is_open(client: WatchfulClient) -> None:
    html = client.get("/").content.decode()
    assert "Pendaftaran" not in html
    contest = make_contest()
    make_published_innovation()
    answer = client.get("/")
    assert answer.context["totals"].innovations == 1
    assert f"Pendaftaran {contest.edition.name} ditutup" in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["/bantuan/", "/aksesibilitas/", "/privasi/", "/tentang/", "/en/", "/en/inovasi/"]
)
def test_standing_pages_answer(client: WatchfulClient, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "typed", ["kab. banyuwangi", "Banyuwangi kabupaten", "pemkab banyuwangi", "banyuwangi"]
)
def test_directory_finds_an_agency_by_the_words_of_its_name(
    client: WatchfulClient, typed: str
) -> None:
    make_agency("Pemerintah Kabupaten Banyuwangi")
    make_agency("Pemerintah Kabupaten Bandung")
    page = client.get("/instansi/", {"q": typed})
    assert [a.name for a in page.context["page_obj"]] == ["Pemerintah Kabupaten Banyuwangi"]


def test_directory_knows_other_forms_of_a_word(client: WatchfulClient) -> None:
    make_agency("Pemerintah Provinsi Jawa Timur")
    make_agency("Pemerintah Provinsi Jawa Barat")
    page = client.get("/instansi/?q=prov+jatim")
    assert [a.name for a in page.context["page_obj"]] == ["Pemerintah Provinsi Jawa Timur"]
