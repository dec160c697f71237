"""The documents of a proposal: what its edition asks for, what lies there, the way in."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from competitions.models import DocumentRequirement, Entry
from competitions.permissions.entries import check_can_write_entry
from competitions.queries.documents import asked_of, evidence_of, requirements_of
from competitions.queries.tasks import WRITABLE
from competitions.views.entries import proposal, visible_entry
from innovations.forms.attachments import (
    DOCUMENT,
    EVIDENCE,
    SECTION,
    AttachmentForm,
    Purposes,
    said_taken,
)
from innovations.permissions import can_publish_innovation
from innovations.queries.attachments import shelf_of
from sinovik.web.access import signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def entry_documents(request: HttpRequest, pk: int) -> HttpResponse:
    """Each document with its files, other evidence, and the form that hands in more."""
    entry = visible_entry(request, pk)
    if entry.version_id and entry.state not in WRITABLE:
        return redirect(reverse("competitions:entry_check", args=[pk]) + "#dokumen")
    requirements = requirements_of(entry)
    purposes = _purposes(entry, requirements)
    form = AttachmentForm(purposes=purposes, initial={"purpose": request.GET.get("untuk")})
    if request.method == "POST":
        check_can_write_entry(request.user, entry)
        form = AttachmentForm(request.POST, request.FILES, purposes=purposes)
        if form.is_valid():
            taken = form.attach(by=request.user, innovation=entry.innovation)
            if taken:
                messages.success(request, said_taken(taken))
            if not form.errors:
                return redirect("competitions:entry_documents", pk)
    page = proposal(request, entry)
    sections = {section.key: _(section.title) for section in entry.edition.sections.all()}
    shelf = shelf_of(entry.innovation, sections)
    context = page | {
        "form": form,
        "shelf": shelf,
        "asked": asked_of(requirements, shelf.attachments),
        "evidence": evidence_of(requirements, shelf.attachments),
        "is_open": page["lock"] is None,
        "can_publish": can_publish_innovation(request.user, entry.innovation),
        "here": request.path,
        "limit": settings.UPLOAD_LIMIT // 2**20,
    }
    if getattr(request, "htmx", False):
        return render(request, "competitions/_documents.html", context)
    return render(request, "competitions/entry_documents.html", context)


def _purposes(entry: Entry, requirements: list[DocumentRequirement]) -> Purposes:
    """What a file may be for, the documents that the edition asks for first."""
    documents = [(f"{DOCUMENT}:{one.key}", _(one.name)) for one in requirements]
    sections = [
        (f"{SECTION}:{section.key}", _(section.title)) for section in entry.edition.sections.all()
    ]
    return [
        *([(_("Dokumen yang diminta"), documents)] if documents else []),
        (_("Bukti"), [(EVIDENCE, _("Bukti untuk seluruh proposal")), *sections]),
    ]
