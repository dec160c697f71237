"""T2 and T3 (ASVS 8.4.1, 15.3.3): a form changes what it shows, on rows of its own people.

Every form that the roles can open is sent as it stands; where that writes, it is sent again with
every field of every model beside its own, and with the numbers of another agency's rows in the
place of each number of its own. `SINOVIK_MATRIX=long` takes every form of every role, the
short form some of them in turn.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.core import cache as store
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from agencies.models import Unit, User
from competitions.models import SavedFilter
from sinovik.audit.clock import now
from sinovik.urls import urlpatterns as site_patterns
from sinovik.web.access import public
from tests.access.asking import targets
from tests.access.canaries import APPS
from tests.access.making import make_world
from tests.access.owners import Owners
from tests.access.reading import asked_addresses, read_kinds, read_rows
from tests.access.rows import Written, written
from tests.access.world import World
from tests.crawling import body_of
from tests.factories import make_team
from tests.hostile import Form, forms_of

pytestmark = [pytest.mark.slow]

IS_LONG = os.environ.get("SINOVIK_MATRIX") == "long"
ROWS, KINDS = read_rows(), read_kinds()
NUMBER = re.compile(r"\d+|[0-9a-f]{8}-[0-9a-f-]{27}")
OWN_NUMBERS = frozenset({"version", "seen", "edit_number"})
"""Counts that a form carries, no row's number."""
THEIRS = ("agency", "shut", "third")
FILLER = "Teks uji yang cukup panjang."
Sent = dict[str, list[str]]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, undone after the module."""
    logging.disable(logging.CRITICAL)
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def forms_of_role(world: World) -> Callable[[str], "Forms"]:
    """The forms of each role, looked for once."""
    return cache(lambda letter: Forms(world, letter))


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
        self.all = list(self._found())

    def _found(self) -> Iterator[Form]:
        """Each form once by where it is sent."""
        seen = set()
        for address in asked_addresses():
            row = ROWS[str(address.name)]
            if address.policy is None or address.policy.is_public or row.readers is None:
                continue
            for target in targets(self.world, address, row, KINDS):
                if self.letter not in target.expected("get"):
                    continue
                answer = self.client.get(target.path)
                # To the end, so that a file is closed again.
                body = body_of(answer)
                if not answer.get("Content-Type", "").startswith("text/html"):
                    continue
                for form in forms_of(target.path, body.decode()).forms:
                    key = (form.action.split("?")[0].rstrip("/"), *sorted(form.fields))
                    if form.method == "post" and "/keluar/" not in form.action and key not in seen:
                        seen.add(key)
                        yield form

    def send(self, form: Form, sent: Sent) -> tuple[int, Written]:
        """Send a form and undo it; what it wrote."""
        store.cache.clear()
        with written() as found:
            answer = self.client.post(form.action, sent)
            body_of(answer)
        return answer.status_code, found


def completed(form: Form) -> Sent:
    """The form with something in each text that stands empty."""
    return {name: values if any(values) else [FILLER] for name, values in form.fields.items()}


def baseline(forms: Forms, form: Form) -> tuple[Sent, Written] | None:
    """How the form is sent so that it writes; None where this state refuses it."""
    for sent in (form.fields, completed(form)):
        status, found = forms.send(form, sent)
        assert status < 500, form.action
        if status == 302 and found.rows:
            return sent, found
    return None


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


def extra_is_heeded(forms: Forms, form: Form, extra: Sent) -> list[str] | None:
    """What changes when a form is sent with fields that it does not have; None if nothing does."""
    start = baseline(forms, form)
    if start is None:
        return None
    sent, first = start
    again = forms.send(form, sent)[1]
    status, attacked = forms.send(form, {**extra, **sent})
    wrong = [f"{form.action} -> {status}"] if status >= 500 else []
    if new := attacked.tables - first.tables:
        wrong.append(f"{form.action} writes {sorted(new)}")
    if set_columns(attacked, first, again):
        # What is only seldom another (the size of an archive) shows when it is sent more often.
        plain = [first, again, *(forms.send(form, sent)[1] for _ in range(3))]
        wrong += [f"{form.action} sets {one}" for one in set_columns(attacked, *plain)]
    return wrong


def set_columns(attacked: Written, *plain: Written) -> list[str]:
    """Columns that the fields beside have changed."""
    return [
        f"{table}.{name}"
        for table, name in steady(*plain)
        if attacked.rows and column(attacked, table, name) != column(plain[0], table, name)
    ]


def swaps(form: Form, sent: Sent, foreign: dict[str, str]) -> Iterator[tuple[str, Sent]]:
    """The form with another agency's number for each of its own."""
    for name, values in sent.items():
        if name in OWN_NUMBERS or not any(NUMBER.fullmatch(value) for value in values):
            continue
        for label, pk in foreign.items():
            yield f"{name} = {label} {pk}", {**sent, name: [pk]}


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


