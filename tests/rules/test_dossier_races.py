"""Two presses at once: dossiers of one title, and two that name each other as their origin."""

from typing import Any

import pytest
from django.db import IntegrityError

from agencies.models import User
from innovations.actions import dossiers
from innovations.actions.dossiers import DossierDraft, create_innovation, edit_innovation
from innovations.exceptions import OriginRefused
from innovations.models import Innovation
from sinovik.audit.models import AuditEvent
from tests.factories import Team, make_published_innovation, make_team
from tests.races import during, same

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team() -> Team:
    return make_team()


def create(team: Team, by: User) -> Innovation:
    draft = DossierDraft("Antre Cepat", unit=team.unit)
    return create_innovation(by=same(by), agency=team.agency, draft=draft)


def press_twice(team: Team) -> tuple[Any, Any]:
    return during(lambda: create(team, team.innovator), lambda: create(team, team.innovator))


def create_both(team: Team) -> tuple[Any, Any]:
    """Two people of one agency choose the same title."""
    return during(lambda: create(team, team.innovator), lambda: create(team, team.admin))


def test_who_presses_twice_opens_one_dossier(team: Team) -> None:
    first, second = press_twice(team)
    assert first == second == Innovation.objects.get()
    assert AuditEvent.objects.named("innovation_created").count() == 1


def test_control_without_a_turn_two_presses_open_two(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossiers, "take_turn", lambda *_numbers: None)
    press_twice(team)
    assert Innovation.objects.count() == 2


def test_a_title_that_is_taken_meanwhile_gets_the_next_address(team: Team) -> None:
    first, second = create_both(team)
    assert (first.slug, second.slug) == ("antre-cepat", "antre-cepat-2")
    assert Innovation.objects.count() == 2


def test_control_without_another_try_the_second_fails(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossiers._insert, "__defaults__", (1,))
    first, second = create_both(team)
    assert first.slug == "antre-cepat"
    assert isinstance(second, IntegrityError)


def name_each_other() -> tuple[Any, Any]:
    """Two agencies say at once that theirs replicates the other's."""
    teams = make_team(), make_team()
    one, other = (make_published_innovation(team) for team in teams)

    def name(team: Team, replica: Innovation, origin: Innovation) -> Innovation:
        return edit_innovation(
            by=same(team.admin),
            innovation=replica,
            edit_number=replica.edit_number,
            changes={"replicates": origin},
        )

    return during(lambda: name(teams[0], one, other), lambda: name(teams[1], other, one))


def test_of_two_dossiers_that_name_each_other_the_second_is_refused() -> None:
    _named, refused = name_each_other()
    assert isinstance(refused, OriginRefused)
    assert Innovation.objects.exclude(replicates=None).count() == 1


def test_control_without_a_turn_they_form_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossiers, "take_turn", lambda _number: None)
    name_each_other()
    assert Innovation.objects.exclude(replicates=None).count() == 2
