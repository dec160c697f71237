"""A search in other forms: further facets, files, a feed, titles while somebody types."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from defusedxml import ElementTree
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from innovations.enums import Life, NoveltyKind
from innovations.models import Innovation, SustainableGoal
from innovations.queries import search
from innovations.queries.facets import count_facets
from innovations.queries.hits import look
from innovations.queries.terms import Terms
from innovations.views import downloads
from innovations.views.suggestions import MOST_A_MINUTE
from sinovik.audit import clock
from tests.factories import Team, make_innovations, make_published_innovation, make_team
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def three(team: Team) -> Iterator[list[Innovation]]:
    """Three published ones, "Antrean A" to "Antrean C"; a draft nobody may see."""
    cache.clear()
    make_innovations(team, titles=["Antrean Rahasia"])
    rows = [make_published_innovation(team) for _ in range(3)]
    for row, letter in zip(rows, "CAB", strict=True):
        Innovation.objects.filter(pk=row.pk).update(title=f"Antrean {letter}", slug=f"a-{row.pk}")
    yield rows
    cache.clear()


def streamed(client: WatchfulClient, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def options(client: WatchfulClient, query: str, name: str) -> dict[str, tuple[int, bool]]:
    facets = client.get(f"/inovasi/{query}").context["facets"]
    return {
        o.value: (o.count, o.checked) for f in facets if f["name"] == name for o in f["options"]
    }


def test_facets_of_life_and_novelty_count_and_narrow(
    client: WatchfulClient, three: list[Innovation]
) -> None:
    first, second, third = (Innovation.objects.filter(pk=row.pk) for row in three)
    first.update(attested_state="berhenti", attested_at=clock.now(), novelty_kind="original")
    second.update(attested_state="berkembang", attested_at=clock.now(), novelty_kind="adaptation")
    third.update(novelty_kind="")
    lives = options(client, "?keadaan=berhenti&keadaan=baru", "keadaan")
    assert list(lives) == Life.values
    assert lives["berhenti"] == (1, True)
    assert lives["berkembang"] == (1, False)
    assert lives["tanpa-kabar"] == (0, False)
    kinds = options(client, "?keadaan=berhenti", "kebaruan")
    assert kinds == {
        NoveltyKind.ORIGINAL: (1, False),
        "adaptation": (0, False),
        "modification": (0, False),
    }
    page = client.get("/inovasi/?kebaruan=original&keadaan=berhenti")
    assert [i.title for i in page.context["page_obj"]] == ["Antrean C"]
    assert [chip["text"] for chip in page.context["chips"]] == ["Berhenti", "Gagasan orisinal"]


def test_facet_of_years_shows_the_empty_ones_disabled(
    client: WatchfulClient, three: list[Innovation]
) -> None:
    long_ago = Innovation.objects.filter(pk=three[0].pk)
    long_ago.update(published_at=clock.now() - timedelta(days=800))
    years = options(client, "?q=zzzz&tahun=1999", "tahun")
    assert len(years) >= 3
    assert set(years.values()) == {(0, False)}
    assert list(years) == sorted(years, reverse=True)


def test_facet_counts_are_what_choosing_the_value_alone_finds(three: list[Innovation]) -> None:
    first, second, _third = (Innovation.objects.filter(pk=row.pk) for row in three)
    first.update(novelty_kind="original", published_at=clock.now() - timedelta(days=800))
    second.update(attested_state="berhenti", attested_at=clock.now())
    three[0].goals.add(SustainableGoal.objects.create(number=3, name="Sehat", color="#000000"))
    chosen = {"keadaan": ("berhenti", "tanpa-kabar"), "kebaruan": ("original", "adaptation")}
    terms = Terms("antrean", chosen)
    for name, listed in count_facets(look(terms)).options.items():
        for option in listed:
            alone = replace(terms, facets={**chosen, name: (option.value,)})
            assert look(alone).total == option.count, option


def test_order_by_title_and_the_silent_sink(
    client: WatchfulClient, three: list[Innovation]
) -> None:
    Innovation.objects.filter(title="Antrean B").update(
        attested_state="berhenti", attested_at=clock.now()
    )

    def shown(query: str) -> list[str]:
        return [i.title[-1] for i in client.get(f"/inovasi/{query}").context["page_obj"]]

    assert shown("?urut=judul") == ["A", "B", "C"]
    assert shown("?q=antrean")[-1] == "B"
    assert shown("")[-1] == "B"


def test_files_hold_every_hit_in_the_order_of_the_page(
    client: WatchfulClient, three: list[Innovation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "BATCH", 2)
    query = "?q=antrean&urut=judul"
    lines = streamed(client, f"/inovasi/unduh.csv{query}").decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    answer = json.loads(streamed(client, f"/inovasi/unduh.json{query}"))
    assert answer["jumlah"] == 3
    assert answer["pencarian"] == [["q", "antrean"], ["urut", "judul"]]
    wanted = ["Antrean A", "Antrean B", "Antrean C"]
    assert [row["judul"] for row in answer["inovasi"]] == wanted
    assert answer["inovasi"][0]["alamat"].startswith("http")
    sheet = load_workbook(io.BytesIO(client.get(f"/inovasi/unduh.xlsx{query}").content)).active
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == wanted


def test_files_of_an_empty_search_are_whole(client: WatchfulClient, three: object) -> None:
    assert json.loads(streamed(client, "/inovasi/unduh.json?q=zzzz"))["inovasi"] == []
    assert len(streamed(client, "/inovasi/unduh.csv?q=zzzz").splitlines()) == 1


def test_workbook_that_leaves_rows_out_says_so(
    client: WatchfulClient, three: list[Innovation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "XLSX_ROWS", 2)
    sheet = load_workbook(io.BytesIO(client.get("/inovasi/unduh.xlsx").content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == 3
    assert rows[-1][0].startswith("Hanya 2 dari 3 baris")


def test_feed_has_the_newest_hits_and_the_address_of_the_search(
    client: WatchfulClient, three: list[Innovation]
) -> None:
    root = ElementTree.fromstring(client.get("/inovasi/umpan.xml?q=antrean%26&kategori=").content)
    assert [e.findtext(f"{ATOM}title") for e in root.iter(f"{ATOM}entry")] == [
        "Antrean B", "Antrean A", "Antrean C",
    ]  # fmt: skip
    assert any("/inovasi/?q=antrean" in link.get("href", "") for link in root.iter(f"{ATOM}link"))
    assert not list(
        ElementTree.fromstring(client.get("/inovasi/umpan.xml?q=zzzz").content).iter(f"{ATOM}entry")
    )


def test_page_links_every_form(client: WatchfulClient, three: object) -> None:
    html = client.get("/inovasi/?q=antrean").content.decode()
    for name in ("unduh.csv", "unduh.xlsx", "unduh.json", "umpan.xml"):
        assert f'href="/inovasi/{name}?q=antrean"' in html


def offered(client: WatchfulClient, text: str) -> list[str]:
    return [row["judul"] for row in client.get("/inovasi/saran.json", {"q": text}).json()["judul"]]


def test_titles_are_offered_by_the_beginnings_of_their_words(
    client: WatchfulClient, three: list[Innovation]
) -> None:
    assert offered(client, "antr") == ["Antrean B", "Antrean A", "Antrean C"]
    assert offered(client, "ANTREAN b") == ["Antrean B"]
    assert offered(client, "an") == []
    assert offered(client, "rahas") == []
    assert offered(client, "antr' & | :* \\ \x00") == [
        "Antrean B", "Antrean A", "Antrean C",
    ]  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        client.get("/inovasi/saran.json?q=antr")
    assert len(queries) == 1


def test_titles_for_whoever_asks_too_often_are_refused_until_the_next_minute(
    client: WatchfulClient,
) -> None:
    cache.clear()
    with time_machine.travel("2026-11-28T10:00:05Z", tick=False) as travel:
        for _ in range(MOST_A_MINUTE):
            assert client.get("/inovasi/saran.json?q=a").status_code == 200
        refused = client.get("/inovasi/saran.json?q=a")
        assert (refused.status_code, refused["Retry-After"]) == (429, "60")
        travel.shift(60)
        assert client.get("/inovasi/saran.json?q=a").status_code == 200
    cache.clear()


@pytest.mark.parametrize("name", ["unduh.json", "unduh.xlsx", "umpan.xml", "saran.json"])
@pytest.mark.parametrize(
    "query", ["q=%00", "q=%ED%A0%80'%20%26!(", "q=" + "a" * 10_000, "urut=%00"]
)
def test_odd_input_is_answered_in_every_form(client: WatchfulClient, name: str, query: str) -> None:
    assert client.get(f"/inovasi/{name}?{query}").status_code == 200
