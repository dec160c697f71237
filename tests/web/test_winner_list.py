"""Winners of all years: what filters keep, what open sources add, nothing before the instant."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from agencies.enums import AgencyType
from innovations.models import Award, Innovation
from sinovik.audit import clock
from tests.factories import (
    ANNOUNCED,
    make_agency,
    make_contest,
    make_published_innovation,
    make_regency,
    make_team,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
BANDS = {"top-99": ("Top 99", 99), "top-45": ("Top 45", 45)}


def winner(*bands: str, code: str = "", year: int = 2019, hours: int = -1) -> Innovation:
    """A published dossier with these awards; of a regency if there is a code."""
    kind = AgencyType.REGENCY if code else AgencyType.MINISTRY
    region = make_regency(code) if code else None
    innovation = make_published_innovation(make_team(make_agency(agency_type=kind, region=region)))
    for band in bands:
        name, seats = BANDS[band]
        Award.objects.create(
            innovation=innovation,
            year=year,
            band=band,
            band_name=name,
            seats=seats,
            announced_at=clock.now() + timedelta(hours=hours),
        )
    return innovation


def listed(client: WatchfulClient, query: str = "") -> list[tuple[str, str]]:
    page = client.get(f"/pemenang/{query}").context["page_obj"]
    return [(award.innovation.title, award.band) for award in page]


def test_winners_are_narrowed_and_told_once_with_their_highest_award(
    client: WatchfulClient,
) -> None:
    best = winner("top-99", "top-45", code="32.01")
    second = winner("top-99")
    older = winner("top-99", code="33.01", year=2398)
    winner("top-45", hours=1)
    assert listed(client) == [
        (older.title, "top-99"),
        (best.title, "top-45"),
        (second.title, "top-99"),
    ]
    top, first = (best.title, "top-99"), (best.title, "top-45")
    for query, wanted in (
        ("?penghargaan=top-99&tahun=2019", {top, (second.title, "top-99")}),
        ("?provinsi=32", {first}),
        ("?jenis=kementerian", {(second.title, "top-99")}),
        ("?kategori=pendidikan&tahun=2398", {(older.title, "top-99")}),
        ("?tahun=99999999", set()),
        ("?tahun=%C2%B2", set()),
        ("?tahun=abc", set()),
        ("?provinsi=%00", {first, (second.title, "top-99"), (older.title, "top-99")}),
    ):
        assert set(listed(client, query)) == wanted
    assert (
        "<h1>Pemenang: tahun tidak dikenal</h1>"
        in client.get("/pemenang/?tahun=abc").content.decode()
    )
    tiles = client.get("/pemenang/?tahun=2019&provinsi=33").context["tile_map"].tiles
    assert {tile.code: tile.value for tile in tiles} == {}
    text = client.get("/pemenang/daftar.csv?provinsi=32").content.decode()
    assert best.title in text
    assert second.title not in text


def test_winners_of_years_without_a_list_come_from_open_sources(client: WatchfulClient) -> None:
    winner("top-99")
    html = client.get("/pemenang/?tahun=2018").content.decode()
    assert "Samsat Antar Pulau" in html
    assert "daftarnya tidak lengkap" in html
    assert "Rumah Kedelai Grobogan" not in client.get("/pemenang/").content.decode()
    assert "Samsat Antar Pulau" not in client.get("/pemenang/?tahun=2019").content.decode()
    assert client.get("/pemenang/?tahun=2018&provinsi=32").context["documented"] == []
    (row,) = client.get("/pemenang/?tahun=2022&jenis=kementerian").context["documented"]
    assert row[0] == "PeduliLindungi"
    sheet = load_workbook(BytesIO(client.get("/pemenang/daftar.xlsx?tahun=2022").content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:5] == [
        "2022",
        "Terpuji",
        "PeduliLindungi",
        "Kementerian Kesehatan",
        "Kementerian",
    ]


def rows_of(client: WatchfulClient, query: str = "") -> list[dict[str, str]]:
    text = client.get(f"/pemenang/daftar.csv{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_page_counts_what_its_file_holds_and_says_where_the_others_are_from(
    client: WatchfulClient, settings: Any
) -> None:
    own = winner("top-99")
    page = client.get("/pemenang/")
    told = len(page.context["documented"])
    rows = rows_of(client)
    assert told
    assert len(rows) == 1 + told
    text = " ".join(page.content.decode().split())
    assert f"{1 + told} pemenang: 1 dalam daftar resmi dan {told} dari tahun" in text
    assert "CSV juga memuat pemenang yang tercatat di sumber terbuka" in text
    addresses = [row["alamat"] for row in rows if row["alamat"]]
    assert addresses == [settings.SITE_ADDRESS + own.get_absolute_url()]
    of_year = client.get("/pemenang/?tahun=2019").content.decode()
    assert "1 pemenang." in of_year
    assert len(rows_of(client, "?tahun=2019")) == 1


def test_filter_by_region_says_that_documented_winners_have_none(client: WatchfulClient) -> None:
    winner("top-99", code="32.01")
    page = client.get("/pemenang/?tahun=2018&provinsi=33").content.decode()
    assert "Tidak ada pemenang yang cocok" not in page
    assert "0 pemenang" not in page
    assert "Provinsi dan kategorinya tidak tercatat" in page
    assert 'href="/pemenang/?tahun=2018"' in page
    beside = client.get("/pemenang/?provinsi=32").content.decode()
    assert "sehingga tidak ikut tersaring" in beside
    nobody = client.get("/pemenang/?tahun=2019&provinsi=33").content.decode()
    assert "Tidak ada pemenang yang cocok" in nobody


def test_winners_lead_to_the_lists_of_their_editions(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    first = contest.entries[0].innovation
    Innovation.objects.filter(pk=first.pk).update(is_simulated=True)
    page = client.get("/pemenang/")
    html = page.content.decode()
    assert f'href="/kompetisi/{contest.edition.year}/top-1/"' in html
    assert "must-revalidate" in page["Cache-Control"]
    assert "1 dari 2 judul berasal dari sumber terbuka" in html
    # Drafts that won have no page to lead to.
    assert f'href="/inovasi/{first.slug}/"' not in html


@pytest.mark.parametrize("page", ["", "daftar.csv"])
def test_queries_do_not_grow_with_rows(client: WatchfulClient, page: str) -> None:
    counts = []
    for number in (1, 3):
        for place in range(number):
            winner("top-99", "top-45", code=f"32.{number}{place}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/pemenang/{page}")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 11
