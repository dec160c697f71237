"""Files beside a blind reading, under a name that tells nobody whose they are."""

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from competitions.models import Assignment
from competitions.permissions import check_is_judge
from competitions.queries.attachments import releases_to
from competitions.queries.conflicts import conflicting_entries
from sinovik.files import FileKind, StorageFailed, attachment_response, open_kept
from sinovik.web.access import SignedInRequest, allowed


@require_safe
@allowed(check_is_judge)
def sheet_annex(request: SignedInRequest, pk: int, release: int) -> HttpResponseBase:
    """A file that was released to the judge of this assignment; missing for everybody else."""
    own = Assignment.objects.filter(
        evaluator=request.user, abstention=None, stage__is_blind=True
    ).exclude(entry__in=conflicting_entries(request.user))
    assignment = get_object_or_404(own.select_related("entry", "version"), pk=pk)
    found = [(name, one) for name, one in releases_to(assignment) if one.pk == release]
    if not found:
        raise Http404
    [(name, one)] = found
    file = one.attachment
    try:
        octets = open_kept(file.storage_name)
    except StorageFailed:
        return render(request, "innovations/attachment_unavailable.html", status=503)
    return attachment_response(octets, filename=name, kind=FileKind(file.kind), size=file.size)