def test_fields_that_a_form_does_not_have_change_nothing(
    world: World, forms_of_role: Callable[[str], Forms]
) -> None:
    extra, wrong, tried = every_field(foreign_rows(world)), [], 0
    assert len(extra) > 300
    for letter in "IAEFH" if IS_LONG else "AF":
        forms = forms_of_role(letter)
        for form in forms.all[:: 1 if IS_LONG else 5]:
            heeded = extra_is_heeded(forms, form, extra)
            wrong += [f"{letter} {one}" for one in heeded or ()]
            tried += heeded is not None
    assert not wrong, "\n".join(wrong)
    assert tried > (150 if IS_LONG else 15)


def test_another_agencys_numbers_are_no_answer_to_any_form(
    world: World, forms_of_role: Callable[[str], Forms]
) -> None:
    owners, foreign, wrong, tried = Owners(world), foreign_rows(world), [], 0
    for letter in "IA" if IS_LONG else "A":
        forms = forms_of_role(letter)
        for form in forms.all[:: 1 if IS_LONG else 3]:
            start = baseline(forms, form)
            if start is None:
                continue
            usual = columns_of(start[1].foreign(owners, THEIRS))
            for what, sent in swaps(form, start[0], foreign):
                status, found = forms.send(form, sent)
                tried += 1
                named = columns_of(found.foreign(owners, THEIRS)) - usual
                if status >= 500 or named:
                    wrong.append(f"{letter} {form.action} with {what} -> {status}: {sorted(named)}")
    assert not wrong, "\n".join(wrong)
    assert tried > (100 if IS_LONG else 10)


def test_nul_in_any_text_is_answered_with_a_sentence(
    forms_of_role: Callable[[str], Forms],
) -> None:
    """Lone surrogates never come in by a form: the server reads its octets as UTF-8."""
    forms, wrong, tried = forms_of_role("A"), [], 0
    for form in forms.all[:: 1 if IS_LONG else 4]:
        start = baseline(forms, form)
        for name in [one for one, values in start[0].items() if FILLER in values] if start else ():
            with transaction.atomic():
                answer = forms.client.post(form.action, {**start[0], name: f"{FILLER}\x00"})
                told = body_of(answer).decode()
                transaction.set_rollback(True)
            tried += 1
            if answer.status_code not in (200, 422) or "Karakter null tidak diizinkan." not in told:
                wrong.append(f"{form.action} {name} -> {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert tried > 5


def columns_of(named: list[str]) -> set[str]:
    """The columns, whatever stands in them."""
    return {one.partition(" = ")[0] for one in named}


@public
@csrf_exempt
def trusting(request: HttpRequest) -> HttpResponse:
    """A view that takes every field it is sent, and any row's number."""
    if request.method == "POST":
        person = User.objects.get(pk=request.POST["who"])
        for name in ("name", "employer_id"):
            if name in request.POST:
                setattr(person, name, request.POST[name])
        person.save()
        return HttpResponse(status=302, headers={"Location": "/"})
    return HttpResponse("-")


urlpatterns = [path("percaya/", trusting), *site_patterns]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_control_trusting_view_is_caught() -> None:
    own, other = make_team(), make_team()
    forms = Forms.__new__(Forms)
    forms.client = Client()
    form = Form("/percaya/", "post", {"who": [str(own.innovator.pk)], "name": ["Baru"]})
    extra = {"employer_id": [str(other.agency.pk)]}
    assert extra_is_heeded(forms, form, extra) == ["/percaya/ sets agencies_user.employer_id"]
    owners = Owners.__new__(Owners)
    owners.known = {}
    owners.of = lambda model, pk: "agency" if (model, pk) == (User, other.innovator.pk) else ""  # type: ignore[method-assign]
    ((_what, sent),) = swaps(form, form.fields, {"agencies.User": str(other.innovator.pk)})
    found = forms.send(form, sent)[1]
    assert f"agencies_user.id = {other.innovator.pk}" in found.foreign(owners, THEIRS)


@pytest.mark.django_db
def test_control_row_that_is_deleted_is_seen() -> None:
    person = make_team().innovator
    own = SavedFilter.objects.create(owner=person, name="Baru", query="q=a", created_at=now())
    with written() as found:
        own.delete()
    assert found.rows == {}
    assert [row["owner_id"] for row in found.gone["competitions_savedfilter"]] == [person.pk]
