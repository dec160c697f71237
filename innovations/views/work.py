"""Pages where an agency works on its dossiers."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.paginator import Paginator
from django.forms import BoundField, ChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agencies.enums import Role
from agencies.models import Agency
from agencies.permissions import check_is_agency_person
from innovations.actions.archiving import archive_innovation
from innovations.actions.dossiers import (
    create_innovation,
    publish_innovations,
    save_identity,
)
from innovations.enums import InnovationState
from innovations.exceptions import DossierLocked, OriginRefused, StaleEdit
from innovations.forms.dossiers import (
    ArchiveForm,
    IdentityForm,
    LinkFormSet,
    NewInnovationForm,
    TeamFormSet,
    changes_from,
    identity_of,
    link_rows,
    team_rows,
)
from innovations.models import Innovation
from innovations.permissions import (
    can_publish_innovation,
    check_can_edit_innovation,
    check_can_publish_innovation,
    check_not_guarded,
)
from innovations.queries.attachments import attachments_of
from innovations.queries.edits import IDENTITY_FIELDS, newer_edit
from innovations.queries.presence import writing_now
from innovations.views.identity import autosave_identity
from sinovik.web.access import Refusal, allowed
from sinovik.web.kept import kept
from sinovik.web.ways import own_path

PAGE_SIZE = 20
STATE_TONES: dict[str, str] = {
    InnovationState.DRAFT: "grey",
    InnovationState.PUBLISHED: "green",
    InnovationState.ARCHIVED: "yellow",
}


@require_GET
@allowed(check_is_agency_person)
def innovation_work_list(request: HttpRequest) -> HttpResponse:
    """The dossiers that the person may work on, newest first."""
    rows = Innovation.objects.editable_by(request.user).for_list().select_related("unit")
    page = Paginator(rows.order_by("-updated_at", "-pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page_obj": page,
        "is_admin": request.user.has_role(Role.AGENCY_ADMIN),
        "rows": [{"innovation": row, "tone": STATE_TONES[row.state]} for row in page],
    }
    return render(request, "innovations/innovation_work_list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_person)
def innovation_create(request: HttpRequest) -> HttpResponse:
    """Open a dossier with a title; the rest follows on the next page."""
    agency = _own_agency(request)
    form = NewInnovationForm(
        request.POST if request.method == "POST" else None, agency=agency, by=request.user
    )
    if request.method == "POST" and form.is_valid():
        innovation = create_innovation(by=request.user, agency=agency, draft=form.draft())
        messages.success(request, _("Dosir %s dibuat.") % innovation.code)
        return redirect("innovations:innovation_edit", innovation.pk)
    context = {"form": form, "agency": agency}
    return render(request, "innovations/innovation_create.html", context)


@require_GET
@allowed(check_is_agency_person)
def innovation_work(request: HttpRequest, pk: int) -> HttpResponse:
    """One dossier as its agency sees it: state, what can be done with it."""
    innovation = own_innovation(request, pk)
    context = {
        "innovation": innovation,
        "can_publish": can_publish_innovation(request.user, innovation),
        "is_draft": innovation.state == InnovationState.DRAFT,
        "is_published": innovation.state == InnovationState.PUBLISHED,
        "is_archived": innovation.state == InnovationState.ARCHIVED,
        "goals": innovation.goals.all(),
        "team": innovation.team.all(),
        "links": innovation.links.all(),
        "attachments": attachments_of(innovation),
    }
    return render(request, "innovations/innovation_work.html", context)


@require_http_methods(["GET", "POST", "PUT"])
@allowed(check_is_agency_person)
def innovation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit what the innovation is; a save that comes too late shows both versions."""
    innovation = own_innovation(request, pk)
    check_can_edit_innovation(request.user, innovation)
    if request.method == "PUT":
        return autosave_identity(request, innovation)
    context: dict[str, Any] = {"innovation": innovation, **_ways(request, innovation)}
    try:
        check_not_guarded(innovation)
    except DossierLocked as locked:
        context["locked"] = str(locked)
    form, team, links = _identity_forms(request, innovation)
    status = 200
    if request.method == "POST" and all([form.is_valid(), team.is_valid(), links.is_valid()]):
        try:
            _save_identity(request, innovation, form, team, links)
        except StaleEdit:
            innovation.refresh_from_db()
            context |= _both_versions(request, innovation, form)
            status = 409
        except OriginRefused as refusal:
            form.add_error("replicates", str(refusal))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Identitas inovasi disimpan."))
            if "more" in request.POST:
                return redirect(f"{request.get_full_path()}#tim")
            return redirect(context["back" if "exit" in request.POST else "onward"])
    context |= {"form": form, "team": team, "links": links, "errors": _errors(form, team, links)}
    context |= _writing(request, innovation)
    return render(request, "innovations/innovation_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_person)
def innovation_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then open the dossier to the public."""
    innovation = own_innovation(request, pk)
    check_can_publish_innovation(request.user, innovation)
    refusal = ""
    if request.method == "POST":
        try:
            publish_innovations(by=request.user, innovations=[innovation])
        except Refusal as caught:
            refusal = str(caught)
        else:
            messages.success(request, _("Inovasi terbit dan dapat dibaca umum."))
            return redirect("innovations:innovation_work", innovation.pk)
    context = {"innovation": innovation, "refusal": refusal}
    return render(request, "innovations/innovation_publish.html", context)


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_person)
def innovation_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then withdraw the dossier from the register."""
    innovation = own_innovation(request, pk)
    check_can_publish_innovation(request.user, innovation)
    form = ArchiveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            archive_innovation(by=request.user, innovation=innovation, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Inovasi diarsipkan."))
            return redirect("innovations:innovation_work", innovation.pk)
    context = {"innovation": innovation, "form": form}
    return render(request, "innovations/innovation_archive.html", context)


def _own_agency(request: HttpRequest) -> Agency:
    """The agency that the person writes for; the first where there are more."""
    return request.user.agencies_as(Role.INNOVATOR, Role.AGENCY_ADMIN)[0]  # type: ignore[no-any-return]


def own_innovation(request: HttpRequest, pk: int) -> Innovation:
    """A dossier that the person may work on; 404 for everybody else's."""
    rows = Innovation.objects.editable_by(request.user).select_related(
        "agency__region__province",
        "unit",
        "category",
        "location",
        "updated_by",
        "replicates",
    )
    return get_object_or_404(rows, pk=pk)


def _ways(request: HttpRequest, innovation: Innovation) -> dict[str, str]:
    """Where the person came from, a proposal's task list or the dossier's page, and goes next."""
    own_page = reverse("innovations:innovation_work", args=[innovation.pk])
    back = own_path(request.GET.get("kembali", "")) or own_page
    return {"back": back, "onward": own_path(request.GET.get("lanjut", "")) or back}


def _identity_forms(request: HttpRequest, innovation: Innovation) -> tuple[Any, Any, Any]:
    typed = request.POST if request.method == "POST" else kept(request)
    initial = identity_of(innovation)
    # The way from a finding: its origin is filled in, and saved only by the button.
    if named := request.GET.get("mereplikasi"):
        initial["replicates"] = named
    form = IdentityForm(typed, initial=initial, innovation=innovation, by=request.user)
    if typed is not None:
        # Against what is stored now, a new row that was saved while typing would seem unchanged,
        # hence empty, and be dropped.
        return form, TeamFormSet(typed, prefix="team"), LinkFormSet(typed, prefix="links")
    team = TeamFormSet(initial=team_rows(innovation), prefix="team")
    links = LinkFormSet(initial=link_rows(innovation), prefix="links")
    return form, team, links


def _writing(request: HttpRequest, innovation: Innovation) -> dict[str, Any]:
    """Whether the form holds what a lost session kept, and who else writes here."""
    return {
        "is_unsent": kept(request) is not None,
        "others": writing_now(innovation, besides=request.user, place="identity"),
    }


def _errors(form: IdentityForm, team: Any, links: Any) -> list[dict[str, str]]:
    """Errors of all three forms, each with the field that it leads to."""
    found = []
    for part in (form, *team, *links) if form.is_bound else ():
        for name, sentences in part.errors.items():
            href = "" if name == NON_FIELD_ERRORS else f"#{_target(part[name])}"
            found += [{"text": str(sentence), "href": href} for sentence in sentences]
    for rows in (team, links) if form.is_bound else ():
        found += [{"text": str(sentence), "href": ""} for sentence in rows.non_form_errors()]
    return found


def _target(field: BoundField) -> str:
    """The id of the control that an error leads to."""
    return field.id_for_label or str(field.auto_id)


def _save_identity(
    request: HttpRequest, innovation: Innovation, form: IdentityForm, team: Any, links: Any
) -> None:
    """Save over other people's sections, but never over their identity."""
    save_identity(
        by=request.user,
        innovation=innovation,
        edit_number=form.cleaned_data["edit_number"],
        changes=changes_from(form, team, links),
    )


def _both_versions(
    request: HttpRequest, innovation: Innovation, form: IdentityForm
) -> dict[str, Any]:
    """What the page shows of the newer edit; the form's next save is over that one."""
    seen = form.cleaned_data["edit_number"]
    typed: Any = form.data.copy()  # type: ignore[attr-defined]
    typed["edit_number"] = innovation.edit_number
    form.data = typed
    by = newer_edit(innovation, seen, IDENTITY_FIELDS, reader=request.user)
    return {"newer": _newer(innovation, form), "newer_by": by}


def _newer(innovation: Innovation, form: IdentityForm) -> list[dict[str, Any]]:
    """Fields whose stored value differs from the one typed, for the comparison."""
    rows = []
    stored = identity_of(innovation)
    for name, typed in form.cleaned_data.items():
        if name in ("edit_number", "goals") or stored[name] == typed:
            continue
        rows.append(
            {
                "key": form.fields[name].label,
                "mine": _shown(form.fields[name], typed),
                "latest": _shown(form.fields[name], stored[name]),
            }
        )
    return rows


def _shown(field: Any, value: Any) -> str:
    """A value as the page prints it: the label of a choice, the name of a row."""
    labels = dict(field.choices) if type(field) is ChoiceField else {}
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return str(labels.get(value, value) or "–")
