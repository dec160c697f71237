"""The identity of a dossier saved by itself, control by control."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from innovations.actions.dossiers import save_identity
from innovations.enums import BenefitKind, NoveltyForm, NoveltyKind
from innovations.forms.autosave import (
    IdentityEdit,
    controls_of,
    identity_edit,
    is_identity_field,
    touched,
)
from innovations.forms.dossiers import IdentityForm
from innovations.models import Innovation, SustainableGoal
from innovations.queries.edits import IDENTITY_FIELDS, fields_since, newer_edit, stored
from sinovik.audit import clock
from sinovik.web.autosave import Conflict, Saved, Typed, Value, autosaved

CHOICES = {"novelty_kind": NoveltyKind, "novelty_form": NoveltyForm, "benefit": BenefitKind}


def autosave_identity(request: HttpRequest, innovation: Innovation) -> HttpResponse:
    """Save what is whole of the controls that changed; never over a newer value of the same."""

    def save(typed: Typed) -> Saved:
        edit = identity_edit(innovation, request.user, typed.fields)
        return Saved(
            version=_apply(request, innovation, typed, edit),
            at=clock.now(),
            held=edit.held,
            errors=edit.errors,
            fresh=_fresh(innovation, typed),
        )

    def conflict(typed: Typed) -> Conflict:
        edit = identity_edit(innovation, request.user, typed.fields)
        differing = [name for name in touched(typed.fields) if name in edit.changes]
        by = newer_edit(innovation, typed.version, differing, reader=request.user)
        panel = {"by": by, "rows": _both(innovation, edit, differing)}
        return Conflict(
            version=innovation.edit_number,
            fields=controls_of(innovation, differing),
            panel=render_to_string("innovations/_identity_panel.html", panel, request),
            fresh=_fresh(innovation, typed),
        )

    return autosaved(request, is_field=is_identity_field, save=save, conflict=conflict)


def _apply(request: HttpRequest, innovation: Innovation, typed: Typed, edit: IdentityEdit) -> int:
    """The edit number afterwards; raises StaleEdit over a newer value of one of the fields."""
    if not edit.changes:
        return innovation.edit_number
    return save_identity(
        by=request.user,
        innovation=innovation,
        edit_number=typed.version,
        changes=edit.changes,
    ).edit_number


def _fresh(innovation: Innovation, typed: Typed) -> dict[str, Value]:
    """Fields that somebody else saved meanwhile and that were not typed here."""
    saved = fields_since(innovation, typed.version) - set(touched(typed.fields))
    return controls_of(innovation, saved & set(IDENTITY_FIELDS))


def _both(
    innovation: Innovation, edit: IdentityEdit, differing: Iterable[str]
) -> list[dict[str, str]]:
    labels = {
        **{name: field.label for name, field in IdentityForm.base_fields.items()},
        "team": _("Tim"),
        "links": _("Tautan"),
    }
    return [
        {
            "key": str(labels[name]),
            "mine": _shown(name, edit.changes[name]),
            "latest": _shown(name, stored(innovation, name)),
        }
        for name in differing
    ]


def _shown(name: str, value: Any) -> str:
    """A value of a field as people read it."""
    if not value:
        return "–"
    if name in ("team", "links"):
        return "; ".join(" · ".join(filter(None, row)) for row in value)
    if name == "goals":
        return ", ".join(str(goal) for goal in SustainableGoal.objects.filter(pk__in=value))
    if name in CHOICES:
        return str(CHOICES[name](value).label)
    return date_format(value, "j F Y") if name == "started_on" else str(value)
