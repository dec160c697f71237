"""What is typed into a written page saves itself as a draft of its writer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from competitions.actions.article_drafts import keep_draft
from competitions.forms.articles import ArticleForm
from competitions.models import Article
from competitions.models.article import ArticleKind
from competitions.queries.articles import (
    TEXTS,
    draft_of,
    text_changes,
    texts_of,
    written_articles,
)
from innovations.exceptions import StaleEdit
from sinovik.web.autosave import Conflict, Saved, Typed, autosaved, names

NEW = ("theme", "edition")
"""Asked once, with a new page."""


def draft_saved(request: HttpRequest, kind: ArticleKind, article: Article | None) -> HttpResponse:
    """Answer one PUT of the form. The page itself changes by its button alone."""

    def save(typed: Typed) -> Saved:
        fields = {name: value for name, value in typed.fields.items() if isinstance(value, str)}
        draft = keep_draft(
            by=request.user, kind=kind, article=article, over=typed.version, fields=fields
        )
        told = _("Isian Anda tersimpan, hanya untuk Anda. Tekan Simpan agar halaman berubah.")
        return Saved(draft.over, draft.saved_at, message=told)

    def conflict(typed: Typed) -> Conflict:
        if article is None:
            return Conflict(version=0, fields={})
        text = written_articles().get(pk=article.pk).text
        now = texts_of(text)
        draft = draft_of(request.user, kind, article)
        # Both what is on its way and what lies here was typed over the older version.
        mine = {*typed.fields, *(draft.fields if draft else ())}
        return Conflict(
            version=text.number,
            fields={name: now[name] for name in now if name in mine},
            fresh={name: now[name] for name in now if name not in mine},
        )

    return autosaved(
        request, is_field=names(*TEXTS, *(() if article else NEW)), save=save, conflict=conflict
    )


def continued(
    request: HttpRequest, kind: ArticleKind, article: Article | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of a form: what its boxes hold at first, and what its page says of an unsaved draft.

    Where somebody saved meanwhile the page shows what a save would change, as a refused one does.
    """
    text = article.text if article else None
    stored: dict[str, Any] = {**texts_of(text)} if text else {}
    number = text.number if text else 0
    draft = draft_of(request.user, kind, article)
    if draft is None or all(stored.get(name, "") == value for name, value in draft.fields.items()):
        return stored | {"version": number}, {}
    page: dict[str, Any] = {"draft": draft}
    if draft.over < number and request.method != "POST":
        page |= {"refusal": StaleEdit(), "changes": text_changes(stored, stored | draft.fields)}
    return stored | draft.fields | {"version": number}, page


def bound_version(form: ArticleForm) -> object:
    """The version that the form's page carries, as its script names it."""
    return form["version"].value() or 0
