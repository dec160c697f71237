"""Pages and feeds of provinces and fields, and an agency's feed: what they count and leave out."""

from datetime import timedelta

import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.enums import AgencyType
from innovations.actions.archiving import archive_innovation
from innovations.models import Award, Innovation
from sinovik.audit import clock
from tests.factories import (
    Team,
    make_agency,
    make_innovations,
    make_published_innovation,
    make_regency,
    make_team,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def team_of(code: str) -> Team:
    """A regency's team."""
    return make_team(make_agency(agency_type=AgencyType.REGENCY, region=make_regency(code)))


def award(innovation: Innovation, *, hours: int, year: int = 2019) -> Award:
    """An award that is announced in so many hours."""
    return Award.objects.create(
        innovation=innovation,
        year=year,
        band="top-99",
        band_name="Top 99",
        seats=99,
        announced_at=clock.now() + timedelta(hours=hours),
    )


def entries(client: WatchfulClient, address: str) -> list[str]:
    answer = client.get(address)
    assert answer["Content-Type"].startswith("application/atom+xml")
    return [
        str(one.findtext(f"{ATOM}title")) for one in fromstring(answer.content).iter(f"{ATOM}entry")
    ]


def test_province_counts_its_own_published_dossiers(client: WatchfulClient) -> None:
    team = team_of("32.01")
    won, plain, gone = (make_published_innovation(team) for _ in range(3))
    make_innovations(team, titles=["Rahasia dapur"])
    elsewhere = make_published_innovation(team_of("33.01"))
    award(won, hours=-1)
    award(plain, hours=1)
    archive_innovation(by=team.admin, innovation=gone, reason="Layanan digabung.")
    make_agency(agency_type=AgencyType.REGENCY, region=make_regency("32.02"))
    page = client.get("/provinsi/32/")
    figures = page.context["figures"]
    assert (figures.innovations, figures.winners, figures.withdrawn) == (2, 1, 1)
    assert (page.context["active_count"], len(page.context["agencies"])) == (1, 2)
    assert [(row["label"], row["value"]) for row in page.context["lives"]["rows"]] == [
        ("Baru terbit", 2)
    ]
    html = page.content.decode()
    assert 'href="/inovasi/?provinsi=32&amp;keadaan=baru"' in html
    assert won.title in html
    for absent in ("Rahasia dapur", gone.title, elsewhere.title):
        assert f">{absent}<" not in html
    lines = {line.province.code: line for line in client.get("/provinsi/").context["lines"]}
    assert (lines["32"].innovations, lines["32"].winners) == (2, 1)
    assert (lines["32"].active, lines["32"].agencies) == (1, 2)
    assert client.get("/provinsi/99/").status_code == 404
    assert client.get("/provinsi/32.01/").status_code == 404


def test_field_counts_and_leads_into_the_search(client: WatchfulClient) -> None:
    innovation = make_published_innovation(team_of("32.01"))
    Innovation.objects.filter(pk=innovation.pk).update(is_simulated=True)
    award(innovation, hours=-1)
    page = client.get("/kategori/pendidikan/")
    html = page.content.decode()
    assert page.context["figures"].simulated_winners == 1
    assert page.context["agencies"] == [(innovation.agency, 1)]
    assert 'href="/inovasi/?kategori=pendidikan&amp;jenis=kabupaten"' in html
    assert "1 inovasi pemenang" in html
    assert "tag-simulated" in html
    (category,) = client.get("/kategori/").context["categories"]
    assert (category["dossiers"], category["winners"]) == (1, 1)
    assert client.get("/kategori/tidak-ada/").status_code == 404


@pytest.mark.parametrize("kind", ["agency", "province", "category"])
def test_feed_tells_published_dossiers_and_labels_simulated_ones(
    client: WatchfulClient, kind: str
) -> None:
    team = team_of("32.01")
    real, invented = (make_published_innovation(team) for _ in range(2))
    Innovation.objects.filter(pk=invented.pk).update(is_simulated=True)
    make_innovations(team, titles=["Rahasia dapur"])
    page = {
        "agency": team.agency.get_absolute_url(),
        "province": "/provinsi/32/",
        "category": "/kategori/pendidikan/",
    }[kind]
    assert f'href="{page}umpan.xml"' in client.get(page).content.decode()
    found = entries(client, f"{page}umpan.xml")
    assert sorted(found) == sorted([real.title, f"{invented.title} (Data simulasi)"])


def test_feed_without_entries_is_the_same_at_every_request(client: WatchfulClient) -> None:
    for address in ("/inovasi/umpan.xml?kategori=xx", "/berita/umpan.xml"):
        first = client.get(address)
        assert b"<updated>1970-01-01T00:00:00+00:00</updated>" in first.content, address
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304, address


@pytest.mark.parametrize(
    "page",
    [
        "/provinsi/",
        "/provinsi/32/",
        "/provinsi/32/umpan.xml",
        "/kategori/",
        "/kategori/pendidikan/",
        "/kategori/pendidikan/umpan.xml",
    ],
)
def test_queries_do_not_grow_with_rows(client: WatchfulClient, page: str) -> None:
    counts = []
    for number in (1, 3):
        for place in range(number):
            award(make_published_innovation(team_of(f"32.{number}{place}")), hours=-1)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
