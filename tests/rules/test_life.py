"""Yearly attestations: what they say, for how long, who is reminded."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.enums import Role
from innovations.actions.archiving import archive_innovation
from innovations.actions.life import Proof, attest_life
from innovations.enums import Life
from innovations.exceptions import ReportRefused
from innovations.models import Attestation, Innovation
from innovations.queries.columns import LIVES
from innovations.queries.hits import look
from innovations.queries.life import to_attest
from innovations.queries.terms import Terms
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification, Reminder
from sinovik.notifications.reminding import send_reminders
from sinovik.web.access import Forbidden
from sinovik.web.querysets import ImmutableRow
from tests.factories import make_person, make_published_innovation, make_team
from tests.owner import as_owner
from tests.uploading import attach

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
NOTE = Proof(note="Dipakai 300 warga sebulan.")


def told(innovation: Innovation) -> str:
    """The life by the annotation; the property agrees, and the columns of the search."""
    row = Innovation.objects.with_life().get(pk=innovation.pk)
    found = look(Terms())
    (place,) = (found.columns["id"] == innovation.pk).nonzero()[0]
    assert row.life_now == row.life == LIVES[found.life[place]]
    return row.life


def test_life_follows_the_last_attestation_until_it_is_a_year_old() -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    assert innovation.published_at
    published = innovation.published_at
    assert told(innovation) == Life.NEW
    with clock.at(published + YEAR - timedelta(microseconds=1)):
        assert told(innovation) == Life.NEW
        assert Innovation.objects.get(pk=innovation.pk).life_text == ""
    with clock.at(published + YEAR):
        assert told(innovation) == Life.SILENT
        assert "Belum ada kabar sejak" in Innovation.objects.get(pk=innovation.pk).life_text
        attest_life(by=team.innovator, innovation=innovation, state="berkembang", proof=NOTE)
        assert told(innovation) == Life.GROWING
    with clock.at(published + 2 * YEAR):
        assert told(innovation) == Life.SILENT
        attest_life(by=team.admin, innovation=innovation, state="berjalan", proof=NOTE)
        assert told(innovation) == Life.RUNNING
        attest_life(
            by=team.admin,
            innovation=innovation,
            state="berhenti",
            proof=Proof(),
            stopped_on=timezone.localdate(published),
            reason="Aplikasinya diganti.",
        )
    with clock.at(published + 9 * YEAR):
        assert told(innovation) == Life.STOPPED
        row = Innovation.objects.get(pk=innovation.pk)
        assert (row.life_text, row.life_tone) == ("Berhenti", "grey")
        assert row.attestation_due_at is None
        attest_life(by=team.admin, innovation=innovation, state="berjalan", proof=NOTE)
        assert told(innovation) == Life.RUNNING
    assert AuditEvent.objects.named("life_attested").count() == 4


def test_attestation_without_proof_or_right_is_refused() -> None:
    team, other = make_team(), make_team()
    innovation = make_published_innovation(team)
    foreign = attach(other.innovator, make_published_innovation(other))
    own = attach(team.innovator, innovation)
    tomorrow = timezone.localdate() + timedelta(days=1)
    refused = [
        {"state": "berjalan", "proof": Proof(note="  ")},
        {"state": "berjalan", "proof": Proof(attachment=foreign)},
        {"state": "berhenti", "proof": NOTE},
        {"state": "berhenti", "proof": NOTE, "stopped_on": date(2024, 1, 1), "reason": " "},
        {"state": "berhenti", "proof": NOTE, "stopped_on": tomorrow, "reason": "Habis dana."},
        {
            "state": "berhenti",
            "proof": NOTE,
            "stopped_on": date(2014, 12, 31),
            "reason": "Habis dana.",
        },
    ]
    for given in refused:
        with pytest.raises(ReportRefused):
            attest_life(by=team.innovator, innovation=innovation, **given)
    for person in (other.admin, make_person(Role.OBSERVER), make_person(Role.SECRETARIAT_HEAD)):
        with pytest.raises(Forbidden):
            attest_life(by=person, innovation=innovation, state="berjalan", proof=NOTE)
    assert not Attestation.objects.exists()
    given = attest_life(
        by=team.innovator, innovation=innovation, state="berjalan", proof=Proof(attachment=own)
    )
    assert given.attachment == own
    archive_innovation(by=team.admin, innovation=innovation, reason="Ganda.")
    with pytest.raises(Forbidden, match="terbit"):
        attest_life(by=team.admin, innovation=innovation, state="berjalan", proof=NOTE)
    assert Innovation.objects.get(pk=innovation.pk).life_now is None


def test_nothing_ends_before_the_dossier_says_that_it_began() -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    start = innovation.started_on
    assert start == date(2015, 1, 1)
    ended = {"state": "berhenti", "proof": Proof(), "reason": "Habis dana."}
    with pytest.raises(ReportRefused, match="mulai 1 Januari 2015"):
        attest_life(
            by=team.admin, innovation=innovation, stopped_on=start - timedelta(days=1), **ended
        )
    assert not Attestation.objects.exists()
    attest_life(by=team.admin, innovation=innovation, stopped_on=start, **ended)
    assert Attestation.objects.get().stopped_on == start


def test_a_press_sent_twice_is_one_attestation() -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    first = attest_life(by=team.admin, innovation=innovation, state="berjalan", proof=NOTE)
    again = attest_life(by=team.admin, innovation=innovation, state="berjalan", proof=NOTE)
    other = attest_life(by=team.admin, innovation=innovation, state="berkembang", proof=NOTE)
    assert first == again != other
    assert AuditEvent.objects.named("life_attested").count() == 2


def test_attestation_never_changes_and_impossible_ones_do_not_come_in() -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    row = attest_life(by=team.admin, innovation=innovation, state="berjalan", proof=NOTE)
    row.note = "Lain."
    with pytest.raises(ImmutableRow):
        row.save()
    with as_owner() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    table = "innovations_attestation"
    columns = "innovation_id, state, note, link, source, is_simulated, reason, attested_at"
    values = f"{innovation.pk}, %s, %s, '', '', false, %s, now(), {team.admin.pk}"
    for sql, given in (
        (f"UPDATE {table} SET note = 'lain'", []),
        (f"DELETE FROM {table}", []),
        (f"TRUNCATE {table}", []),
        (f"INSERT INTO {table} ({columns}, attested_by_id) VALUES ({values})", ["berjalan", *"  "]),
        (
            f"INSERT INTO {table} ({columns}, attested_by_id) VALUES ({values})",
            ["berhenti", "a", "b"],
        ),
    ):
        given = [one.strip() for one in given]
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            as_owner() as cursor,
        ):
            cursor.execute(sql, given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Innovation.objects.filter(pk=innovation.pk).update(attested_state="")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_current_timezone())


def test_the_innovations_people_are_reminded_around_the_day_each_year() -> None:
    team = make_team()
    stranger = make_team()
    colleague = make_person(Role.INNOVATOR, agency=team.agency)
    innovation = make_published_innovation(team)
    again = make_published_innovation(team)
    assert innovation.published_at
    due = timezone.localdate(innovation.published_at) + YEAR
    steps = (-31, -30, -29, 0, 29, 30, 31, 335, 365, 396)
    for days in steps:
        for _twice in range(2):
            with clock.at(noon(due + timedelta(days=days))):
                send_reminders()
    sent = Reminder.objects.filter(kind="attestation-due", object_id=innovation.pk)
    for person in (team.innovator, team.admin):
        days = [(one.due_on - due).days for one in sent.filter(recipient=person).order_by("due_on")]
        assert days == [-30, 0, 30, 335, 365, 395]
    assert not sent.filter(recipient__in=[stranger.admin, colleague]).exists()
    first = Notification.objects.filter(recipient=team.admin, kind="life").earliest("pk")
    assert first.rhythm == "weekly"
    assert "2 inovasi" in first.subject
    assert innovation.code in first.body
    assert again.code in first.body
    assert first.path == "/kerja/inovasi/kabar/"
    with clock.at(noon(due + timedelta(days=700))):
        for row in (innovation, again):
            attest_life(
                by=team.admin,
                innovation=row,
                state="berhenti",
                proof=NOTE,
                stopped_on=due,
                reason="Selesai.",
            )
        before = Reminder.objects.count()
    with clock.at(noon(due + timedelta(days=730))):
        send_reminders()
        assert Reminder.objects.count() == before


def test_a_long_list_of_due_attestations_is_cut_short() -> None:
    team = make_team()
    with clock.at(noon(date(2025, 3, 1))):
        rows = [make_published_innovation(team) for _ in range(22)]
    with clock.at(noon(date(2026, 3, 2))):
        assert list(to_attest(team.admin).values_list("pk", flat=True)) == [r.pk for r in rows]
        assert not to_attest(make_team().admin).exists()
        send_reminders()
    message = Notification.objects.get(recipient=team.admin, kind="life")
    assert "dan 2 lagi" in message.body
