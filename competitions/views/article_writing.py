"""The secretariat writes pages, sees them as they will be, publishes and restores them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions.actions.article_drafts import drop_draft
from competitions.actions.articles import (
    Place,
    create_article,
    publish_article,
    restore_version,
    save_article,
    withdraw_article,
)
from competitions.forms.articles import ArticleForm, ArticlePublishForm
from competitions.forms.objections import incoming
from competitions.models import Article
from competitions.models.article import LONGEST_BODY, ArticleKind
from competitions.permissions.articles import check_can_write_articles
from competitions.queries.articles import TEXTS, text_changes, texts_of, written_articles
from competitions.views.article_drafts import bound_version, continued, draft_saved
from competitions.views.contest_files import sent
from innovations.exceptions import StaleEdit
from sinovik.audit import clock
from sinovik.files import FileRefused
from sinovik.web.access import Refusal, allowed
from sinovik.web.kept import kept
from sinovik.web.markdown import rendered

PAGE_SIZE = 30
LONGEST_NUMBER = 9


@require_safe
@allowed(check_can_write_articles)
def article_list(request: HttpRequest) -> HttpResponse:
    """Everything written, what was saved last first."""
    page = Paginator(written_articles(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "kinds": ArticleKind.choices, "now": clock.now()}
    return render(request, "competitions/article_list.html", context)


@require_http_methods(["GET", "HEAD", "POST", "PUT"])
@allowed(check_can_write_articles)
def article_create(request: HttpRequest, kind: str) -> HttpResponse:
    """A new page of a kind: typed, seen, saved as a draft."""
    if kind not in ArticleKind.values:
        raise Http404
    chosen = ArticleKind(kind)
    if request.method == "PUT":
        return draft_saved(request, chosen, None)
    if "discard" in request.POST:
        return _discarded(request, chosen, None)
    initial, unsaved = continued(request, chosen, None)
    form = ArticleForm(*_sent(request), kind=chosen, is_new=True, initial=initial)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        values = form.cleaned_data
        place = Place(chosen, values.get("theme", ""), values.get("edition"))
        file = incoming(values["file"])
        try:
            row = create_article(by=request.user, place=place, text=form.text, incoming=file)
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("Draf disimpan. Terbitkan bila sudah siap."))
            return redirect("competitions:article_edit", row.pk)
    return _written(request, form, {"kind": chosen, **unsaved})


@require_http_methods(["GET", "HEAD", "POST", "PUT"])
@allowed(check_can_write_articles)
def article_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a page; what somebody else saved meanwhile stands beside what was typed."""
    article = get_object_or_404(written_articles(), pk=pk)
    kind, text = ArticleKind(article.kind), article.text
    if request.method == "PUT":
        return draft_saved(request, kind, article)
    if "discard" in request.POST:
        return _discarded(request, kind, article)
    initial, unsaved = continued(request, kind, article)
    form = ArticleForm(
        *_sent(request), kind=kind, is_new=False, has_file=bool(text.file), initial=initial
    )
    context: dict[str, Any] = {"kind": kind, "article": article, **unsaved}
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            _save(request, article, form)
        except StaleEdit as refusal:
            # A second press saves what was typed, over what the person has now seen.
            form.data = _over_newer(request, article)
            typed = {name: form[name].value() for name in TEXTS}
            context |= {"refusal": refusal, "changes": text_changes(texts_of(text), typed)}
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("Halaman disimpan."))
            return redirect("competitions:article_edit", pk)
    context |= {"publish_form": ArticlePublishForm(), "now": clock.now()}
    return _written(request, form, context)


@require_POST
@allowed(check_can_write_articles)
def article_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a page to everybody, now or later."""
    article = get_object_or_404(Article, pk=pk)
    form = ArticlePublishForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect("competitions:article_edit", pk)
    try:
        publish_article(by=request.user, article=article, publish_at=form.publish_at)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Waktu terbit disimpan."))
    return redirect("competitions:article_edit", pk)


@require_POST
@allowed(check_can_write_articles)
def article_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft of a page again."""
    withdraw_article(by=request.user, article=get_object_or_404(Article, pk=pk))
    messages.success(request, _("Halaman ditarik dan menjadi draf."))
    return redirect("competitions:article_edit", pk)


