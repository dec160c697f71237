"""Presentation pages: the secretariat draws and mends, the panel follows, agencies confirm."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from competitions.actions.assignments import declare_conflict
from competitions.models import Presentation, PresentationRoom, PresentationSlot
from sinovik.audit import clock
from sinovik.web.zones import contest_day
from tests import factories
from tests.conftest import WatchfulClient
from tests.factories import SECOND, Contest

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    """Three entries before the panel."""
    return factories.make_contest(SECOND, entries=3, seats=(3, 1), judges=2)


def typed(**changes: Any) -> dict[str, Any]:
    monday = contest_day(clock.now())
    monday += timedelta(days=7 - monday.weekday())
    return {
        "first_day": monday.isoformat(),
        "last_day": (monday + timedelta(days=5)).isoformat(),
        "starts": "09:00",
        "ends": "10:00",
        "breaks": "09.20–09.40",
        "rooms": "Ruang A, https://rapat.example/a\nRuang B",
        "presentation_minutes": "7",
        "question_minutes": "13",
        "seed": "5",
    } | changes


def address(name: str, pk: int) -> str:
    return reverse(f"competitions:{name}", args=[pk])


def publish(client: WatchfulClient, contest: Contest) -> list[Presentation]:
    stage = contest.stage(SECOND)
    client.force_login(contest.officer)
    client.post(address("presentation_draw", stage.pk), typed())
    client.post(address("presentation_publish", stage.pk))
    rows = Presentation.objects.select_related("slot__room", "entry__innovation")
    return list(rows.order_by("slot__starts_at", "slot__room__position"))


def test_secretariat_draws_mends_and_publishes(client: WatchfulClient, contest: Contest) -> None:
    stage = contest.stage(SECOND)
    board, form = (
        address(name, stage.pk) for name in ("presentation_schedule", "presentation_draw")
    )
    client.force_login(contest.panelists[0])
    assert "Jadwal belum diterbitkan" in client.get(board).content.decode()
    assert client.get(form).status_code == 403
    client.force_login(contest.officer)
    assert board in client.get(address("stage_detail", stage.pk)).content.decode()
    assert "3 peserta" in client.get(board).content.decode()
    assert "12.00–13.00" in client.get(form).content.decode()
    for change, sentence in (
        ({"breaks": "siang"}, "bukan jeda"),
        ({"breaks": "09.00–09.01\n" * 9}, "Jeda paling banyak"),
        ({"rooms": "A, http://rapat.example"}, "Mulai dengan https"),
        ({"rooms": "x" * 90}, "paling panjang 80"),
        ({"rooms": "A\n" * 30}, "Isi 1 sampai 20 ruang"),
        ({"last_day": "2001-01-01"}, "paling cepat hari pertama"),
        ({"first_day": "2031-08-02", "last_day": "2031-08-03"}, "Tidak ada hari kerja"),
        ({"ends": "08:00"}, "sesudah jam mulai"),
        ({"seed": ""}, "Benih undian"),
    ):
        page = client.post(form, typed(**change))
        assert page.status_code == 422, change
        assert sentence in page.content.decode(), change
        assert typed(**change)["rooms"].split("\n")[0] in page.content.decode()
    few = client.post(form, typed(rooms="Ruang A", last_day=typed()["first_day"]))
    assert few.status_code == 409
    assert "2 slot untuk 3 peserta" in few.content.decode()
    page = client.post(form, typed(), follow=True).content.decode()
    assert "Rancangan" in page
    assert "Terbitkan jadwal" in page
    assert "Ruang A, https://rapat.example/a" in client.get(form).content.decode()
    client.force_login(contest.panelists[0])
    assert "Jadwal belum diterbitkan" in client.get(board).content.decode()
    client.force_login(contest.officer)
    page = client.post(address("presentation_publish", stage.pk), follow=True).content.decode()
    assert "Diterbitkan" in page
    assert "3 peserta belum dipastikan" in page
    assert client.post(address("presentation_publish", stage.pk)).status_code == 409
    turn = Presentation.objects.all()[0]
    move = address("presentation_move", turn.pk)
    assert "tukar: " in client.get(move).content.decode()
    assert client.post(move, {"slot": ""}).status_code == 422
    free = PresentationSlot.objects.filter(presentations=None)[0]
    gone = client.post(move, {"slot": f"{free.pk}-{turn.pk}"})
    assert gone.status_code == 422
    assert "baru saja berubah" in gone.content.decode()
    assert client.post(move, {"slot": f"{free.pk}-0"}, follow=True).status_code == 200
    turn.refresh_from_db()
    assert turn.slot == free
    room = PresentationRoom.objects.all()[0]
    change = address("presentation_room", room.pk)
    assert client.get(change).status_code == 200
    assert client.post(change, {"name": "", "link": ""}).status_code == 422
    assert "Aula" in client.post(change, {"name": "Aula"}, follow=True).content.decode()


def test_conflicted_panelist_sees_only_that_a_slot_is_taken(
    client: WatchfulClient, contest: Contest
) -> None:
    first, *_others = publish(client, contest)
    panelist = contest.panelists[0]
    stage = contest.stage(SECOND)
    board = address("presentation_schedule", stage.pk)
    wall = address("presentation_clock", first.slot.room_id)
    client.force_login(panelist)
    sheet = next(
        one for one in contest.assignments(SECOND, panelist) if one.entry_id == first.entry_id
    )
    for page in (client.get(board), client.get(wall)):
        assert first.entry.innovation.title in page.content.decode()
        assert address("scoresheet_edit", sheet.pk) in page.content.decode()
    declare_conflict(by=panelist, entry=first.entry, reason="Saudara")
    for page in (client.get(board), client.get(wall)):
        for secret in (
            first.entry.innovation.title,
            first.entry.number,
            address("scoresheet_edit", sheet.pk),
        ):
            assert secret not in page.content.decode()
        assert "benturan kepentingan" in page.content.decode()
    assert "Terisi" in client.get(board).content.decode()
    assert "Slot ini terisi" in client.get(wall).content.decode()
    declare_conflict(by=contest.officer, entry=first.entry, reason="Saudara")
    client.force_login(contest.officer)
    assert client.get(address("presentation_move", first.pk)).status_code == 404
    step = client.post(address("presentation_step", first.pk), {"langkah": "mulai"})
    assert step.status_code == 404
    assert first.entry.innovation.title not in step.content.decode()
    entrant = address("entry_presentation", first.entry_id)
    assert client.get(entrant).status_code == 404


def test_strangers_of_the_edition_follow_nothing(client: WatchfulClient, contest: Contest) -> None:
    first, *_others = publish(client, contest)
    pages = [
        address("presentation_schedule", contest.stage(SECOND).pk),
        address("presentation_clock", first.slot.room_id),
    ]
    other = factories.make_person(Role.PANELIST)
    # Who may know of the schedule is told no more of a room than that it may be missing.
    told = {other: [404, 404], contest.observer: [403, 404], contest.team.admin: [403, 403]}
    for person, statuses in told.items():
        client.force_login(person)
        assert [client.get(page).status_code for page in pages] == statuses, person
    draft = factories.make_contest(SECOND, entries=2, seats=(2, 1), judges=2)
    client.force_login(draft.officer)
    client.post(address("presentation_draw", draft.stage(SECOND).pk), typed())
    room = PresentationRoom.objects.filter(schedule__stage=draft.stage(SECOND))[0]
    assert client.get(address("presentation_clock", room.pk)).status_code == 404


def test_wall_clock_follows_the_moderator(client: WatchfulClient, contest: Contest) -> None:
    first, *_others = publish(client, contest)
    room = first.slot.room_id
    own = list(Presentation.objects.filter(slot__room=room).order_by("slot__starts_at", "pk"))
    wall = address("presentation_clock", room)
    page = client.get(wall)
    assert "07.00" in page.content.decode()
    assert "Mulai presentasi" in page.content.decode()
    mark = page.context["mark"]
    assert client.get(wall, {"tanda": mark}).status_code == 204
    step = address("presentation_step", own[0].pk)
    now = clock.now()
    with clock.at(now):
        client.post(step, {"langkah": "mulai"})
    part = client.get(wall, {"tanda": mark}).content.decode()
    assert "<html" not in part
    assert "data-ends" in part
    with clock.at(now + timedelta(seconds=61)):
        assert "05.59" in client.get(wall).content.decode()
    with clock.at(now + timedelta(seconds=445)):
        late = client.get(wall).content.decode()
        assert "−00.25" in late
        assert "wall-over" in late
        client.post(step, {"langkah": "jeda"})
    assert "dijeda" in client.get(wall).content.decode()
    client.post(step, {"langkah": "lanjut"})
    client.post(step, {"langkah": "tanya"})
    assert "Tanya jawab" in client.get(wall).content.decode()
    assert client.post(step, {"langkah": "tanya"}).status_code == 409
    client.post(step, {"langkah": "apa saja"})
    for turn in own:
        for press in ("mulai", "tanya", "selesai"):
            client.post(address("presentation_step", turn.pk), {"langkah": press})
    assert "Semua presentasi di ruang ini selesai" in client.get(wall).content.decode()
    client.force_login(contest.panelists[0])
    assert client.post(step, {"langkah": "mulai"}).status_code == 403


def test_agency_reads_its_slot_on_three_clocks_and_confirms(
    client: WatchfulClient, contest: Contest
) -> None:
    entry = contest.entries[0]
    own = address("entry_presentation", entry.pk)
    client.force_login(contest.team.admin)
    assert client.get(own).status_code == 404
    publish(client, contest)
    turn = Presentation.objects.select_related("slot").get(entry=entry)
    client.force_login(contest.team.admin)
    assert own in client.get(address("entry_receipt", entry.pk)).content.decode()
    page = client.get(own).content.decode()
    for zone in ("WIB", "WITA", "WIT"):
        assert zone in page
    assert client.post(own, {"presenters": ""}).status_code == 422
    page = client.post(own, {"presenters": "Ibu Sari\nBapak Adi"}, follow=True).content.decode()
    assert "Hadir dipastikan" in page
    assert "Ibu Sari<br>Bapak Adi" in page
    file = client.get(address("entry_presentation_calendar", entry.pk))
    assert file["Content-Type"].startswith("text/calendar")
    utc = turn.slot.starts_at.strftime("%Y%m%dT%H%M%SZ")
    assert f"DTSTART:{utc}\r\n" in file.content.decode()
    assert "LOCATION:Ruang " in file.content.decode()
    client.force_login(factories.make_person(Role.AGENCY_ADMIN))
    assert client.get(own).status_code == 404
    assert client.get(address("entry_presentation_calendar", entry.pk)).status_code == 404
    client.force_login(contest.observer)
    assert "Ibu Sari" in client.get(own).content.decode()
    assert client.post(own, {"presenters": "Saya"}).status_code == 403
    client.force_login(contest.officer)
    client.post(address("presentation_step", turn.pk), {"langkah": "mulai"})
    client.force_login(contest.team.admin)
    again = client.post(own, {"presenters": "Ibu Ani"})
    assert again.status_code == 409


def test_pages_ask_the_same_number_of_queries_whatever_the_rows(
    client: WatchfulClient, contest: Contest
) -> None:
    first, second, third = publish(client, contest)
    room = first.slot.room_id
    pages = [
        address("presentation_schedule", contest.stage(SECOND).pk),
        address("presentation_clock", room),
        address("presentation_move", first.pk),
        address("entry_presentation", first.entry_id),
    ]
    for person in (contest.officer, contest.panelists[0], contest.team.admin):
        client.force_login(person)
        counts = []
        for page in pages:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(page)
            counts.append(len(queries))
            assert len(queries) <= 15, (person, page, len(queries))
    client.force_login(contest.officer)

    def asked() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        return found

    three = asked()
    for turn in (second, third):
        turn.delete()
    assert asked() == three
