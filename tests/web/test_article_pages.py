"""News, help, documents and the guide as people meet them; the desk where they are written."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from competitions.actions.articles import (
    ArticleText,
    Place,
    create_article,
    publish_article,
    save_article,
)
from competitions.actions.shipped_articles import load_shipped_articles
from competitions.models import Article
from competitions.models.article import ArticleKind
from competitions.queries.articles import TEXTS, texts_of
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
    assert "Tidak ada tanya jawab atau halaman bantuan" in nothing
    assert client.get(reverse("competitions:guide")).status_code == 200
    # Last: the language of a request stays on for the addresses made after it.
    assert "forget my password" in client.get("/en/bantuan/").content.decode()


def test_help_is_searched_by_what_it_says(client: WatchfulClient) -> None:
    officer = make_person(Role.SECRETARIAT_OFFICER)
    text = ArticleText("Kafé, apa bedanya?", "**Dosir** dan [proposal](https://contoh.id/rahasia)")
    row = create_article(by=officer, place=Place(ArticleKind.QUESTION, "writing"), text=text)
    publish_article(by=officer, article=row)

    def is_found(words: str) -> bool:
        return "Kafé" in client.get(reverse("home:help"), {"q": words}).content.decode()

    for words in ("dosir?", "apa,bedanya", "kafe", "DOSIR proposal", "?"):
        assert is_found(words), words
    for words in ("rahasia", "dosir tenggat", "contoh"):
        assert not is_found(words), words
    assert row.get_absolute_url().endswith("#tanya-kafe-apa-bedanya")
    # Inside the box, so that browsers open it for whoever comes by that address.
    assert re.search(
        r"<details[^>]*><summary[^>]*>Kafé, apa bedanya\?</summary>"
        r'<div class="written" id="tanya-kafe-apa-bedanya"',
        client.get(reverse("home:help")).content.decode(),
    )


def test_who_saves_late_sees_every_text_that_differs_and_takes_none_back(
    client: WatchfulClient,
) -> None:
    rina, budi = (make_person(Role.SECRETARIAT_OFFICER) for _ in range(2))
    first = ArticleText("Judul", "Isi lama", "Title", "Old text")
    row = create_article(by=rina, place=Place(ArticleKind.NEWS), text=first)
    theirs = ArticleText("Judul baru", "Isi Budi", "New title", "Budi's text")
    save_article(by=budi, article=row, version=1, text=theirs)
    client.force_login(rina)
    page = reverse("competitions:article_edit", args=[row.pk])
    mine = {"title": "Judul", "body": "Isi Rina", "title_en": "Title", "body_en": "Rina's text"}
    late = client.post(page, mine | {"version": "1"})
    assert late.status_code == 409
    told = re.sub(r"\s+(?=</)", "", late.content.decode())
    assert [change.label for change in late.context["changes"]] == ["Isi", TEXTS["body_en"]]
    for words in ("<del>Budi</del>", "<ins>Rina</ins>", "<del>Budi&#x27;s</del>"):
        assert words in told
    # Texts that Rina left alone are those of Budi in her boxes: a second press keeps them.
    form = late.context["form"]
    again = {name: form[name].value() for name in [*mine, "version"]}
    assert client.post(page, again).status_code == 302
    row.refresh_from_db()
    assert texts_of(row.text) == {
        "title": "Judul baru",
        "body": "Isi Rina",
        "title_en": "New title",
        "body_en": "Rina's text",
    }
    versions = client.get(reverse("competitions:article_versions", args=[row.pk]))
    history = re.sub(r"\s+(?=</)", "", versions.content.decode())
    for words in ("<ins>baru</ins>", "<ins>New title</ins>", "<del>Old</del>", "Isi lama"):
        assert words in history, words


def test_preview_shows_english_that_has_no_title_yet(client: WatchfulClient) -> None:
    client.force_login(make_person(Role.SECRETARIAT_OFFICER))
    typed = {"title": "Kabar", "body": "Isi", "body_en": "**English** text", "preview": "1"}
    answer = client.post(reverse("competitions:article_create", args=["news"]), typed)
    assert "<strong>English</strong> text" in answer.content.decode()


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
