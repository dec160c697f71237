"""Writing a proposal: start, task list, sections, autosave, conflicts, locks."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from competitions.actions.writing import save_entry_section
from competitions.enums import EntryState
from competitions.models import Entry
from competitions.queries.tasks import IDENTITY, TaskState, tasks_of
from innovations.models import Innovation
from sinovik.audit import clock
from tests.factories import (
    ADMINISTRATIVE,
    REGISTRATION,
    Contest,
    enter,
    make_contest,
    make_entry_in,
    make_innovations,
    make_person,
    make_team,
    walk_entry,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
LONG = "kata " * 400


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=1)


@pytest.fixture
def entry(contest: Contest) -> Entry:
    return contest.entries[0]


def tasks(entry: Entry) -> str:
    return reverse("competitions:entry_tasks", args=[entry.pk])


def section(entry: Entry, key: str = "novelty") -> str:
    return reverse("competitions:entry_section", args=[entry.pk, key])


def typed(entry: Entry, text: str, **more: str) -> dict[str, Any]:
    return {"text": text, "version": stored(entry).edit_number, **more}


def stored(entry: Entry) -> Innovation:
    return Innovation.objects.get(pk=entry.innovation_id)


def put(client: WatchfulClient, entry: Entry, text: str, number: object) -> HttpResponse:
    return client.put(
        section(entry),
        json.dumps({"text": text}),
        content_type="application/json",
        headers={"If-Match": f'"{number}"'},
    )


def page(response: HttpResponse) -> str:
    return response.content.decode()


def test_start_makes_a_dossier_and_a_proposal_at_once(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.team.innovator)
    address = reverse("competitions:entry_create")
    assert "Mulai proposal" in page(client.get(address))
    response = client.post(
        address,
        {
            "new-title": "  Antrean   dari rumah ",
            "new-unit": contest.team.unit.pk,
            "new-group": contest.edition.groups.get().pk,
        },
    )
    made = Entry.objects.latest("pk")
    assert response.url == tasks(made)
    assert made.innovation.title == "Antrean dari rumah"
    assert made.innovation.unit == contest.team.unit


def test_start_pressed_twice_leads_to_the_same_proposal(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.team.innovator)
    address = reverse("competitions:entry_create")
    typed = {"new-title": "Antrean dari rumah", "new-group": contest.edition.groups.get().pk}
    first, second = client.post(address, typed), client.post(address, typed)
    (made,) = Entry.objects.filter(innovation__title="Antrean dari rumah")
    assert first.url == second.url == tasks(made)


def test_start_uses_a_dossier_of_the_register(client: WatchfulClient, contest: Contest) -> None:
    (innovation,) = make_innovations(contest.team)
    client.force_login(contest.team.innovator)
    response = client.post(
        reverse("competitions:entry_create"),
        {
            "known": "1",
            "known-innovation": innovation.pk,
            "known-group": contest.edition.groups.get().pk,
        },
    )
    assert response.url == tasks(Entry.objects.get(innovation=innovation))


def test_start_keeps_what_was_typed_when_refused(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.team.innovator)
    before = Innovation.objects.count()
    response = client.post(
        reverse("competitions:entry_create"), {"new-title": "J" * 201, "new-group": ""}
    )
    assert "Judul paling panjang 200 karakter" in page(response)
    assert "J" * 201 in page(response)
    assert "<title>Kesalahan:" in page(response)
    assert Innovation.objects.count() == before


def test_start_does_not_offer_dossiers_of_others(client: WatchfulClient, contest: Contest) -> None:
    (foreign,) = make_innovations(make_team())
    client.force_login(contest.team.innovator)
    assert foreign.title not in page(client.get(reverse("competitions:entry_create")))


def test_start_without_an_open_edition_says_so(client: WatchfulClient) -> None:
    client.force_login(make_person(Role.INNOVATOR))
    response = client.get(reverse("competitions:entry_create"))
    assert "Belum ada edisi yang membuka pendaftaran" in page(response)


def test_start_is_for_agency_people(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    assert client.get(reverse("competitions:entry_create")).status_code == 403


def test_tasks_say_what_is_done_and_what_is_left(client: WatchfulClient, entry: Entry) -> None:
    client.force_login(entry.created_by)
    response = page(client.get(tasks(entry)))
    assert "Identitas inovasi" in response
    assert "Sedang diisi" in response
    assert "Belum diisi: " in response
    assert "dari 5 bagian selesai" in response
    assert "Periksa dan kirim" in response


def test_a_short_section_reads_as_begun_until_it_is_sent(contest: Contest, entry: Entry) -> None:
    def states(one: Entry) -> set[str]:
        form = contest.edition.sections.all()
        return {task.state for task in tasks_of(one, form) if task.key != IDENTITY}

    assert states(entry) == {TaskState.STARTED}
    assert states(walk_entry(contest, entry, EntryState.WITH_AGENCY)) == {TaskState.DONE}


def test_tasks_show_each_remark_on_its_task(client: WatchfulClient, contest: Contest) -> None:
    entry = make_entry_in(EntryState.RETURNED, contest)
    client.force_login(contest.team.innovator)
    response = page(client.get(tasks(entry)))
    assert "1 catatan perbaikan" in response
    assert "Lengkapi." in response


def test_tasks_of_another_agency_are_not_found(client: WatchfulClient, entry: Entry) -> None:
    client.force_login(make_team().innovator)
    for address in (tasks(entry), section(entry), section(entry, "summary")):
        assert client.get(address).status_code == 404
    client.force_login(make_person())
    assert client.get(tasks(entry)).status_code == 404


def test_tasks_are_read_by_the_secretariat_without_a_way_to_write(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    client.force_login(contest.officer)
    assert "Anda dapat membaca proposal ini" in page(client.get(tasks(entry)))
    assert "<textarea" not in page(client.get(section(entry)))
    response = client.post(section(entry), typed(entry, "Diubah"))
    assert "milik unit atau instansi lain" in page(response)
    assert stored(entry).sections["novelty"] != "Diubah"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (EntryState.WITH_AGENCY, "Proposal terkunci sejak"),
        (EntryState.SUBMITTED, "Proposal terkunci sejak diajukan"),
        (EntryState.WITHDRAWN, "Proposal ditarik"),
    ],
)
def test_tasks_say_who_holds_a_locked_proposal(
    client: WatchfulClient, contest: Contest, entry: Entry, state: str, sentence: str
) -> None:
    walk_entry(contest, entry, state)
    client.force_login(contest.team.innovator)
    assert sentence in page(client.get(tasks(entry)))


def test_text_after_the_close_goes_into_the_dossier_and_says_so(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    client.force_login(entry.created_by)
    with clock.at(contest.stage(REGISTRATION).closes_at):
        assert "Tenggat sudah lewat" in page(client.get(tasks(entry)))
        assert "<textarea" in page(client.get(section(entry)))
        response = client.post(section(entry), typed(entry, "Terlambat ditulis", exit="1"))
        assert "tidak ikut edisi ini" in page(client.get(response.url))
        answer = put(client, entry, "Terlambat sendiri", 2)
    assert (answer.status_code, answer["ETag"]) == (200, '"3"')
    assert "Pendaftaran ditutup" in answer.json()["message"]
    assert stored(entry).sections["novelty"] == "Terlambat sendiri"
    assert Entry.objects.get(pk=entry.pk).state == EntryState.DRAFT


def test_text_at_the_last_moment_is_no_late_one(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    client.force_login(entry.created_by)
    with clock.at(contest.stage(REGISTRATION).closes_at - timedelta(microseconds=1)):
        assert put(client, entry, "Tepat waktu", 1).json()["message"] == ""


def test_text_after_the_close_does_not_touch_what_was_submitted(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    walk_entry(contest, entry, EntryState.SUBMITTED)
    client.force_login(contest.team.admin)
    with clock.at(contest.stage(REGISTRATION).closes_at):
        assert put(client, entry, "Menyusul", 1).status_code == 423
    version = Entry.objects.get(pk=entry.pk).version
    assert version is not None
    assert "Menyusul" not in str(version.content)


def test_section_saves_and_goes_on_to_the_next(client: WatchfulClient, entry: Entry) -> None:
    client.force_login(entry.created_by)
    response = client.post(section(entry, "background"), typed(entry, "Baris satu\r\nbaris dua"))
    assert response.url == section(entry, "novelty")
    assert stored(entry).sections["background"] == "Baris satu\nbaris dua"
    assert client.post(section(entry), typed(entry, "Baru", exit="1")).url == tasks(entry)
    last = client.post(section(entry, "sustainability"), typed(entry, "Terus"))
    assert last.url == reverse("competitions:entry_check", args=[entry.pk])


def test_section_saves_a_text_that_is_too_long_and_says_by_how_much(
    client: WatchfulClient, entry: Entry
) -> None:
    client.force_login(entry.created_by)
    onward = client.post(section(entry), typed(entry, LONG))
    assert stored(entry).sections["novelty"] == LONG.strip()
    assert "melewati batas 300 kata. Kurangi 100 kata" in page(client.get(onward.url))
    assert "melewati batas" not in page(client.get(onward.url))
    leaving = client.post(section(entry), typed(entry, LONG, exit="1"))
    assert "melewati batas 300 kata" in page(client.get(leaving.url))
    client.post(section(entry), typed(entry, LONG.replace("kata", "", 100)))
    assert "melewati batas" not in page(client.get(onward.url))
    client.post(section(entry), typed(entry, LONG))
    assert "Perlu dikurangi 100 kata" in page(client.get(section(entry)))
    assert "Perlu dikurangi 100 kata" in page(client.get(tasks(entry)))


def test_section_sent_without_its_text_leaves_what_is_stored(
    client: WatchfulClient, entry: Entry
) -> None:
    client.force_login(entry.created_by)
    client.post(section(entry), typed(entry, "Yang sudah ditulis"))
    version = {"version": stored(entry).edit_number}
    response = client.post(section(entry), version | {"exit": "1"})
    assert response.status_code == 422
    assert "tidak ikut terkirim, jadi yang tersimpan tidak diubah." in page(response)
    assert ">\nYang sudah ditulis</textarea>" in page(response), "so that saving again keeps it"
    assert stored(entry).sections["novelty"] == "Yang sudah ditulis"
    assert stored(entry).edit_number == version["version"]
    assert client.post(section(entry), typed(entry, "", exit="1")).url == tasks(entry)
    assert not stored(entry).sections["novelty"], "a text that was emptied is"


def test_section_writes_the_summary_into_its_own_column(
    client: WatchfulClient, entry: Entry
) -> None:
    client.force_login(entry.created_by)
    client.post(section(entry, "summary"), typed(entry, "Ringkasnya begini"))
    assert stored(entry).summary == "Ringkasnya begini"
    assert "summary" not in stored(entry).sections


def test_section_shows_the_rubric_that_will_judge_it(client: WatchfulClient, entry: Entry) -> None:
    client.force_login(entry.created_by)
    response = page(client.get(section(entry)))
    assert "Apa yang dinilai di bagian ini?" in response
    assert "<b>50%</b>" in response


def test_section_that_the_edition_lacks_is_not_found(client: WatchfulClient, entry: Entry) -> None:
    client.force_login(entry.created_by)
    assert client.get(section(entry, "tidak-ada")).status_code == 404


def test_section_with_a_newer_text_shows_both_and_loses_none(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    old = typed(entry, "Teks saya")
    save_entry_section(
        by=contest.team.admin, entry=entry, edit_number=1, key="novelty", text="Teks rekan"
    )
    client.force_login(contest.team.innovator)
    response = client.post(section(entry), old)
    assert response.status_code == 409
    for words in ("Teks saya", "Teks rekan", "Pakai versi saya", "Simpan gabungan"):
        assert words in page(response)
    client.post(section(entry), typed(entry, "Teks saya"))
    assert stored(entry).sections["novelty"] == "Teks saya"


def test_section_is_no_conflict_when_another_one_was_saved(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    old = typed(entry, "Teks saya")
    save_entry_section(
        by=contest.team.admin, entry=entry, edit_number=1, key="background", text="Lain"
    )
    client.force_login(contest.team.innovator)
    assert client.post(section(entry), old).status_code == 302
    assert stored(entry).sections["novelty"] == "Teks saya"
    assert stored(entry).sections["background"] == "Lain"


def test_autosave_answers_with_the_next_edit_number(client: WatchfulClient, entry: Entry) -> None:
    client.force_login(entry.created_by)
    response = put(client, entry, "Mengalir\r\nsendiri", 1)
    assert (response.status_code, response["ETag"]) == (200, '"2"')
    assert stored(entry).sections["novelty"] == "Mengalir\nsendiri"
    again = put(client, entry, "Mengalir\nsendiri", 2)
    assert (again.status_code, again["ETag"]) == (200, '"2"')


def test_autosave_tells_the_state_that_the_navigation_should_show(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    client.force_login(contest.team.innovator)
    texts = ["", "Baru mulai", "kata beda " * 15]
    for number, (text, state) in enumerate(
        zip(texts, ["Belum diisi", "Sedang diisi", "Selesai"], strict=True), start=1
    ):
        (tag,) = put(client, entry, text, number).json()["parts"].values()
        assert state in tag
        assert page(client.get(section(entry))).count(tag.strip()) == 2, "wide and phone"


def test_autosave_over_a_newer_text_is_refused(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    save_entry_section(
        by=contest.team.admin, entry=entry, edit_number=1, key="novelty", text="Teks rekan"
    )
    client.force_login(contest.team.innovator)
    response = put(client, entry, "Teks saya", 1)
    assert response.status_code == 409
    assert "versi lebih baru" in response.json()["message"]
    assert stored(entry).sections["novelty"] == "Teks rekan"


def test_autosave_of_a_locked_proposal_is_refused(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    walk_entry(contest, entry, EntryState.WITH_AGENCY)
    client.force_login(contest.team.innovator)
    assert put(client, entry, "Menyusul", 1).status_code == 423
    assert stored(entry).sections["novelty"] != "Menyusul"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "bukan json",
        "[]",
        "{}",
        '{"text": null}',
        '{"text": "a", "state": "submitted"}',
        '{"text": "a\\u0000b"}',
        '{"text": "a\\ud800b"}',
        "[" * 100_000,
    ],
)
def test_autosave_of_something_else_is_refused(
    client: WatchfulClient, entry: Entry, body: str
) -> None:
    client.force_login(entry.created_by)
    response = client.put(
        section(entry), body, content_type="application/json", headers={"If-Match": '"1"'}
    )
    assert response.status_code == 400
    assert put(client, entry, "Tanpa nomor", "").status_code == 428
    assert stored(entry).edit_number == 1


def test_autosave_of_another_agency_is_not_found(client: WatchfulClient, entry: Entry) -> None:
    client.force_login(make_team().innovator)
    assert put(client, entry, "Disusupkan", 1).status_code == 404


@pytest.mark.parametrize("state", [EntryState.DRAFT, EntryState.RETURNED, EntryState.WITH_AGENCY])
def test_pages_of_a_proposal_stay_cheap(
    client: WatchfulClient, contest: Contest, state: str
) -> None:
    entry = walk_entry(contest, contest.entries[0], state)
    enter(contest, make_innovations(contest.team, 3))
    client.force_login(contest.team.admin)
    for address in (tasks(entry), section(entry)):
        client.get(address)
        with CaptureQueriesContext(connection) as context:
            assert client.get(address).status_code == 200
        assert len(context) <= 15, address


def test_section_of_a_submitted_proposal_shows_what_was_submitted(
    client: WatchfulClient,
) -> None:
    contest = make_contest(ADMINISTRATIVE, entries=1)
    (entry,) = contest.entries
    client.force_login(contest.team.innovator)
    response = client.get(section(entry))
    assert response.url == reverse("competitions:entry_check", args=[entry.pk]) + "#bagian-novelty"
    assert contest.stage(REGISTRATION).state == "closed"


def test_newer_text_of_ones_own_other_tab_is_called_ones_own(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    old = typed(entry, "Teks di tab kedua")
    me, colleague = contest.team.innovator, contest.team.admin
    client.force_login(me)
    save_entry_section(by=me, entry=entry, edit_number=1, key="novelty", text="Teks tab pertama")
    panel = put(client, entry, "Teks di tab kedua", 1).json()["panel"]
    for told in (panel, page(client.post(section(entry), old))):
        assert "Anda sendiri menyimpan bagian ini" in told
        assert "tab atau perangkat lain" in told
    # A colleague's text stays the colleague's, whoever saved another section since.
    save_entry_section(by=colleague, entry=entry, edit_number=2, key="novelty", text="Teks rekan")
    save_entry_section(by=me, entry=entry, edit_number=3, key="purpose", text="Bagian lain")
    panel = put(client, entry, "Teks di tab kedua", 2).json()["panel"]
    assert f"{colleague.name} menyimpan bagian ini" in panel
    assert "Anda sendiri" not in panel
