"""What stood in the rows that matter before they were changed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from competitions.actions.owner_writes import confirm_owner_writes
from competitions.filters import RowChangeFilter
from competitions.forms.owner_writes import OwnerWritesForm
from competitions.permissions.trust import check_can_see_row_history
from competitions.queries.row_history import lines, unseen_writes
from sinovik.audit.models import RowChange
from sinovik.web.access import allowed

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
        "note": OwnerWritesForm(),
    }
    context["unseen"], context["owners"] = unseen_writes()
    return render(request, "competitions/row_history.html", context)


@require_POST
@allowed(check_can_see_row_history)
def owner_writes_confirm(request: HttpRequest) -> HttpResponse:
    """Keep that a head has seen the writes that were shown."""
    form = OwnerWritesForm(request.POST)
    if form.is_valid():
        confirm_owner_writes(
            by=request.user,
            writes=form.cleaned_data["writes"],
            note=form.cleaned_data["note"],
        )
        messages.success(request, _("Konfirmasi tercatat di buku kejadian."))
    else:
        messages.error(request, _("Tulis siapa yang menulis dan mengapa."))
    return redirect("competitions:row_history")
