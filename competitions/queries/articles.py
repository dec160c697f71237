"""Which written pages there are, for the public and for who writes them."""

from collections.abc import Sequence
from functools import cache, reduce
from operator import and_
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language

from agencies.models import User
from competitions.models import Article, ArticleDraft, Edition
from competitions.models.article import ArticleKind, ArticleQuerySet
from sinovik.audit import clock
from sinovik.web.markdown import first_paragraph, rendered
from sinovik.web.prepared import Prepared

MOST_WORDS = 8
TEXTS = ("title", "body", "title_en", "body_en")


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
    rows = Article.objects.published(clock.now()).filter(kind__in=kinds)
    wanted = words.split()[:MOST_WORDS]
    if wanted:
        rows = rows.filter(reduce(and_, map(_says, wanted)))
    return list(rows)


def written_articles() -> ArticleQuerySet:
    """Everything that was written, drafts too, what was saved last first."""
    rows = Article.objects.select_related("current__saved_by", "current__file", "edition")
    return rows.order_by("-current__saved_at", "-pk")


def draft_of(user: User, kind: ArticleKind, article: Article | None) -> ArticleDraft | None:
    """What the person typed into a page, or into a new one of that kind, and has not saved."""
    return ArticleDraft.objects.filter(writer=user, kind=kind, article=article).first()


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


def _says(word: str) -> Q:
    found = Q()
    for name in TEXTS:
        found |= Q(**{f"current__{name}__icontains": word})
    return found
