"""Editions, winners, statistics and the API: counted from rows, silent before the instant."""

import csv
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from competitions.actions.announcements import schedule_announcement
from competitions.blueprints import DocumentBlueprint
from competitions.enums import Outcome
from competitions.models import Edition, PublishedFigure, StageEntry
from innovations.models import Innovation
from sinovik.audit import clock
from tests.factories import (
    ADMINISTRATIVE,
    ANNOUNCED,
    FIRST,
    REGISTRATION,
    REVIEW,
    SECOND,
    Contest,
    lock,
    make_contest,
    pass_all,
)
from tests.owner import past_triggers
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
SHARED = "public, max-age=0, s-maxage=1, must-revalidate"


def year(contest: Contest) -> int:
    return contest.edition.year


def scheduled(hours: int) -> Contest:
    """A first list that is locked and will be public in some hours."""
    contest = make_contest(FIRST)
    now = clock.now()
    schedule_announcement(
        by=contest.head,
        cut_off=lock(contest, FIRST),
        decree_number="7/RAHASIA",
        decree_dated_on=now.date(),
        announce_at=now + timedelta(hours=hours),
    )
    return contest


def public_answers(client: WatchfulClient, contest: Contest) -> list[str]:
    """Everything from which a list could leak."""
    number = year(contest)
    addresses = [
        f"/kompetisi/{number}/{FIRST}/",
        f"/kompetisi/{number}/{FIRST}/daftar.csv",
        f"/kompetisi/{number}/",
        f"/kompetisi/{number}/{FIRST}/daftar.xlsx",
        f"/kompetisi/{number}/transparansi/",
        f"/kompetisi/{number}/transparansi/sebaran-{FIRST}.csv",
        f"/statistik/?tahun={number}",
        f"/statistik/corong.csv?tahun={number}",
        f"/api/v1/editions/{number}/results?band={FIRST}",
        "/",
        "/inovasi/",
    ]
    return [client.get(address).content.decode(errors="replace") for address in addresses]


def test_winners_page_is_the_same_whether_or_not_a_list_exists(client: WatchfulClient) -> None:
    contest = make_contest(FIRST)
    address = f"/kompetisi/{year(contest)}/{FIRST}/"
    before = client.get(address)
    lock(contest, FIRST)
    after = client.get(address)
    assert before.status_code == after.status_code == 200
    assert before.content == after.content


def test_winners_scheduled_say_when_and_leak_nothing(client: WatchfulClient) -> None:
    contest = scheduled(hours=2)
    titles = [entry.innovation.title for entry in contest.entries]
    html = client.get(f"/kompetisi/{year(contest)}/{FIRST}/").content.decode()
    assert "Pemenang diumumkan" in html
    for answer in public_answers(client, contest):
        assert not any(title in answer for title in titles)
        assert "7/RAHASIA" not in answer


def test_winners_appear_at_the_instant_and_no_cache_keeps_the_wait(
    client: WatchfulClient,
) -> None:
    contest = scheduled(hours=2)
    address = f"/kompetisi/{year(contest)}/{FIRST}/"
    waiting = client.get(address)
    assert waiting["Cache-Control"] == SHARED
    winners = [entry.innovation.title for entry in contest.entries[:2]]
    with clock.at(clock.now() + timedelta(hours=2, seconds=1)):
        page = client.get(address)
        html = page.content.decode()
        assert all(title in html for title in winners)
        assert contest.entries[2].innovation.title not in html
        assert page.context["winner_count"] == 2
        api = client.get(f"/api/v1/editions/{year(contest)}/results?band={FIRST}").json()
        assert api["announced"]
        assert sorted(row["title"] for row in api["results"]) == sorted(winners)


