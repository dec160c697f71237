"""Whose data was seen or changed between two instants, and by which account."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from agencies.actions.people import end_membership
from agencies.actions.support import note_look, start_support
from agencies.enums import Role
from agencies.models import User
from competitions.enums import ExportState
from competitions.models import AgencyExport
from innovations.models import TeamMember
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Mail
from tests.factories import Team, make_innovations, make_person, make_team
from tests.owner import as_owner

pytestmark = pytest.mark.django_db
START = datetime.fromisoformat("2026-11-29T03:00:00+00:00")
HOUR = timedelta(hours=1)
WINDOW = ("--from", "2026-11-29 10:00", "--until", "2026-11-29 11:00")


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def officer() -> User:
    return make_person(Role.SECRETARIAT_OFFICER)


@pytest.fixture
def in_window() -> Iterator[None]:
    """The clock of the site stands half an hour into the window."""
    with clock.at(START + HOUR / 2):
        yield


def report(*more: str) -> str:
    out = StringIO()
    call_command("incident_report", *WINDOW, *more, stdout=out)
    return out.getvalue()


def about(person: User, text: str) -> str:
    """The lines of one person, empty without any."""
    head = f"\n{person.pk} {person.name} <{person.email}>\n"
    return text.partition(head)[2].partition("\n\n")[0]


@pytest.mark.usefixtures("in_window")
def test_looks_copies_and_events_name_whose_data_and_by_whom(team: Team, officer: User) -> None:
    start_support(by=officer, person=team.innovator, reason="Tombol ajukan hilang")
    note_look(by=officer, person=team.innovator, path="/kerja/inovasi/7/")
    (draft,) = make_innovations(team)
    TeamMember.objects.create(innovation=draft, name="Ani, tanpa akun")
    export = AgencyExport.objects.create(
        agency=team.agency,
        state=ExportState.QUEUED,
        total=1,
        created_at=START,
        created_by=team.admin,
    )
    other = make_team()
    with transaction.atomic():
        audit.record(by=team.admin, event="export_fetched", obj=export)
        audit.record(by=other.innovator, event="password_changed", obj=other.innovator)
    text = report()
    seen = about(team.innovator, text)
    assert f"2026-11-29 10:30:00 WIB dilihat /kerja/inovasi/7/ oleh akun {officer.pk}" in seen
    assert f"dilihat support_started agencies.user {team.innovator.pk}" in seen
    assert f"dilihat salinan data {team.agency.name} oleh akun {team.admin.pk}" in seen
    assert f"{team.agency.name}: 1 orang" in text
    assert "Ani" not in text
    # Who did something to the own data only, or had nothing of it seen, is not affected.
    assert not about(other.innovator, text)
    assert not about(team.admin, text)
    for number in range(9):
        note_look(by=officer, person=other.admin, path=f"/kerja/inovasi/{number}/")
    assert about(other.admin, report()).count("WIB dilihat") == 9


def test_many_traces_of_one_kind_are_shortened_and_own_doing_is_left_out(team: Team) -> None:
    now = datetime.now(tz=START.tzinfo)
    around = ("--from", str(now - HOUR), "--until", str(now + HOUR))
    person = team.innovator
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(session_epoch=7)
        audit.record(by=person, event="sessions_ended", obj=person)

    def told(*more: str) -> str:
        out = StringIO()
        call_command("incident_report", *around, *more, stdout=out)
        return about(person, out.getvalue())

    assert not told()
    for flag in ("true", "false") * 4:
        with as_owner() as cursor:
            cursor.execute(f"UPDATE agencies_user SET is_staff = {flag} WHERE id = {person.pk}")
    assert "… dan " in told()
    assert "session_epoch" in told("--account", person.email)


@pytest.mark.usefixtures("in_window")
def test_rows_changed_past_the_site_name_their_person(team: Team) -> None:
    person = team.innovator
    with as_owner() as cursor:
        cursor.execute("UPDATE agencies_user SET is_staff = true WHERE id = %s", [person.pk])
    now = clock.now()
    text = StringIO()
    with clock.at(datetime.now(tz=now.tzinfo)):
        wide = ("--from", "2000-01-01", "--until", "2100-01-01")
        call_command("incident_report", *wide, stdout=text)
    told = about(person, text.getvalue())
    assert f"diubah agencies_user {person.pk}: is_staff (UPDATE, oleh" in told


def test_window_begins_with_its_first_instant_and_ends_before_its_last(
    team: Team, officer: User
) -> None:
    second = timedelta(seconds=1)
    for name, at in {
        "sebelum": START - second,
        "awal": START,
        "akhir": START + HOUR - second,
        "sesudah": START + HOUR,
    }.items():
        with clock.at(at):
            note_look(by=officer, person=team.innovator, path=f"/{name}/")
    text = about(team.innovator, report())
    assert [name for name in ("sebelum", "awal", "akhir", "sesudah") if name in text] == [
        "awal",
        "akhir",
    ]


@pytest.mark.usefixtures("in_window")
def test_one_account_alone_with_what_it_opened(team: Team, officer: User, tmp_path: Path) -> None:
    stolen, other = make_person(Role.SECRETARIAT_OFFICER), make_team()
    note_look(by=officer, person=other.innovator, path="/bukan-dia/")
    note_look(by=stolen, person=team.innovator, path="/dia/")
    membership = other.innovator.memberships.get()
    end_membership(by=other.admin, membership=membership)
    at = (START + HOUR / 3).isoformat()
    door = {"logger": "sinovik.web.door", "event": "opened", "timestamp": at}
    lines = [
        door | {"person": stolen.pk, "view": "agencies:mail_list", "request_id": "a"},
        door | {"person": stolen.pk, "view": "x:y", "number": 7, "request_id": "b"},
        door | {"person": officer.pk, "view": "z:z", "request_id": "c"},
        door | {"person": stolen.pk, "view": "x:late", "timestamp": (START + HOUR).isoformat()},
        {"at": at, "path": "/kerja/surel/", "request_id": "a", "status": 200},
        [1],
    ]
    log = tmp_path / "log"
    log.write_text("bukan JSON\n" + "\n".join(map(json.dumps, lines)))
    text = report("--account", stolen.email, "--log", str(log))
    assert "/dia/" in about(team.innovator, text)
    assert not about(other.innovator, text)
    assert "opened /kerja/surel/" in text
    assert "opened x:y 7" in text
    assert "z:z" not in text
    assert "x:late" not in text
    everybody = report("--log", str(log))
    assert "/bukan-dia/" in about(other.innovator, everybody)
    assert "membership_ended" in about(other.innovator, everybody)
    assert f"  {stolen.pk}: 2\n" in everybody
    assert "tidak diketahui tanpa --log" in report()


def test_what_is_no_instant_or_account_is_said() -> None:
    for wrong in (
        ("--from", "kemarin", "--until", "2026-11-29"),
        ("--from", "2026-11-29", "--until", "2026-11-28"),
        (*WINDOW, "--account", "siapa@contoh.example"),
    ):
        with pytest.raises(CommandError):
            call_command("incident_report", *wrong, stdout=StringIO())


def test_head_tells_who_is_affected_once_each_and_on_the_record(
    team: Team, officer: User, tmp_path: Path, client: Client
) -> None:
    head, letter = make_person(Role.SECRETARIAT_HEAD), tmp_path / "surat.txt"
    told = [team.innovator, team.admin]
    numbers = [str(person.pk) for person in [*told, team.admin]]
    more = ["--subject", "Data Anda dilihat", "--text", str(letter), "--by"]

    def tell(by: str, *people: str) -> None:
        call_command("incident_notice", *people, *more, by, stdout=StringIO())

    letter.write_text("Pada [waktu] data Anda dilihat.")
    with pytest.raises(CommandError, match="belum diganti"):
        tell(head.email, *numbers)
    letter.write_text("Pada 29 November data Anda dilihat.")
    for by, people in ((officer.email, numbers), ("x@x.example", numbers), (head.email, ["0"])):
        with pytest.raises(CommandError):
            tell(by, *people)
    assert not Mail.objects.filter(subject__contains="Data Anda dilihat").exists()
    tell(head.email, *numbers)
    mails = Mail.objects.filter(subject__contains="Data Anda dilihat")
    assert {mail.recipient_id for mail in mails} == {person.pk for person in told}
    assert len(mails) == 2
    assert AuditEvent.objects.filter(verb="incident_told", actor=head).count() == 2
    client.force_login(team.innovator)
    call_command("end_sessions", team.innovator.email, stdout=StringIO())
    assert client.get("/kerja/").status_code == 302
