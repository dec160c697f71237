"""Field visits: asked for by the secretariat, written by verifiers, read by the panel."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions.actions.field_visits import (
    add_photo,
    assign_visit,
    correct_visit,
    file_visit,
    remove_photo,
    save_visit,
)
from competitions.forms.field_visits import AssignVisitForm, VisitForm, VisitPhotoForm
from competitions.forms.objections import incoming
from competitions.models import Entry, FieldVisit, FieldVisitPhoto
from competitions.permissions.field_visits import (
    can_assign_visit,
    can_write_visit,
    check_can_assign_visit,
    check_can_read_visits,
)
from competitions.queries.board import hidden_from
from competitions.queries.field_visits import (
    MOST_PHOTOS,
    missing_in,
    readable_visits,
    verifiers_for,
)
from competitions.queries.stages import still_in
from competitions.views.contest_files import sent
from competitions.views.presentations import panel_stage
from competitions.views.refusals import status_of
from innovations.exceptions import StaleEdit
from sinovik.files import FileRefused
from sinovik.web.access import Refusal, allowed
from sinovik.web.kept import kept


@require_safe
@allowed(check_can_read_visits)
def visit_list(request: HttpRequest) -> HttpResponse:
    """Reports that the person was asked to write."""
    rows = readable_visits(request.user).filter(verifier=request.user.pk).order_by("-pk")
    return render(request, "competitions/visit_list.html", {"visits": rows})


@require_safe
@allowed(check_can_read_visits)
def visit_board(request: HttpRequest, pk: int) -> HttpResponse:
    """All reports of a panel's stage that the person may open."""
    stage = panel_stage(request, pk)
    context = {
        "stage": stage,
        "visits": readable_visits(request.user).filter(stage=stage).order_by("entry", "pk"),
        "is_masked": bool(hidden_from(request.user, stage)),
        "may_assign": can_assign_visit(request.user) and stage.is_open,
        "is_staff": request.user.is_secretariat,
    }
    return render(request, "competitions/visit_board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_assign_visit)
def visit_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the entry and who goes there."""
    stage = panel_stage(request, pk)
    hidden = hidden_from(request.user, stage)
    entries = Entry.objects.filter(pk__in=still_in(stage).exclude(entry__in=hidden).values("entry"))
    form = AssignVisitForm(
        request.POST if request.method == "POST" else None,
        entries=entries.select_related("innovation", "edition").order_by("pk"),
        people=verifiers_for(stage),
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                assign_visit(by=request.user, stage=stage, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = status_of(refusal)
            else:
                messages.success(request, _("Kunjungan ditugaskan. Petugasnya sudah diberi tahu."))
                return redirect("competitions:visit_board", pk)
    context = {"stage": stage, "form": form}
    return render(request, "competitions/visit_assign.html", context, status=status)


def _visit(request: HttpRequest, pk: int) -> FieldVisit:
    return get_object_or_404(readable_visits(request.user), pk=pk)


@require_safe
@allowed(check_can_read_visits)
def visit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as others read it; for its verifier also what comes next."""
    return _detail(request, _visit(request, pk))


def _detail(
    request: HttpRequest, visit: FieldVisit, refusal: str = "", status: int = 200
) -> HttpResponse:
    is_writer = can_write_visit(request.user, visit) and visit.stage.is_open
    context = {
        "visit": visit,
        "refusal": refusal,
        "is_own": visit.verifier_id == request.user.pk,
        "is_writer": is_writer,
        "missing": missing_in(visit) if is_writer and not visit.is_filed else [],
        "answers": visit.answers.all(),
        "photos": visit.photos.select_related("file"),
        "further": readable_visits(request.user).filter(follows=visit).first(),
    }
    return render(request, "competitions/visit_detail.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_read_visits)
def visit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the report; it may be saved as incomplete as it is."""
    visit = _visit(request, pk)
    is_sent = request.method == "POST"
    form = _visit_form(visit, request.POST if is_sent else kept(request))
    if not is_sent:
        if not can_write_visit(request.user, visit) or visit.is_filed:
            return redirect("competitions:visit_detail", pk)
        return _editing(request, visit, form)
    if not form.is_valid():
        return _editing(request, visit, form, 422)
    try:
        save_visit(
            by=request.user,
            visit=visit,
            edit_number=form.cleaned_data["version"],
            report=form.report(),
        )
    except StaleEdit:
        return _stale(request, visit)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _editing(request, visit, form, status_of(refusal))
    messages.success(request, _("Draf laporan tersimpan."))
    following = "visit_detail" if request.POST.get("then") == "check" else "visit_edit"
    return redirect(f"competitions:{following}", pk)


def _visit_form(visit: FieldVisit, typed: Any = None) -> VisitForm:
    stored = {name: getattr(visit, name) for name in ("visited_on", "place", "met", "finding")}
    initial = stored | {"version": visit.edit_number}
    return VisitForm(typed, initial=initial, answers=list(visit.answers.all()))


def _editing(
    request: HttpRequest, visit: FieldVisit, form: VisitForm, status: int = 200, **more: Any
) -> HttpResponse:
    photos = list(visit.photos.select_related("file"))
    context = {
        "visit": visit,
        "form": form,
        "photos": photos,
        "photo_form": more.get("photo_form") or VisitPhotoForm(),
        "has_room": len(photos) < MOST_PHOTOS,
        "most": MOST_PHOTOS,
    }
    return render(request, "competitions/visit_edit.html", context | more, status=status)


def _stale(request: HttpRequest, visit: FieldVisit) -> HttpResponse:
    """Saved elsewhere meanwhile: what was typed stays, and saving again keeps it."""
    typed = request.POST.copy()
    typed["version"] = str(visit.edit_number)
    form = _visit_form(visit, typed)
    form.add_error(
        None,
        _("Laporan ini disimpan dari jendela lain. Isian Anda di bawah; simpan untuk memakainya."),
    )
    return _editing(request, visit, form, 409)


@require_POST
@allowed(check_can_read_visits)
def visit_photo_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Lay a photo on the report."""
    visit = _visit(request, pk)
    photo_form = VisitPhotoForm(request.POST, request.FILES)
    status = 422
    if photo_form.is_valid():
        try:
            add_photo(
                by=request.user,
                visit=visit,
                incoming=incoming(photo_form.cleaned_data["photo"]),  # type: ignore[arg-type]
                caption=photo_form.cleaned_data["caption"],
            )
        except Refusal as refusal:
            place = "photo" if isinstance(refusal, FileRefused) else None
            photo_form.add_error(place, str(refusal))
            status = status_of(refusal)
        else:
            messages.success(request, _("Foto ditambahkan."))
            return redirect("competitions:visit_edit", pk)
    form = _visit_form(visit)
    return _editing(request, visit, form, status, photo_form=photo_form, summary=photo_form)


def _photo(request: HttpRequest, pk: int) -> FieldVisitPhoto:
    photos = FieldVisitPhoto.objects.select_related("visit", "file")
    return get_object_or_404(photos, pk=pk, visit__in=readable_visits(request.user))


@require_safe
@allowed(check_can_read_visits)
def visit_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The photo itself, for those who may read its report."""
    return sent(request, _photo(request, pk).file)


@require_POST
@allowed(check_can_read_visits)
def visit_photo_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a photo off a draft."""
    photo = _photo(request, pk)
    try:
        remove_photo(by=request.user, photo=photo)
    except Refusal as refusal:
        return _detail(request, _visit(request, photo.visit_id), str(refusal), status_of(refusal))
    messages.success(request, _("Foto dihapus dari laporan."))
    return redirect("competitions:visit_edit", photo.visit_id)


@require_POST
@allowed(check_can_read_visits)
def visit_file(request: HttpRequest, pk: int) -> HttpResponse:
    """File the report for good."""
    visit = _visit(request, pk)
    try:
        file_visit(by=request.user, visit=visit)
    except Refusal as refusal:
        return _detail(request, visit, str(refusal), status_of(refusal))
    messages.success(request, _("Laporan kunjungan diajukan."))
    return redirect("competitions:visit_detail", pk)


@require_POST
@allowed(check_can_read_visits)
def visit_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a further report over a filed one."""
    visit = _visit(request, pk)
    try:
        further = correct_visit(by=request.user, visit=visit)
    except Refusal as refusal:
        return _detail(request, visit, str(refusal), status_of(refusal))
    return redirect("competitions:visit_edit", further.pk)