@pytest.mark.parametrize("address", ["/kompetisi/1999/", "/kompetisi/1999/top-2/"])
def test_edition_unknown_is_missing(client: WatchfulClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_edition_unpublished_is_missing(client: WatchfulClient) -> None:
    contest = make_contest()
    contest.edition.is_published = False
    contest.edition.save()
    for address in (
        f"/kompetisi/{year(contest)}/",
        f"/kompetisi/{year(contest)}/{FIRST}/",
        f"/statistik/?tahun={year(contest)}",
        f"/api/v1/editions/{year(contest)}",
    ):
        assert client.get(address).status_code == 404


def test_band_that_is_no_band_is_missing(client: WatchfulClient) -> None:
    contest = make_contest()
    assert client.get(f"/kompetisi/{year(contest)}/{REVIEW}/").status_code == 404
    assert client.get(f"/api/v1/editions/{year(contest)}/results?band={REVIEW}").status_code == 404


def test_edition_open_shows_the_close_in_all_zones(client: WatchfulClient) -> None:
    contest = make_contest()
    html = client.get(f"/kompetisi/{year(contest)}/").content.decode()
    assert "Masuk untuk mengajukan" in html
    assert "WITA" in html
    assert "muncul setelah pendaftaran ditutup" in html


def test_edition_prints_rules_and_conflicting_sources(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    for value, source in ((1651, "dokumen"), (1329, "https://menpan.go.id/berita")):
        PublishedFigure.objects.create(
            year=year(contest), metric="passed_admin", group="all", value=value, source=source
        )
    html = client.get(f"/kompetisi/{year(contest)}/").content.decode()
    assert "Kriteria Penilaian proposal" in html
    assert "50%" in html
    assert "1.651" in html
    assert "1.329" in html
    assert "Masuk untuk mengajukan" not in html


def funnel(client: WatchfulClient, contest: Contest) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/api/v1/editions/{year(contest)}/funnel").json()
    return answer


def test_edition_prints_the_documents_it_asks_for(client: WatchfulClient) -> None:
    contest = make_contest(
        documents=[
            DocumentBlueprint("surat-pernyataan", "Surat pernyataan", "Ditandatangani pimpinan."),
            DocumentBlueprint("dasar-hukum", "Dasar hukum", is_required=False),
        ]
    )
    html = client.get(f"/kompetisi/{year(contest)}/").content.decode()
    section = html.split('id="dokumen"')[1].split("</section>")[0]
    assert 'Surat pernyataan</b> <span class="muted">wajib</span><br>Ditandatangani' in section
    assert 'Dasar hukum</b> <span class="muted">bila ada</span></li>' in section


def test_funnel_counts_rows_of_a_finished_edition(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    assert funnel(client, contest) == {
        "agencies": 1,
        "recorded": 3,
        "submitted": 3,
        "passed": 3,
        "bands": {"top-2": 2, "top-1": 1},
        "simulated": False,
        "sources": [],
    }
    Innovation.objects.filter(pk=contest.entries[0].innovation_id).update(is_simulated=True)
    assert funnel(client, contest)["simulated"]


def test_invented_edition_is_simulated_before_and_after_there_are_figures(
    client: WatchfulClient,
) -> None:
    early, late = make_contest(REGISTRATION), make_contest(ANNOUNCED)
    Edition.objects.update(is_simulated=True)
    Innovation.objects.update(source="https://example.org/berita")
    assert funnel(client, early)["simulated"]
    found = client.get(f"/api/v1/editions/{year(late)}/results?band=top-2").json()["results"]
    assert [(row["simulated"], row["source"]) for row in found] == [(True, "")] * 2


def test_funnel_hides_what_is_not_public_yet(client: WatchfulClient) -> None:
    drafts = funnel(client, make_contest(REGISTRATION))
    assert {drafts[key] for key in ("agencies", "recorded", "submitted", "passed")} == {None}
    checking = make_contest(ADMINISTRATIVE)
    pass_all(checking)
    counted = funnel(client, checking)
    assert counted["submitted"] == 3
    assert counted["passed"] is None
    reviewing = funnel(client, make_contest(REVIEW))
    assert reviewing["passed"] == 3
    assert reviewing["bands"]["top-2"] is None


def test_funnel_names_its_sources(client: WatchfulClient) -> None:
    contest = make_contest(REVIEW)
    told = {"metric": "submitted", "group": "all", "source": "berita", "note": "uji"}
    for value in (3, Decimal("72.5")):
        PublishedFigure.objects.create(year=year(contest), value=value, **told)
    cited = [told | {"value": 3}, told | {"value": 72.5}]
    assert funnel(client, contest)["sources"] == cited
    published = client.get("/api/v1/statistics/published")
    assert published.json() == [one | {"year": year(contest)} for one in cited]
    assert '"value": 3,' in published.content.decode()


def test_statistics_of_an_open_edition_have_no_counts(client: WatchfulClient) -> None:
    contest = make_contest()
    page = client.get(f"/statistik/?tahun={year(contest)}")
    assert page.context["total"].recorded is None
    assert "belum tersedia" in page.content.decode()


def test_statistics_choose_the_newest_announced_year(client: WatchfulClient) -> None:
    announced = make_contest(ANNOUNCED, year=2401)
    make_contest(REVIEW, year=2402)
    assert client.get("/statistik/").context["edition"] == announced.edition
    assert client.get("/statistik/?tahun=salah").status_code == 404


def test_statistics_without_an_edition_say_so(client: WatchfulClient) -> None:
    assert "Belum ada angka" in client.get("/statistik/").content.decode()
    assert client.get("/statistik/corong.csv").status_code == 404
    assert "Belum ada kompetisi" in client.get("/kompetisi/").content.decode()


DRAWN = re.compile(
    r'<section [^>]*aria-labelledby="(\w+)"(?:(?!</section>).)*?'
    r'<(?:table class="bars|figure class="tiles")(?:(?!</section>).)*',
    re.S,
)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/provinsi/",
        "/kompetisi/{year}/",
        "/kompetisi/{year}/transparansi/",
        "/statistik/?tahun={year}",
        "/statistik/keikutsertaan/",
        "/pemenang/",
        f"/kompetisi/{{year}}/{FIRST}/",
        "/kategori/pendidikan/",
    ],
)
def test_every_chart_has_its_table_its_file_and_how_it_was_counted(
    client: WatchfulClient, address: str
) -> None:
    contest = make_contest(ANNOUNCED)
    html = client.get(address.format(year=year(contest))).content.decode()
    charts = list(DRAWN.finditer(html))
    assert charts
    for chart in charts:
        assert "<table" in chart[0], chart[1]
        assert "Cara menghitung" in chart[0], chart[1]
        file = re.search(r'href="([^"]+)" download', chart[0])
        assert file, chart[1]
        assert client.get(unescape(file[1]))["Content-Type"].startswith("text/csv"), chart[1]


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("corong", "Terdaftar,3,tidak"),
        ("jenis-instansi", "Kementerian,1,3,3,3,2,1,tidak"),
        ("provinsi", "Instansi pusat,1,3,3,3,2,1,tidak"),
        ("kategori", "Pendidikan,1,3,3,3,2,1,tidak"),
    ],
)
def test_statistics_tables_as_csv(client: WatchfulClient, table: str, line: str) -> None:
    contest = make_contest(ANNOUNCED)
    text = client.get(f"/statistik/{table}.csv?tahun={year(contest)}").content.decode("utf-8-sig")
    assert line in text.splitlines()


