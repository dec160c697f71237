"""Keeping what is typed into a written page until it is saved."""

from collections.abc import Mapping

from django.db import transaction

from agencies.models import User
from competitions.models import Article, ArticleDraft
from competitions.models.article import ArticleKind
from competitions.permissions.articles import check_can_write_articles
from innovations.exceptions import StaleEdit
from sinovik.audit import clock


@transaction.atomic
def keep_draft(
    *, by: User, kind: ArticleKind, article: Article | None, over: int, fields: Mapping[str, object]
) -> ArticleDraft:
    """Keep `fields`, typed over version `over`, beside what the person typed before.

    Raises StaleEdit when the page has another version by now. No audit row: nobody else reads it.
    """
    check_can_write_articles(by)
    newest = 0
    if article is not None:
        newest = Article.objects.select_related("current").get(pk=article.pk).text.number
    if over != newest:
        raise StaleEdit
    rows = ArticleDraft.objects.select_for_update(of=("self",), no_key=True)
    draft, is_new = rows.get_or_create(
        writer=by,
        article=article,
        kind=kind,
        defaults={"over": over, "fields": dict(fields), "saved_at": clock.now()},
    )
    if not is_new:
        draft.over, draft.saved_at = over, clock.now()
        draft.fields = {**draft.fields, **fields}
        draft.save(update_fields=["over", "fields", "saved_at"])
    return draft


def drop_draft(*, by: User, kind: ArticleKind, article: Article | None) -> None:
    """Forget what the person typed: it was saved, or is not wanted."""
    ArticleDraft.objects.filter(writer=by, kind=kind, article=article).delete()
