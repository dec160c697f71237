"""The language switch leads to an English page: nothing of the interface is left Indonesian."""

import html

import pytest

from competitions.actions.entries import _tell_admins
from competitions.models import Criterion, FormSection
from sinovik.notifications.models import Notification
from tests.catalogue import left_indonesian, said, texts_with_english
from tests.factories import ANNOUNCED, FIRST, make_contest, make_published_innovation
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def untranslated(page: str) -> set[str]:
    """Texts of the catalogue that stand on the page although English has another one."""
    return left_indonesian(page, texts_with_english())


@pytest.mark.parametrize(
    "address",
    [
        "/en/",
        "/en/inovasi/",
        "/en/inovasi/?q=puskesmas",
        "/en/instansi/",
        "/en/kompetisi/",
        "/en/kompetisi/{year}/",
        "/en/kompetisi/{year}/{band}/",
        "/en/statistik/?tahun={year}",
        "/en/akun/masuk/",
        "/en/bantuan/",
        "/en/tentang/",
        "/en/privasi/",
        "/en/aksesibilitas/",
    ],
)
def test_page_is_english(client: WatchfulClient, address: str) -> None:
    contest = make_contest(ANNOUNCED)
    answer = client.get(address.format(year=contest.edition.year, band=FIRST))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert '<html lang="en">' in page
    assert untranslated(page) == set()


def test_the_check_finds_what_is_left(client: WatchfulClient) -> None:
    assert "Semua instansi" not in said(client.get("/en/").content.decode())
    assert "Beranda" in untranslated(client.get("/").content.decode())


def test_reference_names_are_english(client: WatchfulClient) -> None:
    contest = make_contest()
    FormSection.objects.filter(edition=contest.edition).update(title="Latar belakang dan tujuan")
    Criterion.objects.filter(stage__edition=contest.edition).update(name="Signifikansi")
    page = client.get(f"/en/kompetisi/{contest.edition.year}/").content.decode()
    assert {"Background and goals", "Significance", "Administrative check", "Education"} <= said(
        page
    )


def test_dossier_says_that_its_text_is_indonesian(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    address = f"/inovasi/{innovation.slug}/"
    page = client.get(f"/en{address}").content.decode()
    assert "Available in Indonesian only." in page
    assert f'<h1 lang="id">{html.escape(innovation.title)}</h1>' in page
    assert untranslated(page) == set()
    assert "hanya tersedia dalam bahasa Indonesia" not in client.get(address).content.decode()


def test_language_switch_keeps_path_and_query(client: WatchfulClient) -> None:
    page = client.get("/inovasi/?q=puskesmas&tahun=2019").content.decode()
    english = "/en/inovasi/?q=puskesmas&amp;tahun=2019"
    assert f'href="{english}" lang="en" hreflang="en">English</a>' in page
    page = client.get(html.unescape(english)).content.decode()
    back = "/inovasi/?q=puskesmas&amp;tahun=2019"
    assert f'href="{back}" lang="id" hreflang="id">Indonesia</a>' in page


@pytest.mark.parametrize(
    "address", ["/inovasi/unduh.csv", "/kompetisi/{year}/{band}/daftar.csv", "/pemenang/daftar.csv"]
)
def test_files_name_categories_in_the_language_of_the_page(
    client: WatchfulClient, address: str
) -> None:
    contest = make_contest(ANNOUNCED)
    make_published_innovation(contest.team)
    path = address.format(year=contest.edition.year, band=FIRST)
    for prefix, category, other in (("", "Pendidikan", "Education"), ("/en", "Education", None)):
        answer = client.get(prefix + path)
        text = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]
        head, first, *_rest = text.splitlines()
        assert "kategori" in head
        assert category in first
        assert other is None or other not in first


def test_sources_are_marked_as_indonesian_and_terms_are_not(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    year = contest.edition.year
    rule = contest.edition.rules.exclude(source="").first()
    assert rule is not None
    marked = f'<span lang="id">{html.escape(rule.source)}'
    assert marked in client.get(f"/en/kompetisi/{year}/transparansi/").content.decode()
    page = client.get(f"/en/kompetisi/{year}/").content.decode()
    assert marked in page
    assert '<dl class="facts">' in page
    assert '<dl class="facts" lang="id">' not in page


def test_needs_are_as_many_as_offers(client: WatchfulClient) -> None:
    pills = client.get("/en/replikasi/").context["pills"]
    assert [one["text"] for one in pills] == ["Offers", "Needs"]


def test_one_proposal_is_not_told_as_many(client: WatchfulClient) -> None:
    contest = make_contest(entries=2)
    for sent, english, indonesian in (
        (contest.entries[:1], "1 proposal was sent: “", "1 proposal dikirim: “"),
        (contest.entries, "2 proposals were sent, among", "2 proposal dikirim, antara"),
    ):
        _tell_admins(sent, {contest.team.agency.pk: [contest.team.admin]})
        told = Notification.objects.filter(recipient=contest.team.admin).latest("pk")
        assert told.body_en.startswith(english)
        assert told.body.startswith(indonesian)
