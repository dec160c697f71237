"""Findings while somebody types: the same rules over the unsaved text. Nothing is written."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from agencies.permissions import check_is_agency_person
from competitions.eligibility import Finding
from competitions.forms.typed import TypedIdentity, TypedSection
from competitions.models import FormSection
from competitions.permissions.entries import check_can_write_entry
from competitions.queries.typed import (
    typed_identity,
    typed_section,
    typed_title,
    written_entry,
)
from competitions.views.entries import own_agency, visible_entry
from innovations.models import Innovation
from sinovik.web.access import allowed, signed_in


@require_POST
@signed_in
def section_findings(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """What the rules say of a section as typed."""
    entry = visible_entry(request, pk)
    check_can_write_entry(request.user, entry)
    section = get_object_or_404(FormSection, edition_id=entry.edition_id, key=key)
    form = TypedSection(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    return _answer(request, typed_section(entry, section.key, text))


@require_POST
@allowed(check_is_agency_person)
def identity_findings(request: HttpRequest, pk: int) -> HttpResponse:
    """What the rules say of a dossier's identity as typed; of its proposal where it has one."""
    rows = Innovation.objects.editable_by(request.user).select_related("agency", "replicates")
    innovation = get_object_or_404(rows, pk=pk)
    typed = TypedIdentity(request.POST, by=request.user, innovation=innovation).typed()
    entry = written_entry(innovation)
    if entry is not None:
        return _answer(request, typed_identity(entry, request.user, typed))
    return _answer(
        request,
        typed_title(
            typed["title"],
            agency=innovation.agency,
            reader=request.user,
            replicates=typed["replicates"],
            innovation=innovation,
        ),
    )


@require_POST
@allowed(check_is_agency_person)
def title_findings(request: HttpRequest) -> HttpResponse:
    """Titles alike, before there is a proposal."""
    form = TypedIdentity(request.POST, by=request.user, prefix=_prefix(request))
    typed = form.typed()
    findings = typed_title(
        typed["title"],
        agency=own_agency(request),
        reader=request.user,
        replicates=typed["replicates"],
    )
    return _answer(request, findings)


def _prefix(request: HttpRequest) -> str | None:
    return "new" if "new-title" in request.POST else None


def _answer(request: HttpRequest, findings: Sequence[Finding]) -> HttpResponse:
    return render(request, "competitions/_typed_findings.html", {"findings": findings})
