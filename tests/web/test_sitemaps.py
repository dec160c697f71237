"""What search engines are told, and calendars that any program reads."""

from datetime import timedelta

import pytest

from competitions.models import Edition
from innovations.models import Innovation
from sinovik.audit import clock
from tests.factories import ANNOUNCED, make_contest, make_published_innovation
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def text(client: WatchfulClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_sitemap_holds_what_is_public_alone(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    public, draft = make_published_innovation(contest.team), contest.entries[0].innovation
    index = text(client, "/sitemap.xml")
    for section in ("halaman", "instansi", "inovasi"):
        assert f"/sitemap-{section}.xml</loc>" in index
    dossiers = text(client, "/sitemap-inovasi.xml")
    assert f"{public.get_absolute_url()}</loc>" in dossiers
    assert "<lastmod>" in dossiers
    assert Innovation.objects.published().count() == dossiers.count("<url>") == 1
    assert draft.slug not in dossiers
    assert f"{contest.team.agency.get_absolute_url()}</loc>" in text(
        client, "/sitemap-instansi.xml"
    )
    assert client.get("/sitemap-rahasia.xml").status_code == 404
    robots = text(client, "/robots.txt")
    assert "/sitemap.xml" in robots
    # "Disallow: /*?" would close the second page of a long list; the longer rule wins.
    assert "Allow: /sitemap-\n" in robots


def test_list_of_winners_is_in_the_sitemap_from_its_instant_on(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    band = contest.edition.stages.exclude(seats=None).order_by("position").last()
    assert band is not None
    address = f"/kompetisi/{contest.edition.year}/{band.slug}/</loc>"
    at = band.cut_off.announcement.announce_at
    with clock.at(at - timedelta(microseconds=1)):
        pages = text(client, "/sitemap-halaman.xml")
        assert f"/kompetisi/{contest.edition.year}/</loc>" in pages
        assert address not in pages
    with clock.at(at):
        pages = text(client, "/sitemap-halaman.xml")
    assert address in pages
    for place in (
        f"/kompetisi/{contest.edition.year}/transparansi/",
        "/statistik/antartahun/",
        "/statistik/keikutsertaan/",
        "/panduan/",
        "/data/kamus/",
        "/verifikasi/buku/",
    ):
        assert f"{place}</loc>" in pages


def test_long_lines_of_a_calendar_are_folded(client: WatchfulClient) -> None:
    contest = make_contest()
    name = "Kompetisi Inovasi Pelayanan Publik “é” " * 3
    Edition.objects.filter(pk=contest.edition.pk).update(name=name.strip())
    calendar = text(client, f"/kompetisi/{contest.edition.year}/jadwal.ics")
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    assert f"SUMMARY:{name.strip()}: Pendaftaran" in calendar.replace("\r\n ", "")
