"""T2 and T3 (ASVS 8.4.1, 15.3.3): a form changes what it shows, on rows of its own people.

Every form that the roles can open is sent as it stands; where that writes, it is sent again with
every field of every model beside its own, and with the numbers of another agency's rows in the
place of each number of its own. `SINOVIK_MATRIX=long` takes every form of every role, the
short form some of them in turn.
"""

import json
import logging
import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from agencies.models import User
from competitions.models import SavedFilter
from sinovik.audit.clock import now
from sinovik.urls import urlpatterns as site_patterns
from sinovik.web.access import public
from tests.access.making import make_world
from tests.access.owners import Owners
from tests.access.reading import EVERYBODY, read_forms, read_rows
from tests.access.rows import written
from tests.access.sending import (
    FILLER,
    THEIRS,
    Forms,
    Sent,
    baseline,
    every_field,
    foreign_rows,
    name_of,
    set_columns,
    swaps,
)
from tests.access.world import World
from tests.factories import make_team
from tests.hostile import Form

pytestmark = [pytest.mark.slow]

IS_LONG = os.environ.get("SINOVIK_MATRIX") == "long"


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
    wrong, tried = [], 0
    for letter in "PIAENOFH" if IS_LONG else "A":
        forms = forms_of_role(letter)
        for form in forms.all[:: 1 if IS_LONG else 4]:
            start = baseline(forms, form)
            texts = [one for one, values in start[0].items() if FILLER in values] if start else ()
            for name in texts if start else ():
                status, told = forms.told(form, {**start[0], name: [f"{FILLER}\x00"]})
                tried += 1
                refused = 400 if form.method == "put" else 422
                if status != refused or "Karakter null tidak diizinkan." not in told:
                    wrong.append(f"{letter} {form.action} {name} -> {status}")
    assert not wrong, "\n".join(wrong)
    assert tried > 5


def test_every_address_that_writes_is_sent_to_or_says_why_not(
    forms_of_role: Callable[[str], Forms],
) -> None:
    """A new form needs a line in `forms.txt`; the long form asks whether the lines are true."""
    said = read_forms()
    assert set(said) == {name for name, row in read_rows().items() if row.writers}
    if not IS_LONG:
        return
    reached = set()
    for letter in EVERYBODY.replace("S", ""):
        forms = forms_of_role(letter)
        for form in forms.all:
            name = name_of(form)
            if name in said and name not in reached and baseline(forms, form):
                reached.add(name)
    unreached = {name for name, reason in said.items() if reason}
    assert set(said) - reached == unreached, (set(said) - reached) ^ unreached


def columns_of(named: list[str]) -> set[str]:
    """The columns, whatever stands in them."""
    return {one.partition(" = ")[0] for one in named}


@public
@csrf_exempt
def trusting(request: HttpRequest) -> HttpResponse:
    """A view that takes every field it is sent, and any row's number, in a form or in JSON."""
    if request.method in ("POST", "PUT"):
        sent = request.POST if request.method == "POST" else json.loads(request.body)
        person = User.objects.get(pk=sent["who"])
        for name in ("name", "employer_id"):
            if name in sent:
                setattr(person, name, sent[name])
        person.save()
        return HttpResponse(status=302, headers={"Location": "/"})
    return HttpResponse("-")


urlpatterns = [path("percaya/", trusting), *site_patterns]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("method", ["post", "put"])
def test_control_trusting_view_is_caught(method: str) -> None:
    own, other = make_team(), make_team()
    forms = Forms.__new__(Forms)
    forms.client, forms.found, forms.cookies = Client(), {}, {}
    form = Form("/percaya/", method, {"who": [str(own.innovator.pk)], "name": ["Baru"]})
    extra = {"employer_id": [str(other.agency.pk)]}
    assert extra_is_heeded(forms, form, extra) == ["/percaya/ sets agencies_user.employer_id"]
    owners = Owners.__new__(Owners)
    owners.known = {}
    owners.of = lambda model, pk: "agency" if (model, pk) == (User, other.innovator.pk) else ""  # type: ignore[method-assign]
    tried = list(swaps(form, form.fields, {"agencies.User": str(other.innovator.pk)}))
    # As a text, and in JSON as a number.
    assert len(tried) == (1 if method == "post" else 2)
    for _what, sent in tried:
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
