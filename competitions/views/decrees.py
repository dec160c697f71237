"""The decree's file: attached by the head, read by the secretariat, public at its instant."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from competitions.actions.decrees import attach_decree
from competitions.forms.decrees import DecreeFileForm
from competitions.forms.objections import incoming
from competitions.models import Announcement, Edition
from competitions.permissions import check_can_schedule_announcement, check_can_see_ranking
from competitions.queries.decrees import decree_of, public_decree
from competitions.queries.figures import band_stages, stages_of
from competitions.views.contest_files import sent
from competitions.views.rankings import selection_stage
from competitions.views.refusals import status_of
from sinovik.files import FileRefused
from sinovik.web.access import Refusal, allowed, public


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_schedule_announcement)
def decree_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """What is attached, and the form that attaches it; 404 before a decree was entered."""
    stage = selection_stage(pk)
    announcement = get_object_or_404(Announcement, cut_off__stage=stage)
    is_sent = request.method == "POST"
    form = DecreeFileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    status = 200
    if is_sent:
        status = 422
        file = incoming(form.cleaned_data["file"]) if form.is_valid() else None
        try:
            if file:
                attach_decree(by=request.user, announcement=announcement, incoming=file)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
            status = 422 if isinstance(refusal, FileRefused) else status_of(refusal)
        else:
            if file:
                messages.success(request, _("Berkas keputusan dilampirkan."))
                return redirect("competitions:decree_attach", pk)
    context = {
        "stage": stage,
        "announcement": announcement,
        "decree": decree_of(stage),
        "form": form,
    }
    return render(request, "competitions/decree_attach.html", context, status=status)


@require_safe
@allowed(check_can_see_ranking)
def decree_preview(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The attached file, for those who may see the list before its announcement."""
    stage = selection_stage(pk)
    check_can_see_ranking(request.user, stage)
    decree = decree_of(stage)
    return sent(request, decree.file if decree else None)


@public
@never_cache
@require_safe
def decree_file(request: HttpRequest, year: int, band: str) -> HttpResponseBase:
    """The decree of an announced list; until the instant there is no such address."""
    edition = get_object_or_404(Edition.objects.published(), year=year)
    for stage in band_stages(stages_of(edition)):
        if stage.slug == band and (decree := public_decree(stage)):
            return sent(request, decree.file, f"keputusan-{band}-{year}.pdf")
    raise Http404
