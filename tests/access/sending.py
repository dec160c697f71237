"""Forms and the addresses that scripts save to, sent so that they write, and sent with more."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.core import cache as store
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.test import Client
from django.urls import resolve

from agencies.models import Unit
from tests.access.asking import Target, targets
from tests.access.canaries import APPS
from tests.access.reading import asked_addresses, read_kinds, read_rows
from tests.access.rows import Written, written
from tests.access.world import World
from tests.crawling import body_of
from tests.hostile import Form, forms_of
from tests.uploading import pdf

ROWS, KINDS = read_rows(), read_kinds()
NUMBER = re.compile(r"\d+|[0-9a-f]{8}-[0-9a-f-]{27}")
OWN_NUMBERS = frozenset({"version", "seen", "edit_number"})
"""Counts that a form carries, no row's number."""
THEIRS = ("agency", "shut", "third")
FILLER = "Teks uji yang cukup panjang."
DONE = (200, 201, 204, 302)
"""How a form or a script is answered when it was done; a refused one is not among these."""
Sent = dict[str, list[Any]]


def every_field(foreign: dict[str, str]) -> Sent:
    """Every column of every model with a value that would be a change."""
    sent: Sent = {}
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                for name in (field.name, field.attname):
                    sent[name] = [_other_value(field, foreign)]
    return sent


def _other_value(field: "models.Field[Any, Any]", foreign: dict[str, str]) -> str:
    if field.related_model is not None:
        return foreign.get(field.related_model._meta.label, "1")
    if field.choices:
        return str(list(field.choices)[-1][0])  # type: ignore[index, call-overload]
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateField):
        return "2001-02-03"
    return "7"


class Forms:
    """The forms that a person can open, sent by that person."""

    def __init__(self, world: World, letter: str) -> None:
        self.world, self.letter = world, letter
        self.client = Client(raise_request_exception=False)
        self.client.force_login(world.cast.person(letter))
        self.cookies = {name: one.value for name, one in self.client.cookies.items()}
        self.found: dict[tuple[str, ...], tuple[Sent, Written] | None] = {}
        self.all = list(self._found())

    def _found(self) -> Iterator[Form]:
        """Each form once by where it is sent; buttons of pages in another state without a page."""
        seen = set()
        for form in chain(self._shown(), self._bare()):
            path = form.action.split("?")[0].rstrip("/")
            key = (form.method, path, *sorted(form.fields))
            if form.method != "get" and "/keluar/" not in form.action and key not in seen:
                seen.add(key)
                yield form

    def _targets(self, *, is_write: bool) -> Iterator[Target]:
        for address in asked_addresses():
            row = ROWS[str(address.name)]
            if address.policy is None or address.policy.is_public:
                continue
            if (row.writers if is_write else row.readers) is not None:
                method = "post" if is_write else "get"
                found = targets(self.world, address, row, KINDS, is_write=is_write)
                yield from (one for one in found if self.letter in one.expected(method))

    def _shown(self) -> Iterator[Form]:
        writing = (one for one in self._targets(is_write=True) if one.row.readers)
        paths = [one.path for one in chain(self._targets(is_write=False), writing)]
        for path in dict.fromkeys(paths):
            answer = self.client.get(path)
            # To the end, so that a file is closed again.
            body = body_of(answer)
            if answer.get("Content-Type", "").startswith("text/html"):
                shown = forms_of(path, body.decode()).forms
                yield from chain(shown, *map(scripts_of, shown))

    def _bare(self) -> Iterator[Form]:
        for target in self._targets(is_write=True):
            if target.row.method == "post":
                yield Form(target.path, "post")

    def send(self, form: Form, sent: Sent) -> tuple[int, Written]:
        """Send a form and undo it; what it wrote."""
        with written() as found:
            status, _told = self._sent(form, sent)
        return status, found

    def told(self, form: Form, sent: Sent) -> tuple[int, str]:
        """Send a form and undo it; what the answer says."""
        with transaction.atomic():
            answered = self._sent(form, sent)
            transaction.set_rollback(True)
        return answered

    def _sent(self, form: Form, sent: Sent) -> tuple[int, str]:
        store.cache.clear()
        # Whatever the last answer did to them: an end of the session is undone as well.
        self.client.cookies = SimpleCookie(self.cookies)
        for one in chain(*sent.values()):
            if isinstance(one, SimpleUploadedFile):
                one.seek(0)
        if form.method == "put":
            body = {name: as_typed(value) for name, value in sent.items()}
            version = {"If-Match": f'"{form.version}"'}
            kind = "application/json"
            answer = self.client.put(form.action, json.dumps(body), kind, headers=version)
        else:
            answer = self.client.post(form.action, sent)
        if answer.get("Content-Type") == "application/json":
            return answer.status_code, str(answer.json())
        return answer.status_code, body_of(answer).decode(errors="replace")


def as_typed(value: Any) -> Any:
    """A field as autosave.js sends it: one text by itself, several as a list."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def scripts_of(form: Form) -> Iterator[Form]:
    """The addresses that the form's script writes to, as forms of their own."""
    if form.autosave:
        names = [name for name in form.fields if form.kinds.get(name) not in NOT_SAVED]
        fields = {name: form.fields[name] for name in names}
        yield replace(form, action=form.autosave, method="put", fields=fields)
    if form.upload:
        told = {"name": ["Surat.pdf"], "size": ["1000"], "sha256": [""], "purpose": [""]}
        yield replace(form, action=form.upload, fields=told, kinds={})


