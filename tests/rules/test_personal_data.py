"""Personal data: all of it is declared, people get theirs, and an erased name leaves no trace."""

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, transaction

from agencies.actions.erasing import ask_for_erasure, erase_person
from agencies.actions.people import end_membership
from agencies.enums import Role
from agencies.exceptions import StillInOffice
from agencies.models import Invitation, Membership, SupportLook, User
from agencies.permissions import check_can_erase_person
from agencies.queries.about_person import acts, own_data
from competitions.models import ArticleDraft, Score, Stage
from competitions.models.article import ArticleKind
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.audit.sealing import LedgerBroken, seal_events, verify_log
from sinovik.management.inventory import declared, text_columns
from sinovik.management.retention import TERMS, apply_retention, overdue
from sinovik.notifications.models import Mail, Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import SECOND
from tests.owner import as_owner
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

NAME, ADDRESS = "Ratna Kencana Wulandari", "ratna.kencana@contoh.example"


def test_every_column_of_text_is_declared() -> None:
    assert sorted(set(text_columns()) - declared()) == []


def test_control_a_column_that_is_gone_or_new_is_noticed() -> None:
    assert ("agencies.user", "email") in set(text_columns())
    assert ("agencies.user", "shoe_size") not in declared()
    assert sorted(declared() - set(text_columns())) == []


@pytest.fixture
def season() -> factories.Contest:
    """A judge who marked, under a name that is nowhere else."""
    contest = factories.make_contest(SECOND, entries=2, seats=(2, 1), judges=1, reviews=1)
    judge = contest.evaluators[0]
    judge.name, judge.email = NAME, ADDRESS
    judge.save()
    with transaction.atomic():
        audit.record(by=judge, event="sheet_opened", obj=contest.entries[0])
    return contest


def ended(contest: factories.Contest) -> User:
    judge = contest.evaluators[0]
    for membership in judge.memberships.active():
        end_membership(by=contest.head, membership=membership)
    return User.objects.get(pk=judge.pk)


