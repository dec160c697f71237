"""Looking as somebody else to help: told, logged, short, and never more than looking."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from agencies.models import Membership, SupportLook, User
from innovations.models import Innovation
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.management.retention import TERMS
from sinovik.notifications.models import Mail
from sinovik.web import readonly
from tests.factories import Team, make_innovations, make_person, make_team
from tests.owner import as_owner
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
START, END = reverse("agencies:support"), reverse("agencies:support_end")
LOOKS = reverse("agencies:support_looks")
HOME = reverse("competitions:work_home")
REASON = "Tidak menemukan tombol ajukan"
BANNER = "Anda melihat sebagai"


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def officer() -> User:
    return make_person(Role.SECRETARIAT_OFFICER)


def look(client: WatchfulClient, by: User, person: User, reason: str = REASON) -> int:
    client.force_login(by)
    return client.post(START, {"email": person.email, "reason": reason}).status_code


def test_looking_shows_the_persons_page_with_a_banner_and_is_told(
    client: WatchfulClient, team: Team, officer: User
) -> None:
    assert look(client, officer, team.innovator) == 302
    page = client.get(HOME).content.decode()
    assert BANNER in page
    assert team.innovator.name in page
    event = AuditEvent.objects.get(verb="support_started")
    assert (event.actor_id, event.object_id) == (officer.pk, team.innovator.pk)
    assert event.payload == {"reason": REASON}
    mail = Mail.objects.get(recipient=team.innovator)
    assert REASON in mail.text
    assert officer.name in mail.text
    client.force_login(team.innovator)
    assert REASON in client.get(reverse("mfa_index")).content.decode()


def test_nothing_acts_while_looking(client: WatchfulClient, team: Team, officer: User) -> None:
    (draft,) = make_innovations(team)
    look(client, officer, team.innovator)
    edit = reverse("innovations:innovation_edit", args=[draft.pk])
    assert client.get(edit).status_code == 200
    for method in ("post", "put", "patch", "delete"):
        for path in (edit, HOME, reverse("agencies:support"), reverse("account_change_password")):
            assert getattr(client, method)(path, {"title": "Lain"}).status_code == 403
    assert Innovation.objects.get(pk=draft.pk).title == draft.title


def test_each_page_looked_at_is_written_and_shown_to_the_person(
    client: WatchfulClient, team: Team, officer: User
) -> None:
    (draft,) = make_innovations(team)
    edit = reverse("innovations:innovation_edit", args=[draft.pk])
    look(client, officer, team.innovator)
    before = clock.now()
    with CaptureQueriesContext(connection) as asked:
        client.get(edit, {"q": "rahasia"})
    writes = [q["sql"] for q in asked if "agencies_supportlook" in q["sql"]]
    assert len(writes) == 1
    client.head(HOME)
    assert client.post(edit, {"title": "Lain"}).status_code == 403
    assert client.get(reverse("mfa_index")).status_code == 403
    rows = list(SupportLook.objects.filter(person=team.innovator).values_list("path", "seen_by"))
    assert rows == [(HOME, officer.pk), (edit, officer.pk)]
    assert SupportLook.objects.filter(at__gte=before).count() == 2
    client.post(END)
    client.get(HOME)
    assert SupportLook.objects.count() == 2
    assert edit not in client.get(LOOKS).content.decode()
    client.force_login(team.innovator)
    page = client.get(LOOKS).content.decode()
    assert edit in page
    assert officer.name in page
    assert "rahasia" not in page
    assert LOOKS in client.get(reverse("mfa_index")).content.decode()


def test_pages_looked_at_are_paged(client: WatchfulClient, team: Team, officer: User) -> None:
    one = {"person": team.innovator, "seen_by": officer, "at": clock.now(), "path": "/x/"}
    SupportLook.objects.bulk_create([SupportLook(**one) for _ in range(51)])
    client.force_login(team.innovator)
    with CaptureQueriesContext(connection) as asked:
        assert len(client.get(LOOKS, {"page": 2}).context["page_obj"]) == 1
    assert len(asked) <= 15


def test_page_that_can_not_be_written_down_is_not_shown(
    client: WatchfulClient, team: Team, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(client, officer, team.innovator)
    monkeypatch.setattr(readonly, "ALLOWED_TABLES", frozenset({"django_session"}))
    with pytest.raises(readonly.WriteInSafeMethod):
        client.get(HOME)


def test_own_account_stays_closed(client: WatchfulClient, team: Team, officer: User) -> None:
    look(client, officer, team.innovator)
    for name in ("mfa_index", "agencies:device_list", "home:own_data", "mfa_activate_totp"):
        assert client.get(reverse(name)).status_code == 403
        assert client.get(f"/en{reverse(name)}").status_code in (403, 404)


def test_it_ends_by_the_button_and_after_half_an_hour(
    client: WatchfulClient, team: Team, officer: User
) -> None:
    look(client, officer, team.innovator)
    assert client.post(END).status_code == 302
    assert BANNER not in client.get(HOME).content.decode()
    assert AuditEvent.objects.filter(verb="support_ended").count() == 1
    look(client, officer, team.innovator)
    started = clock.now()
    with time_machine.travel(started + timedelta(minutes=29, seconds=50), tick=False):
        assert BANNER in client.get(HOME).content.decode()
    with time_machine.travel(started + timedelta(minutes=30, seconds=1), tick=False):
        assert client.get(HOME)["Location"] == START
        assert BANNER not in client.get(HOME).content.decode()


@pytest.mark.parametrize(
    "role",
    [
        Role.EVALUATOR,
        Role.PANELIST,
        Role.OBSERVER,
        Role.SECRETARIAT_HEAD,
        Role.SECRETARIAT_OFFICER,
    ],
)
def test_nobody_who_marks_or_decides_is_looked_at(
    client: WatchfulClient, officer: User, team: Team, role: str
) -> None:
    assert look(client, officer, make_person(role)) == 422
    assert BANNER not in client.get(HOME).content.decode()
    look(client, officer, team.innovator)
    Membership.objects.create(
        user=team.innovator, agency=team.agency, role=role, started_at=clock.now()
    )
    assert client.get(HOME)["Location"] == START


def test_others_may_not_and_a_reason_is_needed(
    client: WatchfulClient, team: Team, officer: User
) -> None:
    for stranger in (team.admin, make_person(Role.EVALUATOR), make_person(Role.OBSERVER)):
        assert look(client, stranger, team.innovator) == 403
    assert look(client, officer, team.innovator, "x") == 422
    assert look(client, officer, officer) == 422
    assert not AuditEvent.objects.filter(verb="support_started").exists()


def test_it_stops_with_the_right_of_who_looks(
    client: WatchfulClient, team: Team, officer: User
) -> None:
    look(client, officer, team.innovator)
    Membership.objects.filter(user=officer).update(ended_at=clock.now(), ended_by=officer)
    assert client.get(HOME).status_code == 302
    assert BANNER not in client.get(reverse("home:front")).content.decode()


@pytest.mark.parametrize(
    ("statement", "left", "refusal"),
    [
        ("DELETE FROM agencies_supportlook", timedelta(hours=25), "DELETE refused"),
        ("DELETE FROM agencies_supportlook", timedelta(0), ""),
        ("UPDATE agencies_supportlook SET path = '/'", timedelta(0), "UPDATE refused"),
    ],
)
def test_look_stays_as_written_until_its_term_is_over_whoever_asks(
    team: Team, officer: User, statement: str, left: timedelta, refusal: str
) -> None:
    term = next(timedelta(days=one.days) for one in TERMS if one.key == "support_look")
    at = clock.now() - term + left
    SupportLook.objects.create(person=team.innovator, seen_by=officer, at=at, path="/x/")
    refused = pytest.raises(IntegrityError, match=refusal) if refusal else nullcontext()
    with refused, transaction.atomic(), as_owner() as cursor:
        cursor.execute(statement)
    assert SupportLook.objects.filter(path="/x/", at=at).exists() == bool(refusal)


def test_the_site_neither_changes_a_look_nor_ends_it_early(team: Team, officer: User) -> None:
    one = SupportLook.objects.create(
        person=team.innovator, seen_by=officer, at=clock.now(), path="/x/"
    )
    with pytest.raises(IntegrityError, match="kept for its term"), transaction.atomic():
        one.delete()
    with pytest.raises(ProgrammingError), transaction.atomic():
        SupportLook.objects.update(path="/")
