"""What the page of an innovation gives to other sites, to paper and to whoever cites it."""

import json
import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from agencies.enums import AgencyType, Role
from innovations.actions.archiving import archive_innovation
from innovations.actions.dossiers import edit_innovation
from innovations.actions.life import Proof, attest_life
from innovations.models import Award, Innovation
from innovations.views.sharing import PAPERS
from sinovik.audit import clock
from tests.browser.visits_life import observer_addresses, outcome_addresses
from tests.factories import (
    Team,
    make_agency,
    make_innovations,
    make_person,
    make_published_innovation,
    make_regency,
    make_replication,
    make_team,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
SITE = settings.SITE_ADDRESS


def regency_team() -> Team:
    return make_team(make_agency(agency_type=AgencyType.REGENCY, region=make_regency()))


def blocks(html: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert len(found) == 1
    content = json.loads(found[0])
    assert content["@context"] == "https://schema.org"
    graph: list[dict[str, Any]] = content["@graph"]
    return graph


def awarded(innovation: Innovation) -> None:
    now = clock.now()
    Award.objects.bulk_create(
        [
            Award(
                innovation=innovation,
                year=2019,
                band="top-45",
                band_name="Top 45",
                seats=45,
                announced_at=now,
            )
        ]
    )


def test_structured_data_says_what_the_page_shows(client: WatchfulClient) -> None:
    innovation = make_published_innovation(regency_team())
    awarded(innovation)
    html = client.get(innovation.get_absolute_url()).content.decode()
    work, trail = blocks(html)
    assert work["@type"] == "CreativeWork"
    shown = [work["name"], work["identifier"], work["abstract"], work["creator"]["name"]]
    shown += [work["about"]["name"], work["spatialCoverage"]["name"], *work["award"]]
    body = html.split("</script>")[-2] + html.split("</head>")[1]
    for words in shown:
        assert words in body, words
    assert work["url"] == SITE + innovation.get_absolute_url()
    assert work["@id"] == f"{SITE}/INO-{innovation.pk:05d}/"
    assert date.fromisoformat(work["datePublished"]).year == clock.now().year
    assert work["creativeWorkStatus"] == "Terbit"
    assert "disambiguatingDescription" not in work
    crumbs = re.findall(r"<li><(?:a href=\"([^\"]*)\"|span[^>]*)>([^<]*)", html)
    names = [item["name"] for item in trail["itemListElement"]]
    assert names == ["Inovasi", "Pendidikan", innovation.code]
    assert [text for _href, text in crumbs if text in names] == names
    for item in trail["itemListElement"]:
        assert client.get(item["item"].removeprefix(SITE)).status_code == 200
    for address in (work["image"], work["creator"]["url"], work["@id"]):
        answer = client.get(address.removeprefix(SITE), follow=True)
        assert answer.status_code == 200


def test_permanent_address_leads_to_the_page_and_nowhere_else(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    for address in (f"/INO-{innovation.pk:05d}/", f"/INO-{innovation.pk}/"):
        assert client.get(address)["Location"] == innovation.get_absolute_url()
    answer = client.get(f"/en/INO-{innovation.pk:05d}/")
    assert (answer.status_code, answer["Location"]) == (301, f"/en/inovasi/{innovation.slug}/")
    (draft,) = make_innovations(make_team())
    for number in (draft.pk, 0, 10**30):
        assert client.get(f"/INO-{number}/").status_code == 404
    for file in ("gambar.png", "kutip.bib"):
        assert client.get(f"/inovasi/{draft.slug}/{file}").status_code == 404


def test_citation_is_copied_and_downloaded_alike(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    Innovation.objects.filter(pk=innovation.pk).update(title="100% {cepat} & <b>hemat_</b> \\o/")
    innovation.refresh_from_db()
    answer = client.get(f"/inovasi/{innovation.slug}/kutip.bib")
    assert answer["Content-Type"].startswith("application/x-bibtex")
    assert f'filename="{innovation.code.lower()}.bib"' in answer["Content-Disposition"]
    text = answer.content.decode()
    assert 'title = "{100\\% \\{cepat\\} \\& <b>hemat\\_</b> \\textbackslash{}o/}"' in text
    assert f"url = {{{SITE}/INO-{innovation.pk:05d}/}}" in text
    assert text.count("{") == text.count("}")
    page = client.get(innovation.get_absolute_url())
    assert page.context["citation"]["bibtex"] + "\n" == text
    assert page.context["citation"]["apa"].startswith(f"{innovation.agency.name}. (")
    html = page.content.decode()
    assert f"/inovasi/{innovation.slug}/kutip.bib" in html
    assert html.count("data-copy=") == 3


def test_share_image_is_drawn_once_a_version(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)

    def image() -> tuple[str, bytes]:
        html = client.get(innovation.get_absolute_url()).content.decode()
        (address,) = re.findall(r'<meta property="og:image" content="([^"]*)"', html)
        assert '<meta name="twitter:card" content="summary_large_image">' in html
        answer = client.get(address.removeprefix(SITE))
        assert answer["Content-Type"] == "image/png"
        assert answer["Cache-Control"] == "public, max-age=0, s-maxage=1, must-revalidate"
        return address, answer.content

    cache.clear()
    first = image()
    drawn = Image.open(BytesIO(first[1]))
    assert (drawn.format, drawn.size) == ("PNG", (1200, 630))
    assert len(first[1]) < 60_000
    assert image() == first
    Innovation.objects.filter(pk=innovation.pk).update(is_simulated=True)
    labelled = image()
    assert labelled[0] != first[0]
    assert labelled[1] != first[1]
    awarded(innovation)
    assert image()[0] != labelled[0]
    kept = f"share:{first[0].split('?v=')[1]}"
    assert cache.get(kept) == first[1]


def test_covers_have_the_colours_of_the_style_sheet() -> None:
    css = (settings.BASE_DIR / "static" / "css" / "components.css").read_text()
    found = re.findall(r"^\.cover-(\d+) \{ background-color: (#[0-9a-f]{6});", css, re.MULTILINE)
    assert {int(number): colour for number, colour in found} == dict(enumerate(PAPERS[1:], 1))


def test_paper_has_the_permanent_address_and_its_code(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    html = client.get(innovation.get_absolute_url()).content.decode()
    printed = html[html.index('class="print-only') :]
    assert f"{SITE}/INO-{innovation.pk:05d}/" in printed
    assert '<svg class="qr"' in printed


def test_withdrawn_is_gone_at_every_address(client: WatchfulClient) -> None:
    team = make_team()
    innovation, other = make_published_innovation(team), make_published_innovation(team)
    page = f"/inovasi/{innovation.slug}/"
    lists = ["/inovasi/umpan.xml", f"{team.agency.get_absolute_url()}umpan.xml"]
    lists += ["/sitemap-inovasi.xml", "/inovasi/", "/api/v1/innovations"]
    for address in lists:
        assert innovation.slug in client.get(address).content.decode(), address
    archive_innovation(by=team.admin, innovation=innovation, reason="Layanan digabung.")
    today = f"pada {clock.now().year}"[-4:]
    for address in (page, f"/en{page}", f"{page}gambar.png", f"{page}kutip.bib"):
        answer = client.get(address)
        assert answer.status_code == 410, address
        html = answer.content.decode()
        assert "Layanan digabung." in html
        assert today in html
        assert 'class="top"' in html
        assert "Isi bagian background." not in html
    assert "withdrawn" in client.get(f"/en{page}").content.decode()
    assert client.get(f"/INO-{innovation.pk:05d}/", follow=True).status_code == 410
    answer = client.get(f"/api/v1/innovations/{innovation.slug}")
    assert answer.status_code == 410
    assert answer.json()["title"] == "gone"
    assert "Layanan digabung." in answer.json()["detail"]
    for address in lists:
        html = client.get(address).content.decode()
        assert innovation.slug not in html, address
        assert other.slug in html


def test_simulated_says_so_wherever_it_goes(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    Innovation.objects.filter(pk=innovation.pk).update(is_simulated=True)
    page = client.get(innovation.get_absolute_url())
    work, _trail = blocks(page.content.decode())
    assert work["creativeWorkStatus"] == "Data simulasi"
    assert work["disambiguatingDescription"] in page.content.decode().split("</head>")[1]
    assert "[Data simulasi]" in page.context["citation"]["apa"]
    assert f'og:title" content="{innovation.title} (Data simulasi)"' in page.content.decode()
    assert "[Data simulasi]" in client.get(f"/inovasi/{innovation.slug}/kutip.bib").content.decode()
    assert client.get(f"/api/v1/innovations/{innovation.slug}").json()["simulated"] is True


def test_videos_open_elsewhere_and_nothing_is_embedded(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    edit_innovation(
        by=team.admin,
        innovation=innovation,
        edit_number=innovation.edit_number,
        changes={
            "links": [
                ("Film", "https://www.youtube.com/watch?v=x"),
                ("Berita", "https://example.org/youtube.com"),
            ],
            "team": [("Sari", "Ketua")],
        },
    )
    html = client.get(innovation.get_absolute_url()).content.decode()
    assert html.count("Putar di YouTube (membuka situs lain)") == 1
    assert "<iframe" not in html
    assert "Sari" in html


def test_whole_page_takes_at_most_fifteen_queries_signed_in(client: WatchfulClient) -> None:
    team = regency_team()
    innovation = make_published_innovation(team)
    outcome_addresses(team, innovation)
    observer = make_person(Role.OBSERVER)
    observer_addresses(observer, innovation)
    attest_life(
        by=team.admin, innovation=innovation, state="berjalan", proof=Proof(note="Masih buka.")
    )
    make_replication("verified", origin=innovation, origin_team=team)
    awarded(innovation)
    make_published_innovation(team)
    for person in (team.innovator, observer):
        client.force_login(person)
        with CaptureQueriesContext(connection) as queries:
            html = client.get(innovation.get_absolute_url()).content.decode()
        for words in ("Hasil terukur", "Temuan pengamat", "Keluarga replikasi", "Inovasi serupa"):
            assert words in html
        assert len(queries) <= 15, [query["sql"][:300] for query in queries]
