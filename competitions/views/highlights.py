"""Private highlights in the reading half of a sheet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from competitions.actions.highlights import highlight_text, remove_highlight
from competitions.forms.scoresheets import HighlightForm
from competitions.models import Assignment, TextHighlight
from competitions.permissions import check_is_judge
from sinovik.web.access import Refusal, allowed


@require_POST
@allowed(check_is_judge)
def highlight_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the passage that is selected in the judge's own reading."""
    assignment = get_object_or_404(Assignment, pk=pk, evaluator=request.user)
    form = HighlightForm(request.POST)
    if form.is_valid():
        try:
            highlight_text(by=request.user, assignment=assignment, **form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, _("Pilih teks proposal yang akan disorot."))
    return redirect("competitions:scoresheet_edit", pk=pk)


@require_POST
@allowed(check_is_judge)
def highlight_remove(request: HttpRequest, pk: int, highlight: int) -> HttpResponse:
    """Take an own highlight away."""
    rows = TextHighlight.objects.filter(assignment=pk, assignment__evaluator=request.user.pk)
    row = get_object_or_404(rows, pk=highlight)
    try:
        remove_highlight(by=request.user, highlight=row)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("competitions:scoresheet_edit", pk=pk)
