"""News, help, documents and the guide as people meet them; the desk where they are written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from competitions.actions.articles import ArticleText, Place, create_article, publish_article
from competitions.actions.shipped_articles import load_shipped_articles
from competitions.models import Article
from competitions.models.article import ArticleKind
from tests.factories import REVIEW, make_contest, make_person
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
CANARY = "kanari-belum-terbit"


def test_drafts_reach_no_stranger_and_published_pages_everybody(client: WatchfulClient) -> None:
    contest = make_contest(REVIEW, entries=1)
    edition = contest.stage(REVIEW).edition
    text = ArticleText(f"Judul {CANARY}", f"# Bab\n\nIsi {CANARY}")
    places = (
        Place(ArticleKind.NEWS),
        Place(ArticleKind.HELP),
        Place(ArticleKind.QUESTION, "writing"),
        Place(ArticleKind.DOCUMENT, edition=edition),
    )
    rows = [create_article(by=contest.officer, place=place, text=text) for place in places]
    shared = [
        reverse("home:front"),
        reverse("home:help"),
        f"{reverse('home:help')}?q=kanari",
        reverse("competitions:news_list"),
        reverse("competitions:news_feed"),
        edition.get_absolute_url(),
        "/sitemap-tulisan.xml",
    ]
    own = [row.get_absolute_url() for row in rows if row.kind != ArticleKind.QUESTION]
    for address in shared:
        page = client.get(address)
        assert page.status_code == 200
        assert f"Judul {CANARY}".encode() not in page.content, address
        assert f"judul-{CANARY}".encode() not in page.content, address
    assert {client.get(address).status_code for address in own} == {404}
    assert client.get(reverse("competitions:article_file", args=[rows[0].pk])).status_code == 404
    for row in rows:
        publish_article(by=contest.officer, article=row)
    for address in [*shared, *own]:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        assert CANARY.encode() in page.content, address
        assert len(queries) <= 15, (address, len(queries))
    assert b"<author><name>SINOVIK</name></author>" in client.get("/berita/umpan.xml").content
    assert page.content.count(b"<h1") == 1
    assert b"<h2>Bab</h2>" in page.content
    assert client.get(reverse("competitions:article_file", args=[rows[0].pk])).status_code == 404
    english = client.get("/en" + own[0])
    assert b'lang="id"' in english.content
    guide = client.get(f"{reverse('competitions:guide')}?tahun={edition.year}")
    assert guide.status_code == 200
    assert b'id="novelty"' in guide.content
    for year in ("1999", "abc", "99999999999999999999"):
        assert client.get(f"{reverse('competitions:guide')}?tahun={year}").status_code == 404


def test_shipped_pages_are_found_in_both_languages(client: WatchfulClient) -> None:
    load_shipped_articles(by=None)
    assert "29 persen" in client.get(reverse("competitions:news_list")).content.decode()
    found = client.get(f"{reverse('home:help')}?q=sandi").content.decode()
    assert "lupa-kata-sandi" in found
    assert "jam-tenggat" not in found
    nothing = client.get(f"{reverse('home:help')}?q=zzzz").content.decode()
    assert "Tidak ada bantuan" in nothing
    assert client.get(reverse("competitions:guide")).status_code == 200
    # Last: the language of a request stays on for the addresses made after it.
    assert "forget my password" in client.get("/en/bantuan/").content.decode()


def test_officer_writes_previews_publishes_and_restores(client: WatchfulClient) -> None:
    client.force_login(make_person(Role.SECRETARIAT_OFFICER))
    desk = reverse("competitions:article_list")
    assert client.get(desk).status_code == 200
    new = reverse("competitions:article_create", args=["news"])
    typed = {"title": "Kabar", "body": "**Satu** <script>"}
    preview = client.post(new, typed | {"preview": "1"})
    assert "<strong>Satu</strong> &lt;script&gt;" in preview.content.decode()
    assert not Article.objects.exists()
    refused = client.post(new, typed | {"title_en": "News"})
    assert refused.status_code == 422
    assert "**Satu**" in refused.content.decode()
    client.post(new, typed)
    row = Article.objects.get()
    page = reverse("competitions:article_edit", args=[row.pk])
    client.post(page, {"title": "Kabar", "body": "Dua", "version": "1"})
    late = client.post(page, {"title": "Kabar", "body": "Tulisan saya", "version": "1"})
    assert late.status_code == 409
    assert "Tulisan saya</textarea>" in late.content.decode().replace("\n", "")
    assert 'name="version" value="2"' in late.content.decode()
    assert client.post(page, {"title": "x" * 161, "body": ""}).status_code == 422
    publish = reverse("competitions:article_publish", args=[row.pk])
    client.post(publish, {"at": "10:00"})
    client.post(publish, {"on": "2001-01-01"})
    row.refresh_from_db()
    assert row.published_at is None
    client.post(publish)
    assert client.get(row.get_absolute_url()).status_code == 200
    versions = reverse("competitions:article_versions", args=[row.pk])
    assert client.get(versions).status_code == 200
    restore = reverse("competitions:article_restore", args=[row.pk, 1])
    client.post(restore, {"version": "1"})
    row.refresh_from_db()
    assert row.text.number == 2
    client.post(restore, {"version": "2"})
    row.refresh_from_db()
    assert (row.text.number, row.text.body) == (3, "**Satu** <script>")
    assert client.get(page).status_code == client.get(desk).status_code == 200
    client.post(reverse("competitions:article_withdraw", args=[row.pk]))
    assert client.get(row.get_absolute_url()).status_code == 404
    client.force_login(make_person(Role.EVALUATOR))
    assert client.get(desk).status_code == client.get(page).status_code == 403
