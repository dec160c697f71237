"""The agency's side of a correction: what changed, and submitting it again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from competitions.actions.corrections import resubmit_entry
from competitions.permissions.entries import check_can_submit_entry
from competitions.queries.differences import changed, differences
from competitions.queries.reading import read_proposal
from competitions.views.entries import visible_entry
from competitions.views.entry_moves import move, request_key_of
from innovations.models import InnovationVersion
from innovations.queries.freezing import freeze
from sinovik.audit.outcome import OutcomeUnknown
from sinovik.web.access import signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def entry_resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what changed, ask once, then submit the mended proposal and show its receipt."""
    entry = visible_entry(request, pk)
    check_can_submit_entry(request.user, entry)
    request_key = request_key_of(request)
    changes = []
    if entry.version:
        present = InnovationVersion(content=freeze(entry.innovation))
        readings = (
            read_proposal(entry, is_blind=False),
            read_proposal(entry, is_blind=False, version=present),
        )
        changes = changed(differences(*readings))
    try:
        return move(
            request,
            entry,
            "competitions/entry_resubmit.html",
            lambda: resubmit_entry(by=request.user, entry=entry, request_key=request_key),
            "",
            after="competitions:entry_receipt",
            extra=lambda: {"request_key": request_key, "differences": changes},
        )
    except OutcomeUnknown:
        context = {"entry": entry, "request_key": request_key}
        return render(request, "competitions/entry_unknown.html", context, status=503)
