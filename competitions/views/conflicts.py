"""Stepping back from an entry: judges from a sheet, the secretariat from a check."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from competitions.actions.assignments import declare_conflict
from competitions.forms.scoresheets import ConflictForm
from competitions.models import AdministrativeCheck, Assignment, Entry
from competitions.permissions import check_can_claim_check, check_is_judge
from competitions.queries.conflicts import conflicting_entries, is_conflicted
from competitions.queries.redactions import title_read
from competitions.views.refusals import status_of
from sinovik.web.access import Refusal, allowed


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_is_judge)
def conflict_declare(request: HttpRequest, pk: int) -> HttpResponse:
    """A judge steps back from an own assignment, with a reason, for good."""
    rows = Assignment.objects.select_related("entry__edition", "stage", "version")
    assignment = get_object_or_404(rows, pk=pk, evaluator=request.user)
    here = reverse("competitions:scoresheet_edit", args=[pk])
    if is_conflicted(request.user, [assignment.entry_id]):
        return redirect(here)
    done = reverse("competitions:assignment_list")
    title = title_read(assignment)
    return declare(request, assignment.entry, title=title, here=here, done=done)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_claim_check)
def check_conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody of the secretariat steps back from an entry before touching its check."""
    rows = AdministrativeCheck.objects.select_related(
        "stage_entry__entry__edition", "stage_entry__entry__version"
    ).exclude(stage_entry__entry__in=conflicting_entries(request.user))
    entry = get_object_or_404(rows, pk=pk).stage_entry.entry
    here = reverse("competitions:check_detail", args=[pk])
    done = reverse("competitions:check_queue", args=[entry.edition.year])
    return declare(request, entry, here=here, done=done)


def declare(
    request: HttpRequest, entry: Entry, *, here: str, done: str, title: str = ""
) -> HttpResponse:
    """The form by which somebody steps back from an entry; `done` is where it leads.

    `title` is the one to show to whom reads blind.
    """
    form = ConflictForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                declare_conflict(by=request.user, entry=entry, reason=form.cleaned_data["reason"])
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = status_of(refusal)
            else:
                messages.success(request, _("Benturan kepentingan tercatat."))
                return redirect(done)
    title = title or entry.version.content["title"]
    context = {"entry": entry, "title": title, "form": form, "href": here}
    return render(request, "competitions/conflict_declare.html", context, status=status)