def test_heads_of_tables_are_the_same_in_every_language(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    figures = "instansi,terdaftar,diajukan,lolos_administrasi,top_2,top_1,simulasi"
    for table, first in (
        ("jenis-instansi", "jenis_instansi"),
        ("provinsi", "provinsi"),
        ("kategori", "kategori"),
    ):
        for language in ("", "/en"):
            address = f"{language}/statistik/{table}.csv?tahun={year(contest)}"
            text = client.get(address).content.decode("utf-8-sig")
            assert text.splitlines()[0] == f"{first},{figures}", address
    text = client.get(f"/en/statistik/tpb.csv?tahun={year(contest)}").content.decode("utf-8-sig")
    assert text.splitlines() == ["tujuan_pembangunan_berkelanjutan,terdaftar,diajukan,simulasi"]


def test_files_call_a_veiled_figure_veiled_and_are_named_after_what_they_hold(
    client: WatchfulClient,
) -> None:
    contest = make_contest(REVIEW)
    # All that the one ministry sent failed: who is told of none.
    with past_triggers():
        StageEntry.objects.filter(stage=contest.stage(ADMINISTRATIVE)).update(
            outcome=Outcome.FAILED
        )
    number = year(contest)
    for address, name, line in (
        (
            f"/statistik/jenis-instansi.csv?tahun={number}",
            f"statistik-jenis-instansi-{number}",
            "Kementerian,1,3,3,disamarkan,tidak",
        ),
        (
            f"/statistik/provinsi.csv?tahun={number}",
            f"statistik-provinsi-{number}",
            "Instansi pusat,1,3,3,disamarkan,tidak",
        ),
        (
            f"/kompetisi/{number}/transparansi/jenis.csv",
            f"transparansi-jenis-{number}",
            "Kementerian,3,disamarkan,tidak",
        ),
        (
            f"/kompetisi/{number}/transparansi/provinsi.csv",
            f"transparansi-provinsi-{number}",
            "Instansi pusat,3,disamarkan,tidak",
        ),
        (f"/statistik/sumber.csv?tahun={number}", "statistik-sumber", "tahun,ukuran"),
    ):
        answer = client.get(address)
        assert answer["Content-Disposition"] == f'attachment; filename="{name}.csv"'
        assert line in answer.content.decode("utf-8-sig"), address


def test_statistics_csv_of_sources_and_unknown_tables(client: WatchfulClient) -> None:
    contest = make_contest(REVIEW)
    PublishedFigure.objects.create(
        year=2014, metric="registered", group="all", value=515, source="berita"
    )
    text = client.get("/statistik/sumber.csv").content.decode("utf-8-sig")
    assert "2014,registered,all,515,berita," in text
    assert client.get(f"/statistik/lain.csv?tahun={year(contest)}").status_code == 404


def test_winners_narrow_by_kind_and_province(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    address = f"/kompetisi/{year(contest)}/{FIRST}/"
    assert len(client.get(f"{address}?jenis=kementerian").context["results"]) == 2
    assert client.get(f"{address}?provinsi=31").context["results"] == []


def test_winners_name_the_sources_of_real_titles(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    real, invented = (entry.innovation for entry in contest.entries[:2])
    Innovation.objects.filter(pk=real.pk).update(source="https://example.org/berita")
    Innovation.objects.filter(pk=invented.pk).update(is_simulated=True)
    html = client.get(f"/kompetisi/{year(contest)}/{FIRST}/").content.decode()
    assert "https://example.org/berita" in html
    assert "1 dari 2 judul berasal dari sumber terbuka" in html
    assert "Data simulasi" in html


def test_filters_of_a_list_go_along_to_its_files_and_to_the_other_list(
    client: WatchfulClient, settings: Any
) -> None:
    contest = make_contest(ANNOUNCED)
    address = f"/kompetisi/{year(contest)}/{FIRST}/"
    kind = contest.team.agency.agency_type
    whole = client.get(address).context["results"]
    for query, count in ((f"?jenis={kind}", len(whole)), ("?jenis=kota", 0), ("", len(whole))):
        page = client.get(address + query)
        html = page.content.decode()
        assert len(page.context["results"]) == count, query
        assert {tab["href"].partition("?")[2] for tab in page.context["tabs"]} == {query[1:]}
        assert f'href="{address}daftar.csv{query}"' in html
        assert f'href="{address}daftar.xlsx{query}"' in html
        assert ("Seluruh daftar (PDF)" in html) == bool(query)
        text = client.get(f"{address}daftar.csv{query}").content.decode("utf-8-sig")
        rows = list(csv.DictReader(StringIO(text)))
        assert len(rows) == count, query
        assert all(row["alamat"].startswith(f"{settings.SITE_ADDRESS}/inovasi/") for row in rows)
        file = client.get(f"{address}daftar.xlsx{query}").content
        sheet = load_workbook(BytesIO(file)).active
        assert sheet is not None
        assert sheet.max_row == 1 + count, query


def test_winners_csv_lists_them(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    text = client.get(f"/kompetisi/{year(contest)}/{SECOND}/daftar.csv").content.decode()
    assert contest.entries[0].innovation.title in text
    assert contest.entries[1].innovation.title not in text


@pytest.mark.parametrize("page", ["list", "edition", "winners", "statistics"])
def test_queries_do_not_grow_with_rows(client: WatchfulClient, page: str) -> None:
    counts = []
    for entries in (1, 3):
        contest = make_contest(ANNOUNCED, entries=entries, seats=(1, 1))
        address = {
            "list": "/kompetisi/",
            "edition": f"/kompetisi/{year(contest)}/",
            "winners": f"/kompetisi/{year(contest)}/{FIRST}/",
            "statistics": f"/statistik/?tahun={year(contest)}",
        }[page]
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


def test_api_lists_editions_agencies_and_innovations(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    editions = client.get("/api/v1/editions").json()
    assert [row["year"] for row in editions["items"]] == [year(contest)]
    assert len(client.get(f"/api/v1/editions/{year(contest)}").json()["stages"]) == 5
    assert len(client.get("/api/v1/agencies?jenis=kementerian").json()["items"]) >= 2
    assert client.get("/api/v1/innovations").json() == {"items": [], "next": None}
    assert client.get("/api/v1/openapi.json").status_code == 200


def test_api_serves_published_dossiers_alone(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    draft, public = (entry.innovation for entry in contest.entries[:2])
    Innovation.objects.filter(pk=public.pk).update(
        state="published", published_at=public.created_at, published_by=contest.head
    )
    found = client.get("/api/v1/innovations?q=ringkasan&penghargaan=top-2").json()
    assert [row["slug"] for row in found["items"]] == [public.slug]
    assert found["items"][0]["awards"][0]["band"] == "top-2"
    assert found["items"][0]["simulated"] is False
    dossier = client.get(f"/api/v1/innovations/{public.slug}").json()
    assert dossier["sections"]["background"].startswith("Isi bagian background.")
    assert client.get(f"/api/v1/innovations/{draft.slug}").status_code == 404


def test_calendar_holds_each_stage_and_the_close_of_registration(client: WatchfulClient) -> None:
    contest = make_contest()
    answer = client.get(f"/kompetisi/{year(contest)}/jadwal.ics")
    lines = answer.content.decode().split("\r\n")
    assert lines.count("BEGIN:VEVENT") == 6
    assert "SUMMARY:KIPP Uji: Pendaftaran" in lines
    opens = contest.stage(REGISTRATION).opens_at
    assert f"DTSTART:{opens:%Y%m%dT%H%M%SZ}" in lines
    # The close, as an agency with an extension would not read it: everybody's.
    place = lines.index("SUMMARY:KIPP Uji: pendaftaran ditutup")
    closes = contest.stage(REGISTRATION).closes_at
    # An instant: an end that equals the start is none.
    assert lines[place - 1] == f"DTSTART:{closes:%Y%m%dT%H%M%SZ}"
    assert sum(line.startswith("DTEND:") for line in lines) == 5
    assert "DESCRIPTION:Data simulasi" not in lines
    Edition.objects.update(is_simulated=True)
    marked = client.get(f"/kompetisi/{year(contest)}/jadwal.ics").content.decode()
    assert marked.split("\r\n").count("DESCRIPTION:Data simulasi") == 6