@require_safe
@allowed(check_can_write_articles)
def article_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions of a page, each with its texts and what changed; the first one plain."""
    article = get_object_or_404(written_articles(), pk=pk)
    rows = article.versions.select_related("saved_by", "file").order_by("-number")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    older = {row.number: row for row in rows.filter(number__in=[v.number - 1 for v in page])}
    items = [
        {
            "version": row,
            "changes": text_changes(before and texts_of(before), texts_of(row), all_texts=True),
            "other_file": before is not None and before.file_id != row.file_id,
        }
        for row in page
        for before in [older.get(row.number - 1)]
    ]
    context = {"article": article, "items": items, "page": page}
    return render(request, "competitions/article_versions.html", context)


@require_POST
@allowed(check_can_write_articles)
def article_restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take an earlier version up again, as a new one."""
    article = get_object_or_404(written_articles(), pk=pk)
    get_object_or_404(article.versions, number=number)
    seen = request.POST.get("version", "")
    try:
        version = int(seen) if seen.isdecimal() and len(seen) < LONGEST_NUMBER else 0
        restore_version(by=request.user, article=article, number=number, version=version)
    except StaleEdit as refusal:
        messages.error(request, str(refusal))
        return redirect("competitions:article_versions", pk)
    messages.success(request, _("Versi lama dipulihkan sebagai versi baru."))
    return redirect("competitions:article_edit", pk)


@require_safe
@allowed(check_can_write_articles)
def article_draft_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of a page that may not be public yet."""
    return sent(request, get_object_or_404(written_articles(), pk=pk).text.file)


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    if request.method == "POST":
        return request.POST, request.FILES
    return kept(request), None


def _discarded(request: HttpRequest, kind: ArticleKind, article: Article | None) -> HttpResponse:
    drop_draft(by=request.user, kind=kind, article=article)
    messages.success(request, _("Isian yang belum disimpan dibuang."))
    return redirect(request.path)


def _save(request: HttpRequest, article: Article, form: ArticleForm) -> None:
    values = form.cleaned_data
    save_article(
        by=request.user,
        article=article,
        version=values["version"] or 0,
        text=form.text,
        incoming=incoming(values["file"]),
        drop_file=values.get("drop_file", False),
    )


def _over_newer(request: HttpRequest, article: Article) -> QueryDict:
    """What was sent, over the version of now: texts the sender left alone are the newer ones."""
    sent = request.POST.copy()
    seen = sent.get("version", "")
    number = int(seen) if seen.isdecimal() and len(seen) < LONGEST_NUMBER else 0
    if base := article.versions.filter(number=number).first():
        untouched, now = texts_of(base), texts_of(article.text)
        for name, words in untouched.items():
            if sent.get(name, "").replace("\r\n", "\n").strip() == words:
                sent[name] = now[name]
    sent["version"] = str(article.text.number)
    return sent


def _written(request: HttpRequest, form: ArticleForm, context: dict[str, Any]) -> HttpResponse:
    preview = {}
    if "preview" in request.POST:
        typed = request.POST
        preview = {
            "title": typed.get("title", ""),
            "body": rendered(typed.get("body", "")[:LONGEST_BODY]),
            "title_en": typed.get("title_en", ""),
            "body_en": rendered(typed.get("body_en", "")[:LONGEST_BODY]),
        }
    is_refused = request.method == "POST" and not form.is_valid()
    is_stale = request.method == "POST" and "refusal" in context
    status = 409 if is_stale else 422 if is_refused and not preview else 200
    context |= {"form": form, "preview": preview, "version": bound_version(form)}
    return render(request, "competitions/article_edit.html", context, status=status)
