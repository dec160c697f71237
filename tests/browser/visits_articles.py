"""Written pages as people read them, and the desk where they are written."""

from collections.abc import Iterator

from django.urls import reverse

from competitions.actions.article_drafts import keep_draft
from competitions.actions.articles import (
    ArticleText,
    Place,
    create_article,
    publish_article,
    save_article,
)
from competitions.actions.shipped_articles import load_shipped_articles
from competitions.models.article import ArticleKind
from tests.browser.visits import Visit, visits_of
from tests.editions import REGISTRATION
from tests.factories import make_contest

BODY = """\
# Apa yang berubah

Lihat **tenggat** di [halaman edisi](/kompetisi/).

| Tahap | Dibuka | Ditutup |
| --- | --- | --- |
| Pendaftaran | 1 Maret | 30 April |

1. Tulis.
2. Kirim.

> Kutipan dari pedoman.
"""


def article_visits() -> Iterator[Visit]:
    """News, help, a document and the guide; the list, the editor and the history."""
    contest = make_contest(REGISTRATION, entries=0)
    contest.edition.is_published = True
    contest.edition.save(update_fields=["is_published"])
    load_shipped_articles(by=None)
    news = create_article(
        by=contest.officer,
        place=Place(ArticleKind.NEWS),
        text=ArticleText("Tenggat diperpanjang", BODY),
    )
    document = create_article(
        by=contest.officer,
        place=Place(ArticleKind.DOCUMENT, edition=contest.edition),
        text=ArticleText("Pedoman umum", BODY, "General guideline", "# What changed"),
    )
    draft = create_article(
        by=contest.officer, place=Place(ArticleKind.HELP), text=ArticleText("Rancangan", "Isi.")
    )
    keep_draft(
        by=contest.officer,
        kind=ArticleKind.HELP,
        article=draft,
        over=1,
        fields={"body": "Isi yang belum disimpan."},
    )
    for article in (news, document):
        publish_article(by=contest.officer, article=article)
    save_article(
        by=contest.officer, article=news, version=1, text=ArticleText("Tenggat", BODY + "\nBaru.")
    )
    yield from visits_of(
        None,
        "/",
        "/bantuan/",
        "/bantuan/?q=sandi",
        "/berita/",
        news.get_absolute_url(),
        f"/en{news.get_absolute_url()}",
        document.get_absolute_url(),
        contest.edition.get_absolute_url(),
        f"/panduan/?tahun={contest.edition.year}",
    )
    yield from visits_of(
        contest.officer,
        reverse("competitions:article_list"),
        reverse("competitions:article_create", args=[ArticleKind.QUESTION]),
        reverse("competitions:article_edit", args=[news.pk]),
        reverse("competitions:article_edit", args=[draft.pk]),
        reverse("competitions:article_versions", args=[news.pk]),
    )
