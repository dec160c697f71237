"""A judge gives an assignment back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from competitions.actions.abstentions import abstain
from competitions.forms.scoresheets import AbstainForm
from competitions.models import Assignment
from competitions.permissions import check_is_judge
from competitions.queries.conflicts import is_conflicted
from competitions.queries.redactions import title_read
from competitions.views.refusals import status_of
from sinovik.web.access import Refusal, allowed


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_is_judge)
def sheet_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why and once more, then let another judge read it."""
    rows = Assignment.objects.select_related("entry__edition", "stage", "version", "abstention")
    assignment = get_object_or_404(rows, pk=pk, evaluator=request.user)
    if hasattr(assignment, "abstention") or is_conflicted(request.user, [assignment.entry_id]):
        return redirect("competitions:scoresheet_edit", pk=pk)
    form = AbstainForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                abstain(by=request.user, assignment=assignment, reason=form.cleaned_data["reason"])
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = status_of(refusal)
            else:
                messages.success(request, _("Proposal dilepas dan diserahkan kepada penilai lain."))
                return redirect("competitions:assignment_list")
    context = {"assignment": assignment, "title": title_read(assignment), "form": form}
    return render(request, "competitions/sheet_release.html", context, status=status)
