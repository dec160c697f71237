"""What stood in the rows that matter before they were changed."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from competitions.filters import RowChangeFilter
from competitions.permissions.trust import check_can_see_row_history
from competitions.queries.row_history import lines
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
    }
    return render(request, "competitions/row_history.html", context)
