"""What stood in the rows that matter before they were changed."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from competitions.actions.owner_writes import confirm_owner_writes, name_owner_writes
from competitions.filters import RowChangeFilter
from competitions.forms.owner_writes import OwnerWordsForm, OwnerWritesForm
from competitions.permissions.trust import check_can_confirm_word, check_can_see_row_history
from competitions.queries.owner_writes import Word, owner_writes
from competitions.queries.row_history import lines
from sinovik.audit.models import RowChange
from sinovik.web.access import Forbidden, allowed

PAGE = 30


@require_GET
@allowed(check_can_see_row_history)
def row_history(request: HttpRequest) -> HttpResponse:
    """Show the changes, the newest first, of one table or one row where asked."""
    chosen = RowChangeFilter(request.GET, queryset=RowChange.objects.all())
    page = Paginator(chosen.qs, PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "is_filtered": any(request.GET.get(name) for name in chosen.filters),
        "page_obj": page,
        "lines": lines(page),
    }
    return render(request, "competitions/row_history.html", context | _explaining(request))


def _explaining(request: HttpRequest, typed: OwnerWritesForm | None = None) -> dict[str, Any]:
    """What is to be explained; what was typed stands with its writes, where they still do."""
    unexplained, words = owner_writes()
    about = set(typed.cleaned_data.get("writes", ())) if typed else set()
    note, typed_at = OwnerWritesForm(), None
    forms = []
    for word in words:
        form = OwnerWritesForm()
        if typed and not typed_at and about & set(word.writes):
            form = typed_at = typed
        form.auto_id = f"id_{word.words[0]}_%s"
        forms.append((word, _refusal(request, word), form))
    if typed and not typed_at and unexplained.writes:
        note = typed_at = typed
    return {"unexplained": unexplained, "words": forms, "note": note, "typed": typed_at}


def _refusal(request: HttpRequest, word: Word) -> str:
    """Why the reader can't confirm the word; empty where nothing is in the way."""
    try:
        check_can_confirm_word(request.user, word.first)
    except Forbidden as forbidden:
        return str(forbidden)
    return ""


@require_POST
@allowed(check_can_see_row_history)
def owner_writes_name(request: HttpRequest) -> HttpResponse:
    """Keep who made the writes that were shown, and why, as one head says."""
    form = OwnerWritesForm(request.POST)
    if form.is_valid() and name_owner_writes(by=request.user, **form.cleaned_data):
        messages.success(request, _("Keterangan tercatat. Kepala lain yang mengonfirmasinya."))
        return redirect("competitions:row_history")
    context = {} if form.is_valid() else _explaining(request, form)
    if context.get("typed"):
        return render(request, "competitions/row_history.html", context, status=422)
    messages.error(request, _("Keterangan itu sudah diganti atau dikonfirmasi."))
    return redirect("competitions:row_history")


@require_POST
@allowed(check_can_see_row_history)
def owner_writes_confirm(request: HttpRequest) -> HttpResponse:
    """Keep that another head stands by the words that were shown."""
    form = OwnerWordsForm(request.POST)
    try:
        done = form.is_valid() and confirm_owner_writes(by=request.user, **form.cleaned_data)
    except Forbidden as forbidden:
        messages.error(request, str(forbidden))
    else:
        if done:
            messages.success(request, _("Konfirmasi tercatat di buku kejadian."))
        else:
            messages.error(request, _("Keterangan itu sudah diganti atau dikonfirmasi."))
    return redirect("competitions:row_history")
