"""What of a half-filled identity form can be stored already, field by field."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from agencies.models import User
from innovations.forms.dossiers import (
    IdentityForm,
    LinkFormSet,
    LinkRow,
    TeamFormSet,
    TeamRow,
    link_pairs,
    member_pairs,
)
from innovations.models import Innovation
from innovations.queries.edits import IDENTITY_FIELDS, stored
from sinovik.web.autosave import Value, Values

ROW = re.compile(r"(team|links)-(\d{1,2})-([a-z]+)")
BOX = re.compile(r"started_on_(day|month|year)")
COLUMNS = {"team": ("name", "position"), "links": ("title", "url")}
MOST = {"team": TeamFormSet.max_num, "links": LinkFormSet.max_num}
WAITING = frozenset({"required", "incomplete", ""})
"""Codes of errors that only mean that somebody has not finished yet."""
WAITING_ROW = WAITING | {"invalid"}
"""The same in a row, where it is said of an address that is being typed."""


@dataclass
class IdentityEdit:
    """What can be stored as `edit_innovation` takes it, and what can't, by control.

    `held` fields are not finished, `errors` never will be; both stay on the screen.
    """

    changes: dict[str, Any] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def is_identity_field(name: str) -> bool:
    """Whether the identity form has a control of this name."""
    if row := ROW.fullmatch(name):
        key, place, column = row.groups()
        return column in COLUMNS[key] and int(place) < MOST[key]
    return bool(BOX.fullmatch(name)) or (
        name in IDENTITY_FIELDS and name not in ("team", "links", "started_on")
    )


def touched(fields: Iterable[str]) -> list[str]:
    """The fields of a dossier that these controls belong to."""
    return sorted({_logical(name) for name in fields})


def identity_edit(innovation: Innovation, by: User, fields: Values) -> IdentityEdit:
    """Read the controls that changed. Lists and dates come with all their controls."""
    edit = IdentityEdit()
    form = IdentityForm(dict(fields), innovation=innovation, by=by)
    form.is_valid()
    plain = [name for name in touched(fields) if name not in COLUMNS]
    for name in plain:
        controls = [control for control in fields if _logical(control) == name]
        if name in form.errors:
            _refuse(edit, controls, form.errors.as_data()[name][0], WAITING)
        else:
            edit.changes[name] = _plain(name, form.cleaned_data[name])
    if "team" in touched(fields):
        edit.changes["team"] = member_pairs(_rows(edit, "team", TeamRow, fields))
    if "links" in touched(fields):
        edit.changes["links"] = link_pairs(_rows(edit, "links", LinkRow, fields))
    edit.changes = {
        name: value for name, value in edit.changes.items() if stored(innovation, name) != value
    }
    return edit


def controls_of(innovation: Innovation, names: Iterable[str]) -> dict[str, Value]:
    """What the controls of these fields would show now."""
    shown: dict[str, Value] = {}
    for name in names:
        value = stored(innovation, name)
        if name in COLUMNS:
            for place, row in enumerate(value):
                for column, text in zip(COLUMNS[name], row, strict=True):
                    shown[f"{name}-{place}-{column}"] = text
        elif name == "started_on":
            for part in ("day", "month", "year"):
                shown[f"{name}_{part}"] = str(getattr(value, part, ""))
        elif name == "goals":
            shown[name] = [str(number) for number in value]
        elif name == "replicates":
            shown[name] = value.code if value else ""
        else:
            shown[name] = str(getattr(value, "pk", value) or "")
    return shown


def _logical(control: str) -> str:
    if row := ROW.fullmatch(control):
        return row[1]
    return "started_on" if BOX.fullmatch(control) else control


def _plain(name: str, value: Any) -> Any:
    if name == "title":
        return " ".join(value.split())
    return [goal.pk for goal in value] if name == "goals" else value


def _rows(
    edit: IdentityEdit, key: str, row_form: type[forms.Form], fields: Values
) -> Sequence[forms.Form]:
    """The rows that are whole, in order; the others are held."""
    places = sorted(
        {int(row[2]) for name in fields if (row := ROW.fullmatch(name)) and row[1] == key}
    )
    whole = []
    for place in places:
        controls = [f"{key}-{place}-{column}" for column in COLUMNS[key]]
        typed = dict(zip(COLUMNS[key], (fields.get(name, "") for name in controls), strict=True))
        form = row_form(typed)
        if form.is_valid():
            whole.append(form)
        else:
            (found, *_rest) = form.errors.as_data().values()
            _refuse(edit, controls, found[0], WAITING_ROW)
    return whole


def _refuse(
    edit: IdentityEdit,
    controls: Iterable[str],
    error: forms.ValidationError,
    waiting: Collection[str],
) -> None:
    refused = edit.held if (error.code or "") in waiting else edit.errors
    refused.update(dict.fromkeys(controls, str(error.messages[0])))
