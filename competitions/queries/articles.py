"""Which written pages there are, for the public and for who writes them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from competitions.models import Article, ArticleDraft, ArticleVersion, Edition
from competitions.models.article import ArticleKind, ArticleQuerySet
from innovations.versions import Hunk, word_difference
from sinovik.audit import clock
from sinovik.web.markdown import first_paragraph, plain_words, rendered
from sinovik.web.prepared import Prepared

MOST_WORDS = 8
TEXTS = {
    "title": _("Judul"),
    "body": _("Isi"),
    "title_en": _("Judul dalam bahasa Inggris"),
    "body_en": _("Isi dalam bahasa Inggris"),
}
"""The texts of a page and what they are called."""


class TextChange(NamedTuple):
    """What became of one text of a page, word by word."""

    label: Any
    language: str
    hunks: list[Hunk]


def public_articles(kind: ArticleKind) -> ArticleQuerySet:
    """Pages of a kind that everybody may read at this instant, with their text."""
    return Article.objects.published(clock.now()).of_kind(kind)


def latest_news(most: int) -> Sequence[Article]:
    """The newest news. One query."""
    return _newest(most).all(now=clock.now())


@cache
def _newest(most: int) -> Prepared[Article]:
    """`most` is one of the few numbers that pages and feeds show."""
    return Prepared(
        lambda now: Article.objects.published(now).of_kind(ArticleKind.NEWS).newest()[:most], "now"
    )


def documents_of(edition: Edition) -> Sequence[Article]:
    """Public documents of an edition. One query."""
    return list(public_articles(ArticleKind.DOCUMENT).filter(edition=edition))


def help_articles(words: str = "") -> Sequence[Article]:
    """Help pages and questions; with `words` those that say each of them. One query."""
    kinds = (ArticleKind.HELP, ArticleKind.QUESTION)
    rows = list(Article.objects.published(clock.now()).filter(kind__in=kinds))
    wanted = re.findall(r"\w+", _without_accents(words))[:MOST_WORDS]
    return [row for row in rows if _says(row, wanted)] if wanted else rows


def written_articles() -> ArticleQuerySet:
    """Everything that was written, drafts too, what was saved last first."""
    rows = Article.objects.select_related("current__saved_by", "current__file", "edition")
    return rows.order_by("-current__saved_at", "-pk")


def draft_of(user: User, kind: ArticleKind, article: Article | None) -> ArticleDraft | None:
    """What the person typed into a page, or into a new one of that kind, and has not saved."""
    return ArticleDraft.objects.filter(writer=user, kind=kind, article=article).first()


def texts_of(version: ArticleVersion) -> dict[str, str]:
    """The texts of a version by name."""
    return {name: getattr(version, name) for name in TEXTS}


def text_changes(
    old: Mapping[str, str] | None, new: Mapping[str, str], *, all_texts: bool = False
) -> list[TextChange]:
    """What became of the texts of a page; with `all_texts` those too that stayed.

    Without `old` every text is as it is. Empty texts that stayed empty are left out.
    """
    before = old or new
    return [
        TextChange(
            label, "en" if name.endswith("_en") else "id", word_difference(before[name], new[name])
        )
        for name, label in TEXTS.items()
        if before[name] != new[name] or (all_texts and new[name])
    ]


def told(article: Article) -> dict[str, Any]:
    """A page in the reader's language, for templates; marked where there is no translation."""
    said = article.text.said(get_language() or "id")
    return {
        "article": article,
        "title": said.title,
        "body": rendered(said.body),
        "summary": first_paragraph(said.body),
        "language": said.language,
        "is_translated": said.language == (get_language() or "id"),
    }


def _says(article: Article, wanted: Sequence[str]) -> bool:
    text = article.text
    read = (text.title, plain_words(text.body), text.title_en, plain_words(text.body_en))
    said = _without_accents(" ".join(read))
    return all(word in said for word in wanted)


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
