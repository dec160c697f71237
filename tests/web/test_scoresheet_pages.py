"""The judge's queue and sheet: own rows alone, autosave, sending, conflicts."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.assignments import declare_conflict
from competitions.actions.scoresheets import finalise_sheet, save_sheet
from competitions.enums import SheetState
from competitions.models import Assignment, ConflictDeclaration, Stage
from sinovik.audit import clock
from tests import factories
from tests.factories import REVIEW, WEIGHTS, Contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(REVIEW, entries=3, reviews=3)


@pytest.fixture
def assignment(contest: Contest) -> Assignment:
    return contest.assignments(REVIEW, contest.evaluators[0])[0]


def at(name: str, assignment: Assignment) -> str:
    return reverse(f"competitions:{name}", args=[assignment.pk])


def filled(mark: int = 4, version: int = 1, **more: object) -> dict[str, object]:
    marks = {f"mark_{key}": mark for key in WEIGHTS}
    return {"version": version, **marks, "strengths": "Kuat.", "weaknesses": "", **more}


def send(assignment: Assignment, mark: int) -> None:
    """Save and send a sheet through the actions, as its judge."""
    judge = assignment.evaluator
    sheet = factories.sheet_for(assignment, mark)
    save_sheet(
        by=judge,
        assignment=assignment,
        edit_number=assignment.scoresheet.edit_number,
        sheet=sheet,
    )
    finalise_sheet(by=judge, assignment=assignment)


def test_queue_keeps_the_reading_order_and_offers_the_next(
    client: WatchfulClient, contest: Contest
) -> None:
    judge = contest.evaluators[0]
    client.force_login(judge)
    page = client.get(reverse("competitions:assignment_list")).content.decode()
    titles = [row.entry.innovation.title for row in contest.assignments(REVIEW, judge)]
    places = [page.index(title) for title in titles]
    assert places == sorted(places)
    assert "Mulai menilai" in page
    assert "0 dari 3 lembar dikirim" in page


def test_queue_filters_by_status(
    client: WatchfulClient, contest: Contest, assignment: Assignment
) -> None:
    send(assignment, 3)
    client.force_login(assignment.evaluator)
    title = assignment.entry.innovation.title
    address = reverse("competitions:assignment_list")
    assert title in client.get(address, {"status": "dikirim"}).content.decode()
    assert title not in client.get(address, {"status": "belum"}).content.decode()
    assert title in client.get(address, {"q": assignment.entry.number}).content.decode()
    assert "Lanjutkan menilai" in client.get(address).content.decode()


@pytest.mark.parametrize("name", ["assignment_list", "scoresheet_edit"])
def test_pages_cost_the_same_queries_at_one_and_at_three_rows(
    client: WatchfulClient, name: str
) -> None:
    counted = []
    for number in (1, 3):
        contest = factories.make_contest(REVIEW, entries=number, reviews=3, with_files=True)
        judge = contest.evaluators[0]
        client.force_login(judge)
        arguments = [] if name == "assignment_list" else [contest.assignments(REVIEW, judge)[0].pk]
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"competitions:{name}", args=arguments)).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 15


def test_sheet_shows_rubric_proposal_and_no_other_judges_marks(
    client: WatchfulClient, contest: Contest, assignment: Assignment
) -> None:
    other = Assignment.objects.exclude(evaluator=assignment.evaluator).get(
        entry=assignment.entry, evaluator=contest.evaluators[1]
    )
    send(other, 2)
    client.force_login(assignment.evaluator)
    page = client.get(at("scoresheet_edit", assignment)).content.decode()
    assert "Isi bagian novelty." in page
    assert "bobot 50%" in page
    assert "Catatan novelty." not in page
    assert "40,00" not in page
    assert contest.evaluators[1].name not in page


def test_blind_stage_hides_who_made_it(
    client: WatchfulClient, contest: Contest, assignment: Assignment
) -> None:
    client.force_login(assignment.evaluator)
    names = [contest.team.agency.name, contest.team.unit.name]
    queue = reverse("competitions:assignment_list")
    for address in (at("scoresheet_edit", assignment), queue):
        page = client.get(address).content.decode()
        assert names[0] in page
    Stage.objects.filter(pk=assignment.stage_id).update(is_blind=True)
    for address in (at("scoresheet_edit", assignment), at("conflict_declare", assignment), queue):
        page = client.get(address).content.decode()
        assert not [name for name in names if name in page]
    found = client.get(queue, {"q": names[0]}).content.decode()
    assert "Tidak ada proposal yang cocok" in found
    assert assignment.entry.innovation.title not in found


def test_strangers_sheet_is_missing_for_every_method(
    client: WatchfulClient, contest: Contest, assignment: Assignment
) -> None:
    client.force_login(contest.evaluators[1])
    for name in ("scoresheet_edit", "conflict_declare"):
        assert client.get(at(name, assignment)).status_code == 404
    for name in ("scoresheet_save", "scoresheet_finalise", "conflict_declare"):
        assert client.post(at(name, assignment), filled()).status_code == 404
    assert client.put(at("scoresheet_save", assignment), "{}").status_code == 404
    client.force_login(contest.officer)
    assert client.get(at("scoresheet_edit", assignment)).status_code == 403


def test_saving_without_javascript_keeps_a_draft(
    client: WatchfulClient, assignment: Assignment
) -> None:
    client.force_login(assignment.evaluator)
    answer = client.post(
        at("scoresheet_save", assignment), {"version": 1, "mark_novelty": 3}, follow=True
    )
    page = answer.content.decode()
    assert "Draf tersimpan" in page
    assert "30,00" in page
    assert "<span data-score-count>1</span> dari 3 kriteria terisi" in page


def test_skipping_saves_and_opens_the_next(
    client: WatchfulClient, contest: Contest, assignment: Assignment
) -> None:
    client.force_login(assignment.evaluator)
    answer = client.post(
        at("scoresheet_save", assignment), {"version": 1, "mark_novelty": 3, "then": "skip"}
    )
    following = contest.assignments(REVIEW, assignment.evaluator)[1]
    assert answer.url == at("scoresheet_edit", following)


def autosave(client: WatchfulClient, assignment: Assignment, version: int, **fields: object):  # noqa: ANN201
    return client.put(
        at("scoresheet_save", assignment),
        json.dumps(fields),
        content_type="application/json",
        headers={"If-Match": f'"{version}"'},
    )


def test_autosave_stores_the_changed_fields_and_names_the_new_version(
    client: WatchfulClient, assignment: Assignment
) -> None:
    client.force_login(assignment.evaluator)
    first = autosave(client, assignment, 1, mark_novelty="4", note_background="Baik")
    assert first.status_code == 204
    assert first["ETag"] == '"2"'
    second = autosave(client, assignment, 2, mark_background="2")
    assert second["ETag"] == '"3"'
    marks = {s.criterion.key: s.mark for s in assignment.scoresheet.scores.all()}
    assert marks == {"novelty": 4, "background": 2, "sustainability": None}
    assert assignment.scoresheet.scores.get(criterion__key="background").note == "Baik"


def test_stale_autosave_is_refused_and_changes_nothing(
    client: WatchfulClient, assignment: Assignment
) -> None:
    client.force_login(assignment.evaluator)
    autosave(client, assignment, 1, mark_novelty="4")
    assert autosave(client, assignment, 1, mark_novelty="1").status_code == 409
    assert assignment.scoresheet.scores.get(criterion__key="novelty").mark == 4


def test_malformed_autosave_is_told_apart(client: WatchfulClient, assignment: Assignment) -> None:
    client.force_login(assignment.evaluator)
    address = at("scoresheet_save", assignment)
    assert client.put(address, "{}").status_code == 428
    broken = client.put(address, "[", content_type="application/json", headers={"If-Match": '"1"'})
    assert broken.status_code == 400
    assert autosave(client, assignment, 1, mark_novelty="9").status_code == 400
    assert autosave(client, assignment, 1, total="100").status_code == 400
    assert autosave(client, assignment, 1, finalised_by="1").status_code == 400


def test_autosave_after_the_deadline_is_locked(
    client: WatchfulClient, assignment: Assignment
) -> None:
    client.force_login(assignment.evaluator)
    with clock.at(assignment.stage.closes_at):
        assert autosave(client, assignment, 1, mark_novelty="4").status_code == 423
        page = client.get(at("scoresheet_edit", assignment)).content.decode()
    assert "hanya dapat dibaca" in page
    assert "Kirim dan lanjut" not in page


def test_stale_form_shows_both_values_and_may_be_saved_again(
    client: WatchfulClient, assignment: Assignment
) -> None:
    client.force_login(assignment.evaluator)
    autosave(client, assignment, 1, mark_novelty="5", note_novelty="Versi gawai")
    answer = client.post(
        at("scoresheet_save", assignment),
        {"version": 1, "mark_novelty": 3, "note_novelty": "Versi meja"},
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Versi gawai" in page
    assert "Versi meja" in page
    assert '<input type="hidden" name="version" value="2"' in page
    again = client.post(
        at("scoresheet_save", assignment),
        {"version": 2, "mark_novelty": 3, "note_novelty": "Versi meja"},
    )
    assert again.status_code == 302


def test_sending_an_incomplete_sheet_keeps_it_and_names_what_is_missing(
    client: WatchfulClient, assignment: Assignment
) -> None:
    client.force_login(assignment.evaluator)
    typed = filled(5, note_novelty="Baru bagi bidangnya.", mark_background="")
    answer = client.post(at("scoresheet_finalise", assignment), typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Pilih nilai untuk Background." in page
    assert "nilai 5 untuk Sustainability perlu dijelaskan" in page
    assert 'href="#id_mark_background"' in page
    assert "Baru bagi bidangnya." in page
    assignment.scoresheet.refresh_from_db()
    assert assignment.scoresheet.state == SheetState.DRAFT
    assert assignment.scoresheet.edit_number == 2


def test_sent_sheet_is_locked_and_the_next_one_opens(
    client: WatchfulClient, contest: Contest, assignment: Assignment
) -> None:
    client.force_login(assignment.evaluator)
    answer = client.post(at("scoresheet_finalise", assignment), filled(4))
    following = contest.assignments(REVIEW, assignment.evaluator)[1]
    assert answer.url == at("scoresheet_edit", following)
    page = client.get(at("scoresheet_edit", assignment)).content.decode()
    assert "Nilai sudah dikirim" in page
    assert "80,00" in page
    assert "Kirim dan lanjut" not in page
    again = client.post(at("scoresheet_save", assignment), filled(1, version=2))
    assert again.status_code == 409
    assert autosave(client, assignment, 2, mark_novelty="1").status_code == 423


def test_last_sheet_sent_leads_back_to_the_list(client: WatchfulClient, contest: Contest) -> None:
    rows = contest.assignments(REVIEW, contest.evaluators[0])
    for row in rows[1:]:
        send(row, 3)
    client.force_login(contest.evaluators[0])
    answer = client.post(at("scoresheet_finalise", rows[0]), filled(4), follow=True)
    assert "Semua lembar Anda sudah dikirim" in answer.content.decode()


def test_declared_conflict_removes_the_entry(
    client: WatchfulClient, contest: Contest, assignment: Assignment
) -> None:
    client.force_login(assignment.evaluator)
    address = at("conflict_declare", assignment)
    refused = client.post(address, {"reason": "Pembimbing unit."})
    assert refused.status_code == 422
    assert "Pembimbing unit." in refused.content.decode()
    assert not ConflictDeclaration.objects.exists()
    client.post(address, {"reason": "Pembimbing unit.", "confirm": "on"})
    title = assignment.entry.innovation.title
    page = client.get(at("scoresheet_edit", assignment)).content.decode()
    assert title not in page
    assert "benturan kepentingan" in page
    queue = client.get(reverse("competitions:assignment_list")).content.decode()
    assert title not in queue
    assert "0 dari 2 lembar" in queue


def test_conflict_declared_elsewhere_refuses_saving(
    client: WatchfulClient, assignment: Assignment
) -> None:
    declare_conflict(by=assignment.evaluator, entry=assignment.entry, reason="Kerabat.")
    client.force_login(assignment.evaluator)
    assert autosave(client, assignment, 1, mark_novelty="4").status_code == 423
    answer = client.post(at("scoresheet_save", assignment), filled())
    assert answer.status_code in (302, 403)
    assert assignment.entry.innovation.title not in answer.content.decode()


def test_judge_without_assignments_reads_what_comes_next(client: WatchfulClient) -> None:
    client.force_login(factories.make_person("evaluator"))
    page = client.get(reverse("competitions:assignment_list")).content.decode()
    assert "Belum ada proposal untuk Anda nilai" in page
