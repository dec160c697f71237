"""The dress rehearsal walks every stage by the real actions and leaves nothing but its report."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.db import IntegrityError, connection
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from agencies.actions.people import NewPerson, enrol_people
from competitions.actions.design import clone_edition, save_part
from competitions.actions.reference import rule_blueprints
from competitions.actions.rehearsals import make_rehearsal, note_progress, request_rehearsal
from competitions.blueprints import Content, DocumentBlueprint, Part
from competitions.enums import RehearsalState
from competitions.exceptions import EditionInconsistent, WrongState
from competitions.models import Edition, EligibilityRule, Entry, Rehearsal
from competitions.queries.design import Place, blueprint_of, mark_of, present_content
from innovations.models import Attachment, Replication
from sinovik.web.access import Forbidden
from tests.editions import FIRST, REVIEW, SECOND
from tests.factories import Contest, make_contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=1)


@pytest.fixture
def draft(contest: Contest) -> Edition:
    return clone_edition(
        by=contest.head, source=contest.edition, year=2197, name="KIPP 2197", theme="Dekat"
    )


def change(contest: Contest, draft: Edition, place: Place, alter: Callable[[Content], Any]) -> None:
    rows = present_content(blueprint_of(draft), place)
    seen, content = mark_of(rows), alter(rows)
    save_part(by=contest.head, edition=draft, place=place, content=content, seen=seen)


def rehearse(contest: Contest, draft: Edition) -> Rehearsal:
    rehearsal = request_rehearsal(by=contest.head, edition=draft)
    make_rehearsal(rehearsal_id=rehearsal.pk)
    rehearsal.refresh_from_db()
    return rehearsal


def every_row() -> dict[str, list[Any]]:
    """All rows of every table but that of rehearsals, the library's and the sessions' included."""
    rows = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table != Rehearsal._meta.db_table:
                cursor.execute(f'SELECT md5(t::text) FROM "{table}" t ORDER BY 1')
                rows[table] = cursor.fetchall()
    return rows


def test_rehearsal_reaches_the_announcement_and_leaves_no_row(
    contest: Contest, draft: Edition
) -> None:
    rehearsal = request_rehearsal(by=contest.head, edition=draft)
    before = every_row()
    assert len(before) >= len(list(apps.get_models())) - 5
    assert before["competitions_entry"]
    make_rehearsal(rehearsal_id=rehearsal.pk)
    assert every_row() == before
    rehearsal.refresh_from_db()
    assert rehearsal.stopped_at == "", rehearsal.report[-1]["refusal"]
    assert rehearsal.state == RehearsalState.DONE
    assert rehearsal.done == rehearsal.total == len(rehearsal.report) == 5
    titles = [screen["title"] for stage in rehearsal.report for screen in stage["screens"]]
    assert titles == [
        "Daftar tugas proposal", "Bagian formulir", "Periksa jawaban",
        "Antrean seleksi", "Pemeriksaan satu proposal",
        "Penugasan dan kemajuan", "Antrean penilai", "Lembar nilai",
        "Papan peringkat",
        "Penugasan dan kemajuan", "Antrean penilai", "Lembar nilai", "Papan peringkat",
    ]  # fmt: skip
    letters = [letter for stage in rehearsal.report for letter in stage["letters"]]
    assert any("lolos" in letter["subject"].lower() for letter in letters)
    assert all("simulasi" in letter["to"] or letter["to"] for letter in letters)
    for stage in rehearsal.report:
        for screen in stage["screens"]:
            assert "<h1" in screen["html"], screen["title"]
            assert "<script" not in screen["html"]
            assert "csrfmiddlewaretoken" not in screen["html"]
    assert Entry.objects.filter(edition=draft).count() == 0


def test_rehearsal_waits_for_the_objection_windows(
    contest: Contest, draft: Edition, settings: Any
) -> None:
    """And for the line: with a proxy before the site a close is over minutes later."""
    settings.TRUSTED_PROXIES = 1
    for slug in (FIRST, SECOND):
        place = Place(Part.SETTINGS, slug)
        change(contest, draft, place, lambda rows: [rows[0] | {"objection_days": 3}])
    steps = [
        {"kind": "nominees_per_type", "number": 2, "trait": ""},
        {"kind": "most_per_agency", "number": 1, "trait": ""},
        {"kind": "passing_grade", "number": None, "trait": ""},
    ]
    # A grade that nobody reaches: the plenary fills every seat.
    grade = Place(Part.SETTINGS, REVIEW)
    change(contest, draft, grade, lambda rows: [rows[0] | {"passing_grade": 100}])
    change(contest, draft, Place(Part.POLICY, FIRST), lambda _rows: steps)
    rehearsal = rehearse(contest, draft)
    assert rehearsal.stopped_at == "", rehearsal.report[-1]["refusal"]
    titles = [screen["title"] for stage in rehearsal.report for screen in stage["screens"]]
    assert titles.count("Sanggahan") == 2
    said = [line for stage in rehearsal.report for line in stage["steps"]]
    assert [line.split(":")[0] for line in said if " masuk, " in line] == [
        "Nominasi tiap jenis instansi paling banyak 2 kali jatah kursinya",
        "Paling banyak 1 per instansi",
        "Nilai di bawah 100 tidak masuk daftar",
    ]
    assert any(line.startswith("Pleno mengisi") for line in said)


def test_rehearsal_answers_every_section_and_document_and_leaves_no_file() -> None:
    letter = DocumentBlueprint("surat-pernyataan", "Surat pernyataan")
    contest = make_contest(entries=0, documents=[letter, DocumentBlueprint("foto", "Foto")])
    draft = clone_edition(
        by=contest.head, source=contest.edition, year=2198, name="KIPP 2198", theme="Dekat"
    )
    more = [{"key": f"lagi-{number}", "title": f"Bagian tambahan {number}"} for number in range(8)]
    change(
        contest, draft, Place(Part.SECTIONS), lambda rows: [*rows, *(rows[0] | one for one in more)]
    )
    change(
        contest,
        draft,
        Place(Part.RULES),
        lambda rows: [row | {"severity": "blocking"} for row in rows],
    )
    uploads = Path(storages["uploads"].path(""))
    before = {path for path in uploads.rglob("*") if path.is_file()}
    rehearsal = rehearse(contest, draft)
    assert rehearsal.stopped_at == "", rehearsal.report[-1]["refusal"]
    assert {path for path in uploads.rglob("*") if path.is_file()} == before
    assert not Attachment.objects.exists()


def test_rehearsal_brings_a_replica_where_the_group_asks_for_one(
    contest: Contest, draft: Edition
) -> None:
    (rule,) = rule_blueprints("replication")
    EligibilityRule.objects.create(
        edition=draft,
        group=draft.groups.get(),
        key=rule.key,
        source=rule.source,
        basis=rule.basis,
    )
    rehearsal = rehearse(contest, draft)
    assert rehearsal.stopped_at == "", rehearsal.report[-1]["refusal"]
    assert not Replication.objects.exists()


def test_trace_would_be_seen(contest: Contest, draft: Edition) -> None:
    """Control: what `every_row` compares does change when a row stays."""
    before = every_row()
    request_rehearsal(by=contest.head, edition=draft)
    assert every_row() != before


def test_rehearsal_stops_where_the_edition_refuses(contest: Contest, draft: Edition) -> None:
    change(
        contest,
        draft,
        Place(Part.RULES),
        lambda rows: [
            row | ({"severity": "blocking", "parameters": row["parameters"] | {"least_words": 20}}
                   if row["key"] == "junk" else {})
            for row in rows
        ],
    )  # fmt: skip
    change(
        contest,
        draft,
        Place(Part.SECTIONS),
        lambda rows: [row | {"maximum_words": 3} for row in rows],
    )
    before = every_row()
    rehearsal = rehearse(contest, draft)
    assert rehearsal.state == RehearsalState.DONE
    assert rehearsal.stopped_at == rehearsal.report[-1]["name"] == "Pendaftaran"
    assert rehearsal.report[-1]["refusal"]
    now = every_row()
    same = [table for table in before if now[table] == before[table]]
    changed = set(before) - set(same)
    assert changed <= {
        "audit_auditevent",
        "procrastinate_jobs",
        "procrastinate_events",
    }, changed


def test_rehearsal_runs_once_and_is_asked_for_once(contest: Contest, draft: Edition) -> None:
    first = request_rehearsal(by=contest.head, edition=draft)
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="rehearse_edition")
    assert request_rehearsal(by=contest.head, edition=draft) == first
    assert jobs.count() == 1
    make_rehearsal(rehearsal_id=first.pk)
    report = Rehearsal.objects.get().report
    make_rehearsal(rehearsal_id=first.pk)
    assert Rehearsal.objects.get().report == report
    note_progress(first.pk, 1)


def test_rehearsal_is_refused_to_others_for_open_and_for_unsound_editions(
    contest: Contest, draft: Edition
) -> None:
    with pytest.raises(Forbidden):
        request_rehearsal(by=contest.officer, edition=draft)
    with pytest.raises(WrongState):
        request_rehearsal(by=contest.head, edition=contest.edition)
    change(contest, draft, Place(Part.GROUPS), lambda _rows: [])
    with pytest.raises(EditionInconsistent):
        request_rehearsal(by=contest.head, edition=draft)
    assert not Rehearsal.objects.exists()


def test_rehearsal_that_breaks_is_marked_and_leaves_nothing(
    contest: Contest, draft: Edition
) -> None:
    rehearsal = request_rehearsal(by=contest.head, edition=draft)
    taken = NewPerson(email=f"gladi-{draft.pk}-1@gladi.example", name="Orang lain")
    enrol_people(by=None, people=[taken])
    before = every_row()
    with pytest.raises(IntegrityError):
        make_rehearsal(rehearsal_id=rehearsal.pk)
    rehearsal.refresh_from_db()
    assert rehearsal.state == RehearsalState.FAILED
    assert every_row() == before


def test_pages_start_follow_and_show_what_came_of_it(
    client: WatchfulClient, contest: Contest, draft: Edition
) -> None:
    start = reverse("competitions:rehearsal_start", args=[draft.year])
    overview = reverse("competitions:design_overview", args=[draft.year])
    client.force_login(contest.head)
    assert start in client.get(overview).content.decode()
    detail = client.post(start)["Location"]
    assert "sedang berjalan" in client.get(detail).content.decode()
    make_rehearsal(rehearsal_id=Rehearsal.objects.get().pk)
    body = client.get(detail).content.decode()
    assert "Semua tahap berjalan" in body
    client.force_login(contest.officer)
    screen = reverse("competitions:rehearsal_screen", args=[Rehearsal.objects.get().pk, 8])
    assert screen in client.get(detail).content.decode()
    kept = client.get(screen).content.decode()
    assert "Gladi bersih, simulasi" in kept
    assert 'action="/kerja' not in kept or "disabled" in kept
    assert client.get(screen.replace("/8/", "/99/")).status_code == 404
    assert client.post(start).status_code == 403
    client.force_login(contest.team.admin)
    assert client.get(detail).status_code == 403
    client.force_login(contest.head)
    begun = reverse("competitions:rehearsal_start", args=[contest.edition.year])
    assert "belum dibuka" in client.post(begun, follow=True).content.decode()
    draft.groups.all().delete()
    assert client.post(start).status_code == 409
