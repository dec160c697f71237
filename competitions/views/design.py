"""The edition designer: the list of parts, a page for each, cloning, making public."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from competitions.actions.design import clone_edition, publish_edition, save_part, waiting_change
from competitions.actions.edition_changes import propose_change
from competitions.blueprints import EditionBlueprint
from competitions.enums import StageState
from competitions.exceptions import EditionInconsistent
from competitions.forms.design import CloneForm, ReasonForm
from competitions.forms.design_parts import PartForms, part_forms
from competitions.models import Edition
from competitions.permissions.design import can_design, check_can_design, check_can_read_design
from competitions.queries.design import (
    Place,
    blueprint_of,
    faults_of,
    lock_of,
    locking_stage,
    mark_of,
    place_of,
    present_content,
    read_once,
    stage_rows,
)
from competitions.queries.design_preview import preview_href, scored_stages
from competitions.queries.design_tasks import design_tasks, title_of
from competitions.views.refusals import status_of, why_not
from sinovik.web.access import Refusal, allowed


@require_GET
@allowed(check_can_read_design)
def design_overview(request: HttpRequest, year: int) -> HttpResponse:
    """The parts of an edition, what contradicts itself, what waits for a second person."""
    edition = read_once(get_object_or_404(Edition, year=year))
    return render(request, "competitions/design_overview.html", overview(request, edition))


def overview(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """What the list of parts shows."""
    blueprint = blueprint_of(edition)
    faults = faults_of(blueprint)
    tasks = design_tasks(edition, blueprint, faults)
    return {
        "edition": edition,
        "parts": tasks.parts,
        "stages": tasks.stages,
        "faults": [
            {"text": told.sentence, "href": part_href(edition, told.place)} for told in faults
        ],
        "changes": edition.changes.for_list(),
        "rehearsals": edition.rehearsals.defer("report")[:5],
        "is_draft": not any(stage.state != StageState.PLANNED for stage in stage_rows(edition)),
        "design_refusal": why_not(check_can_design, request.user),
        "scored": scored_stages(stage_rows(edition)),
    }


def part_href(edition: Edition, place: Place) -> str:
    """The page of a part."""
    return reverse("competitions:design_part", args=[edition.year, place.address])


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_design)
def design_clone(request: HttpRequest) -> HttpResponse:
    """Make a draft of another year from an edition."""
    editions = Edition.objects.order_by("-year")
    latest = editions.first()
    initial = {"source": latest, "year": latest.year + 1} if latest else {}
    form = CloneForm(
        request.POST if request.method == "POST" else None, editions=editions, initial=initial
    )
    refusal, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            edition = clone_edition(by=request.user, **form.cleaned_data)
        except Refusal as declined:
            refusal, status = declined, status_of(declined)
        else:
            messages.success(request, _("Rancangan dibuat. Periksa tiap bagiannya."))
            return redirect("competitions:design_overview", edition.year)
    context = {"form": form, "refusal": refusal}
    return render(request, "competitions/design_clone.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_read_design)
def design_part(request: HttpRequest, year: int, address: str) -> HttpResponse:
    """One part: read it, change it, or propose a change where it is locked."""
    edition = read_once(get_object_or_404(Edition, year=year))
    blueprint = blueprint_of(edition)
    place = place_of(address, blueprint)
    if place is None:
        raise Http404
    typed = request.POST if request.method == "POST" else None
    rows = part_forms(edition, blueprint, place, typed)
    lock = lock_of(edition, place)
    reason = ReasonForm(typed if lock == StageState.OPEN else None, prefix="usul")
    is_sent = typed is not None
    outcome = _save(request, edition, place, rows, reason, lock) if is_sent else _Kept()
    if outcome.is_done:
        again = "again" in request.POST
        return redirect(part_href(edition, place) if again else _overview_href(edition))
    if outcome.refusal:
        # As it is by now: its stage may have opened meanwhile.
        edition = read_once(Edition.objects.get(pk=edition.pk))
    context = _part_context(request, edition, blueprint, place) | {
        "rows": rows,
        "reason": reason,
        "refusal": outcome.refusal,
        "errors": rows.errors() + _errors(reason),
    }
    return render(request, "competitions/design_part.html", context, status=outcome.status)


class _Kept:
    """Why the page comes back with what was typed; without a refusal it is a mere look."""

    def __init__(self, refusal: Refusal | None = None, *, is_done: bool = False) -> None:
        self.refusal, self.is_done = refusal, is_done
        self.status = status_of(refusal) if refusal else 200


def _save(
    request: HttpRequest,
    edition: Edition,
    place: Place,
    rows: PartForms,
    reason: ReasonForm,
    lock: str,
) -> _Kept:
    check_can_design(request.user)
    needs_reason = lock == StageState.OPEN
    if not rows.is_valid() or (needs_reason and not reason.is_valid()):
        return _Kept()
    try:
        if needs_reason:
            propose_change(
                by=request.user,
                edition=edition,
                place=place,
                content=rows.content(),
                reason=reason.cleaned_data["reason"],
            )
            messages.success(request, _("Usulan perubahan menunggu orang kedua."))
        else:
            seen = request.POST.get("seen", "")
            content = rows.content()
            save_part(by=request.user, edition=edition, place=place, content=content, seen=seen)
            messages.success(request, _("Bagian tersimpan."))
    except Refusal as refusal:
        return _Kept(refusal)
    return _Kept(is_done=True)


def _part_context(
    request: HttpRequest, edition: Edition, blueprint: EditionBlueprint, place: Place
) -> dict[str, Any]:
    lock = lock_of(edition, place)
    waiting = waiting_change(edition, place)
    return {
        "edition": edition,
        "title": title_of(place, blueprint),
        "place": place,
        "preview": preview_href(edition, place, stage_rows(edition)),
        "seen": mark_of(present_content(blueprint, place)),
        "is_locked": lock == StageState.OPEN,
        "is_final": lock == StageState.CLOSED,
        "locked_by": locking_stage(edition, place),
        "waiting": waiting,
        "can_change": lock != StageState.CLOSED and not waiting and can_design(request.user),
        "design_refusal": why_not(check_can_design, request.user),
        "faults": [t.sentence for t in faults_of(blueprint) if t.place == place],
    }


def _errors(form: forms.Form) -> list[dict[str, str]]:
    return [
        {"text": str(error), "href": f"#{form[name].id_for_label}"}
        for name, errors in form.errors.items()
        for error in errors
    ]


def _overview_href(edition: Edition) -> str:
    return reverse("competitions:design_overview", args=[edition.year])


@require_POST
@allowed(check_can_design)
def design_publish(request: HttpRequest, year: int) -> HttpResponse:
    """Make the edition's page public, or read every reason why not."""
    edition = get_object_or_404(Edition, year=year)
    try:
        publish_edition(by=request.user, edition=edition)
    except EditionInconsistent as refusal:
        context = overview(request, edition) | {"refusal": refusal}
        return render(request, "competitions/design_overview.html", context, status=409)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Halaman edisi terbuka untuk umum."))
    return redirect(_overview_href(edition))
