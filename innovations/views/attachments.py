"""Files of a dossier: its writers' page, and the one address from which files are had."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.permissions import check_is_agency_admin, check_is_agency_person
from innovations.actions.attachments import remove_attachment, show_attachment
from innovations.exceptions import DossierLocked
from innovations.forms.attachments import EVIDENCE, SECTION, AttachmentForm, Purposes, said_taken
from innovations.models import Attachment, Innovation
from innovations.permissions import (
    can_publish_innovation,
    check_can_edit_innovation,
    check_not_guarded,
)
from innovations.queries.attachments import attachments_of, shelf_of
from innovations.queries.dossiers import HEADINGS
from innovations.views.sharing import withdrawn
from sinovik.files import FileKind, StorageFailed, attachment_response, open_kept
from sinovik.web.access import Forbidden, Refusal, allowed, public
from sinovik.web.ways import own_path


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_person)
def attachment_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What lies on the dossier, what is on its way, and the form for more."""
    innovation = _own_innovation(request, pk)
    is_sent = request.method == "POST"
    form = AttachmentForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, purposes=_purposes()
    )
    if is_sent and form.is_valid():
        taken = form.attach(by=request.user, innovation=innovation)
        if taken:
            messages.success(request, said_taken(taken))
        if not form.errors:
            return redirect("innovations:attachment_list", pk)
    locked = why_locked(request, innovation)
    context = {
        "innovation": innovation,
        "form": form,
        "shelf": shelf_of(innovation, HEADINGS),
        "locked": locked,
        "is_open": not locked,
        "can_publish": can_publish_innovation(request.user, innovation),
        "here": request.path,
        "limit": settings.UPLOAD_LIMIT // 2**20,
    }
    if getattr(request, "htmx", False):
        return render(request, "innovations/_attachment_shelf.html", context)
    return render(request, "innovations/attachment_list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_person)
def attachment_remove(request: HttpRequest, pk: int, public_id: UUID) -> HttpResponse:
    """Ask once, then take a file off the dossier."""
    attachment = _own_attachment(request, pk, public_id)
    back = back_to(request, pk)
    refusal = ""
    if request.method == "POST":
        try:
            remove_attachment(by=request.user, attachment=attachment)
        except Refusal as caught:
            refusal = str(caught)
        else:
            messages.success(request, _("Berkas “%s” dihapus.") % attachment.name)
            return redirect(back)
    context = {
        "attachment": attachment,
        "innovation": attachment.innovation,
        "back": back,
        "refusal": refusal,
    }
    return render(request, "innovations/attachment_remove.html", context)


@require_POST
@allowed(check_is_agency_admin)
def attachment_show(request: HttpRequest, pk: int, public_id: UUID) -> HttpResponse:
    """Show a file to everybody, or hide it again."""
    attachment = _own_attachment(request, pk, public_id)
    is_public = request.POST.get("public") == "1"
    try:
        show_attachment(by=request.user, attachment=attachment, is_public=is_public)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(back_to(request, pk))


@public
@require_safe
def attachment_download(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    """The bytes of a file, for whoever may have them; it is missing for everybody else.

    What everybody had until its dossier was withdrawn is gone, with day and reason.
    """
    named = Attachment.objects.filter(innovation__slug=slug, public_id=public_id)
    attachment = named.visible_to(request.user).first()
    if attachment is None:
        return withdrawn(request, get_object_or_404(named.withdrawn()).innovation)
    try:
        file = open_kept(attachment.storage_name)
    except StorageFailed:
        return render(request, "innovations/attachment_unavailable.html", status=503)
    return attachment_response(
        file,
        filename=attachment.name,
        kind=FileKind(attachment.kind),
        size=attachment.size,
    )


def why_locked(request: HttpRequest, innovation: Innovation) -> str:
    """Why the person can't change the files now; empty where nothing is in the way."""
    try:
        check_can_edit_innovation(request.user, innovation)
        check_not_guarded(innovation)
    except (Forbidden, DossierLocked) as locked:
        return str(locked)
    return ""


def _own_innovation(request: HttpRequest, pk: int) -> Innovation:
    rows = Innovation.objects.editable_by(request.user).select_related("agency")
    return get_object_or_404(rows, pk=pk)


def _own_attachment(request: HttpRequest, pk: int, public_id: UUID) -> Attachment:
    return get_object_or_404(attachments_of(_own_innovation(request, pk)), public_id=public_id)


def back_to(request: HttpRequest, pk: int) -> str:
    """Where the person came from: the page of a proposal, or the dossier's own."""
    wanted = own_path(request.POST.get("back") or request.GET.get("kembali", ""))
    return wanted or reverse("innovations:attachment_list", args=[pk])


def _purposes() -> Purposes:
    """Evidence for the whole dossier or for one of its sections."""
    sections = [(f"{SECTION}:{key}", heading) for key, heading in HEADINGS.items()]
    return [(EVIDENCE, _("Bukti untuk seluruh inovasi")), (_("Bukti untuk bagian"), sections)]