def name_of(form: Form) -> str:
    """The view that a form is sent to."""
    return str(resolve(urlsplit(form.action).path).view_name)


def completed(form: Form) -> Sent:
    """The form with something in each text that stands empty."""
    return {name: values if any(values) else [FILLER] for name, values in form.fields.items()}


def filled_in(form: Form) -> Sent:
    """The form with something fitting in whatever stands empty, files too."""
    return {
        name: values if any(values) else [_fitting(form, name)]
        for name, values in form.fields.items()
    }


def _fitting(form: Form, name: str) -> Any:
    kind = form.kinds.get(name, "text")
    if kind == "file":
        return SimpleUploadedFile("Surat.pdf", pdf("Surat"), "application/pdf")
    chosen = [one for one in form.choices.get(name, []) if one]
    if chosen:
        return chosen[0]
    ending = next((one for one in ENDINGS if name.endswith(one)), "")
    return ENDINGS[ending] if ending else FITTING.get(kind, FILLER)


ENDINGS = {
    "target_on_year": "2021",
    "_year": "2020",
    "_month": "2",
    "_day": "1",
    "value": "5",
    "measured_by": "Survei",
    "replicates": "",
}
"""What fits in a field of such a name."""
NOT_SAVED = ("hidden", "button", "file")
"""What the script of a form leaves out."""
FITTING = {
    "number": "1",
    "email": "orang.baru@contoh.example",
    "url": "https://contoh.example/",
    "date": "2030-01-02",
    "time": "09:00",
    "datetime-local": "2030-01-02T09:00",
    "password": "gotong-royong-2019",
    "hidden": "",
}


def ways(form: Form) -> Iterator[Sent]:
    """How a person may send a form: as it stands, filled in, each button, each first choice."""
    yield form.fields
    yield completed(form)
    yield filled_in(form)
    # The button of the page that asks whether one is sure.
    yield {**filled_in(form), "ya": ["1"]}
    for whole in (filled_in(form), completed(form)):
        pressed = {name for name in whole if form.kinds.get(name) == "button"}
        if pressed:
            yield {name: values for name, values in whole.items() if name not in pressed}
        for name, offered in form.choices.items():
            for value in offered[:6]:
                if [value] != form.fields.get(name):
                    yield {**whole, name: [value]}


def baseline(forms: Forms, form: Form) -> tuple[Sent, Written] | None:
    """How the form is sent so that it writes; None where this state refuses it."""
    key = (form.method, form.action, *sorted(form.fields))
    if key not in forms.found:
        forms.found[key] = next(_writing(forms, form), None)
    return forms.found[key]


def _writing(forms: Forms, form: Form) -> Iterator[tuple[Sent, Written]]:
    for sent in ways(form):
        status, found = forms.send(form, sent)
        assert status < 500, form.action
        if status in DONE and found.rows:
            yield sent, found


def steady(*wholes: Written) -> list[tuple[str, str]]:
    """Columns that are the same each time the same form is sent."""
    first, *others = wholes
    columns = [(table, name) for table, rows in first.rows.items() for name in (rows or [{}])[0]]
    return [
        (table, name)
        for table, name in columns
        if all(column(other, table, name) == column(first, table, name) for other in others)
    ]


def column(found: Written, table: str, name: str) -> list[Any]:
    """What stands in a column of the rows that were written, in whichever order they were."""
    return sorted((row.get(name) for row in found.rows.get(table, [])), key=str)


def set_columns(attacked: Written, *plain: Written) -> list[str]:
    """Columns that the fields beside have changed."""
    return [
        f"{table}.{name}"
        for table, name in steady(*plain)
        if attacked.rows and column(attacked, table, name) != column(plain[0], table, name)
    ]


def swaps(form: Form, sent: Sent, foreign: dict[str, str]) -> Iterator[tuple[str, Sent]]:
    """The form with another agency's number for each of its own; in JSON as a number too."""
    for name, values in sent.items():
        if name in OWN_NUMBERS or not any(NUMBER.fullmatch(str(value)) for value in values):
            continue
        for label, pk in foreign.items():
            yield f"{name} = {label} {pk}", {**sent, name: [pk]}
            if form.method == "put" and pk.isdecimal():
                yield f"{name} = {label} number {pk}", {**sent, name: [int(pk)]}


def foreign_rows(world: World) -> dict[str, str]:
    """The other agency's rows, one of each model that a form may name."""
    team = world.cast.agency
    draft = world.things["dossier"]["agency"]["pk"]
    entry = world.things["draft"]["agency"]["pk"]
    return {
        "agencies.Agency": str(team.agency.pk),
        "agencies.Unit": str(Unit.objects.filter(agency=team.agency)[0].pk),
        "agencies.User": str(team.innovator.pk),
        "innovations.Innovation": str(draft),
        "competitions.Entry": str(entry),
        "innovations.Attachment": str(world.things["attachment"]["agency"]["public_id"]),
        "innovations.Replication": str(world.things["replication"]["of others"]["pk"]),
    }
