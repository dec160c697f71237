"""The shell around every page: languages, navigation, accounts, errors."""

import logging
from datetime import datetime, timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse
from pytest_django import Settings

from agencies.models import User
from sinovik.audit import clock
from sinovik.home.errors import server_error
from sinovik.home.outage import unsaved
from tests.factories import ANNOUNCED, FIRST, REGISTRATION, make_contest
from tests.pages import WatchfulClient, page_faults

PASSWORD = "sandi-panjang-untuk-uji"


@pytest.fixture
def rina(db: None) -> User:
    return User.objects.create_user("rina@sinovik.example", PASSWORD, name="Rina Wulandari")


def test_gallery_shows_every_component(db: None, client: WatchfulClient) -> None:
    page = client.get(reverse("home:components")).content.decode()
    for mark in ("hero", "cards", "facet", "tiles", "timeline", "criterion", "save-bar", "dots"):
        assert f'class="{mark}' in page


def test_shell_links_the_other_language_and_the_canonical_address(
    db: None, client: WatchfulClient
) -> None:
    page = client.get("/luring/?a=1").content.decode()
    assert '<html lang="id">' in page
    assert 'href="/en/luring/?a=1" lang="en" hreflang="en"' in page
    assert 'rel="canonical" href="http://localhost:8000/luring/"' in page
    english = client.get("/en/luring/").content.decode()
    assert '<html lang="en">' in english
    assert 'href="/luring/" lang="id" hreflang="id"' in english


def test_sign_in_never_says_which_part_was_wrong(rina: User, client: WatchfulClient) -> None:
    said = []
    for email in (rina.email, "siapa@sinovik.example"):
        answer = client.post(
            reverse("account_login"), {"login": email, "password": "salah-sekali"}
        ).content.decode()
        assert "Surel atau kata sandi tidak cocok." in answer
        assert "<title>Kesalahan: Masuk · SINOVIK</title>" in answer
        said.append(answer.count("govuk-form-group--error"))
    assert said == [0, 0]


def test_signed_in_shell_names_person_and_role_and_lets_them_leave(
    rina: User, client: WatchfulClient
) -> None:
    client.force_login(rina)
    page = client.get(reverse("home:components")).content.decode()
    assert "<b>Rina Wulandari</b>" in page
    assert rina.role_label in page
    assert "hx-headers" in page
    left = client.post(reverse("account_logout"), follow=True).content.decode()
    assert "Anda sudah keluar." in left


@pytest.mark.parametrize(
    "name", ["account_login", "account_reset_password", "account_reset_password_done"]
)
def test_account_pages_open_for_strangers(db: None, client: WatchfulClient, name: str) -> None:
    page = client.get(reverse(name)).content.decode()
    assert "placeholder" not in page


def test_new_password_page_says_the_rule(rina: User, client: WatchfulClient) -> None:
    client.force_login(rina)
    page = client.get(reverse("account_change_password")).content.decode()
    assert "Paling sedikit 12 karakter." in page
    assert page.count("Tampilkan kata sandi") == 3


def test_missing_page_offers_search(
    db: None, client: WatchfulClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    answer = client.get("/tidak-ada/")
    assert answer.status_code == 404
    assert 'role="search"' in answer.content.decode()


def test_crash_page_needs_no_database() -> None:
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    text = answer.content.decode()
    assert page_faults(text) == []
    assert "Terjadi gangguan pada sistem" in text
    assert '<a class="govuk-button" href="" data-again>' in text, "the same page, filters too"
    sent = server_error(RequestFactory().post("/"))
    assert "Coba lagi</a>" not in sent.content.decode(), "nothing is sent twice by a link"


def test_page_of_an_outage_tells_readers_and_writers_apart() -> None:
    read = unsaved(RequestFactory().get("/inovasi/?q=posyandu"))
    assert read.status_code == 503
    assert page_faults(read.content.decode()) == []
    assert "Halaman ini belum dapat dibuka" in read.content.decode()
    assert '<a class="govuk-button" href="" data-again>' in read.content.decode()
    written = unsaved(RequestFactory().post("/kerja/")).content.decode()
    assert page_faults(written) == []
    assert "perubahan terakhir belum pasti tersimpan" in written
    assert "Coba lagi</a>" not in written


@pytest.mark.django_db
def test_pages_that_ask_to_write_name_the_secretariat_s_address(
    client: WatchfulClient, settings: Settings
) -> None:
    contest = make_contest(ANNOUNCED)
    addresses = ["/bantuan/", "/aksesibilitas/", "/privasi/", contest.edition.get_absolute_url()]
    settings.CONTACT_EMAIL = "tanya@sinovik.example"
    for address in addresses:
        page = client.get(address).content.decode()
        assert '<a href="mailto:tanya@sinovik.example">tanya@sinovik.example</a>' in page, address


@pytest.mark.django_db
def test_who_found_a_weakness_learns_where_to_write(
    client: WatchfulClient, settings: Settings
) -> None:
    settings.CONTACT_EMAIL = "tanya@sinovik.example"
    fields = dict(
        line.split(": ", 1)
        for line in client.get("/.well-known/security.txt").content.decode().splitlines()
    )
    assert fields["Contact"] == "mailto:tanya@sinovik.example"
    left = datetime.fromisoformat(fields["Expires"]) - clock.now()
    assert timedelta(days=150) < left < timedelta(days=365)


@pytest.mark.django_db
def test_site_without_an_address_names_none(client: WatchfulClient, settings: Settings) -> None:
    settings.CONTACT_EMAIL = ""
    assert client.get("/.well-known/security.txt").status_code == 404
    assert "mailto:" not in client.get("/bantuan/").content.decode()


@pytest.mark.django_db
def test_lists_of_winners_and_badges_belong_to_winners_in_the_menu(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    edition = contest.edition.get_absolute_url()
    current = '<a class="top-link" href="/pemenang/" aria-current="true">'
    for address in (f"{edition}{FIRST}/", f"{edition}{FIRST}/lencana/"):
        assert current in client.get(address).content.decode(), address
    assert current not in client.get(edition).content.decode()


@pytest.mark.django_db
def test_open_edition_leads_who_is_signed_in_to_work(client: WatchfulClient) -> None:
    contest = make_contest(REGISTRATION)
    address = contest.edition.get_absolute_url()
    assert "Masuk untuk mengajukan" in client.get(address).content.decode()
    client.force_login(contest.team.admin)
    page = client.get(address).content.decode()
    assert "Ajukan dari beranda kerja" in page
    assert "Masuk untuk mengajukan" not in page