def everything() -> str:
    """Every row of every table as text, jobs included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute(
                f"SELECT coalesce(string_agg(to_jsonb(t)::text, ' '), '') FROM \"{table}\" t"
            )
            texts.append(f"{table}: {cursor.fetchone()[0]}")
    return "\n".join(texts)


def holding(text: str) -> list[str]:
    return [
        line.partition(":")[0]
        for line in text.splitlines()
        if (text and NAME in line) or ADDRESS in line
    ]


def test_erased_person_is_nowhere_and_the_log_and_marks_stand(season: factories.Contest) -> None:
    seal_events()
    person = ended(season)
    seal_events()
    size, scores = verify_log(), Score.objects.count()
    assert holding(everything()) != []
    with transaction.atomic():
        count = erase_person(
            by=season.officer, confirmed_by=season.head, person=person, reason="permintaan"
        )
    assert count >= 1
    assert holding(everything()) == []
    assert verify_log() == size
    seal_events()
    assert verify_log() > size
    assert Score.objects.count() == scores
    events = AuditEvent.objects.filter(actor_id=person.pk)
    assert {(e.actor_label, e.actor_salt) for e in events} == {("", "")}
    person.refresh_from_db()
    assert not person.is_active
    assert not person.has_usable_password()


def test_erased_name_can_not_be_given_to_somebody_else(season: factories.Contest) -> None:
    person = ended(season)
    seal_events()
    erase_person(by=season.officer, confirmed_by=season.head, person=person, reason="permintaan")
    event = AuditEvent.objects.filter(actor_id=person.pk).first()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(actor_hash="0" * 64)
    with as_owner() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER auditevent_row_final")
        cursor.execute(
            "UPDATE audit_auditevent SET actor_hash = %s WHERE id = %s", ["0" * 64, event.pk]
        )
    with pytest.raises(LedgerBroken, match=f"event {event.pk}"):
        verify_log()


@pytest.mark.parametrize(
    "change",
    [
        {"actor_label": ""},
        {"actor_label": "", "actor_salt": ""},
        {"actor_label": "", "actor_salt": "", "actor_hash": "x"},
        {"actor_label": "", "actor_salt": "", "actor_hash": "0" * 64, "verb": "sheet_closed"},
        {"actor_label": "Orang lain", "actor_salt": "", "actor_hash": "0" * 64},
    ],
    ids=["label alone", "no hash", "no real hash", "something else with it", "another name"],
)
def test_event_passes_no_change_but_erasing(
    season: factories.Contest, change: dict[str, Any]
) -> None:
    event = AuditEvent.objects.filter(actor_label=NAME).first()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(**change)


def test_who_holds_a_role_is_not_erased(season: factories.Contest) -> None:
    with pytest.raises(StillInOffice):
        erase_person(
            by=season.officer, confirmed_by=season.head, person=season.evaluators[0], reason="x"
        )


def test_erasing_takes_two_of_the_secretariat_and_never_the_person(
    season: factories.Contest,
) -> None:
    judge, head, officer = season.evaluators[0], season.head, season.officer
    for by, second in [(head, head), (officer, officer), (judge, head), (officer, judge)]:
        with pytest.raises(Forbidden):
            check_can_erase_person(by, second, judge)
    with pytest.raises(Forbidden):
        check_can_erase_person(officer, head, officer)


def test_the_command_erases_and_refuses_in_words(
    season: factories.Contest, capsys: pytest.CaptureFixture[str]
) -> None:
    by = {"by": season.officer.email, "confirmed_by": season.head.email, "reason": "permintaan"}
    with pytest.raises(CommandError, match="Akhiri dulu semua perannya"):
        call_command("erase_person", ADDRESS, **by)
    with pytest.raises(CommandError, match="Tidak ada akun"):
        call_command("erase_person", "tidak@ada.example", **by)
    ended(season)
    call_command("erase_person", ADDRESS, **by)
    assert "tidak lagi bernama" in capsys.readouterr().out
    assert not User.objects.filter(email=ADDRESS).exists()


def test_person_takes_along_what_is_theirs_and_no_key(
    client: WatchfulClient, season: factories.Contest
) -> None:
    judge = season.evaluators[0]
    client.force_login(judge)
    UserSession.objects.create(
        user=judge,
        session_key=client.session.session_key,
        ip="127.0.0.1",
        user_agent="Peramban",
    )
    response = client.get("/data-saya/data-saya.json")
    assert client.session.session_key not in response.content.decode()
    assert response["Content-Disposition"].startswith("attachment")
    found = response.json()
    assert found == json.loads(json.dumps(own_data(judge), cls=DjangoJSONEncoder))
    assert found["rows"]["agencies.user"][0]["email"] == ADDRESS
    assert found["rows"]["competitions.assignment"]
    assert found["rows"]["usersessions.usersession"][0]["user_agent"] == "Peramban"
    assert {"password", "token", "salt", "actor_salt", "session_key"}.isdisjoint(
        key for rows in found["rows"].values() for row in rows for key in row
    )
    assert [event["verb"] for event in found["events"]][-1] == "sheet_opened"
    others = [season.head.email, season.officer.email, season.head.name]
    assert [other for other in others if other in response.content.decode()] == []


def test_acts_are_counted_where_the_column_has_no_way_back(season: factories.Contest) -> None:
    closed = Stage.objects.filter(closed_by=season.head).count()
    assert closed
    assert acts(season.head)["competitions.stage: closed_by"] == closed


def test_page_counts_in_few_queries_and_asks_once(
    client: WatchfulClient, season: factories.Contest, django_assert_max_num_queries: Any
) -> None:
    client.force_login(season.evaluators[0])
    with django_assert_max_num_queries(15):
        page = client.get("/data-saya/").content.decode()
    assert ADDRESS in page
    client.post("/data-saya/")
    client.post("/data-saya/")
    told = Notification.objects.filter(recipient=season.head, body__contains=ADDRESS)
    assert told.count() == 1
    assert "Anda memintanya" in client.get("/data-saya/").content.decode()


def mail(person: User, **columns: Any) -> Mail:
    return Mail.objects.create(
        recipient=person, address=ADDRESS, kind="task", subject="s", **columns
    )


def test_retention_ends_what_is_overdue_to_the_second_and_keeps_the_rest(
    season: factories.Contest,
) -> None:
    now = clock.now()
    judge = season.evaluators[0]
    year, second = timedelta(days=365), timedelta(seconds=1)
    for age in (year + second, year - second):
        Mail.objects.create(
            recipient=judge,
            address=ADDRESS,
            kind="task",
            subject="s",
            queued_at=now,
            sent_at=now - age,
        )
        looked = now - age - year
        SupportLook.objects.create(
            person=season.team.innovator, seen_by=season.head, at=looked, path="/"
        )
    waiting = mail(judge, queued_at=now - 3 * year)
    invitation = Invitation.objects.create(
        email=ADDRESS,
        agency=season.team.agency,
        role=Role.INNOVATOR,
        invited_at=now - year,
        invited_by=season.head,
        expires_at=now - timedelta(days=200),
    )
    for age in (timedelta(days=180) + second, timedelta(days=180) - second):
        ArticleDraft.objects.create(
            writer=factories.make_person(Role.SECRETARIAT_OFFICER),
            kind=ArticleKind.NEWS,
            over=0,
            saved_at=now - age,
        )
    with clock.at(now):
        counts = apply_retention()
        assert counts == {
            "session": 0,
            "presence": 0,
            "page_draft": 1,
            "invitation": 1,
            "mail": 1,
            "notification": 0,
            "device": 0,
            "support_look": 1,
        }
        assert sum(apply_retention().values()) == 0
        assert [term.key for term, _rows in overdue()] == [term.key for term in TERMS]
    assert Mail.objects.filter(pk=waiting.pk).exists()
    assert not Invitation.objects.filter(pk=invitation.pk).exists()
    assert Membership.objects.active().filter(user=judge).exists()


def test_asking_is_kept_in_the_log(season: factories.Contest) -> None:
    first = ask_for_erasure(by=season.evaluators[0])
    assert ask_for_erasure(by=season.evaluators[0]) == first
