"""Writing a page: a session that ends and a colleague who saves meanwhile lose nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from agencies.enums import Role
from competitions.actions.articles import ArticleText, Place, create_article, save_article
from competitions.models import ArticleDraft
from competitions.models.article import ArticleKind
from tests.browser.conftest import SignIn, part
from tests.factories import make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, locale="id-ID", reduced_motion="reduce")
    context.set_default_timeout(15_000)
    yield context.new_page()
    part([context])


def test_ended_session_and_newer_version_lose_no_word(page: Page, sign_in: SignIn) -> None:
    rina, budi = (make_person(Role.SECRETARIAT_OFFICER) for _ in range(2))
    text = ArticleText("Judul", "Kata awal")
    row = create_article(by=rina, place=Place(ArticleKind.NEWS), text=text)
    sign_in(page, rina)
    page.goto(reverse("competitions:article_edit", args=[row.pk]))
    status, body = page.locator("[data-autosave-status]"), page.get_by_label("Isi", exact=True)
    body.fill("Kata Rina")
    expect(status).to_contain_text("Isian Anda tersimpan")
    Session.objects.all().delete()
    body.fill("Kata Rina yang kedua")
    expect(status).to_contain_text("Draf aman di perangkat ini")
    save_article(by=budi, article=row, version=1, text=ArticleText("Judul", "Kata Budi"))
    sign_in(page, rina)
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.get_by_role("button", name="Pakai versi saya").click()
    expect(status).to_contain_text("Isian Anda tersimpan")
    page.reload()
    expect(body).to_have_value("Kata Rina yang kedua")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_text("Halaman disimpan.")).to_be_visible()
    row.refresh_from_db()
    assert (row.text.number, row.text.body) == (3, "Kata Rina yang kedua")
    assert not ArticleDraft.objects.exists()
