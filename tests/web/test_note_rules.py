"""When a judge must write a note: a term of each criterion, from the designer to the sheet."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from competitions.actions.design import clone_edition
from competitions.actions.edition_changes import propose_change
from competitions.actions.scoresheets import SheetMarks, finalise_sheet, save_sheet
from competitions.blueprints import Part
from competitions.enums import NoteRule
from competitions.exceptions import SheetIncomplete
from competitions.forms.scoresheets import note_hint
from competitions.models import Criterion
from competitions.queries.design import Place, blueprint_of, present_content
from sinovik.web.access import Refusal
from tests.factories import REVIEW, make_contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

RULES = {"background": NoteRule.NEVER, "novelty": NoteRule.ALWAYS}


def test_rule_of_each_criterion_is_held_shown_cloned_and_locked(client: WatchfulClient) -> None:
    contest = make_contest(REVIEW, entries=1, judges=2, notes=RULES)
    row = contest.assignments(REVIEW, contest.evaluators[0])[0]
    client.force_login(row.evaluator)
    address = reverse("competitions:scoresheet_edit", args=[row.pk])
    sheet = client.get(address).content.decode()
    client.force_login(contest.officer)
    preview = reverse("competitions:preview_sheet", args=[contest.edition.year, REVIEW])
    for page in (sheet, client.get(preview).content.decode()):
        assert page.count("data-note-marks") == 2
        assert 'data-note-marks="1 2 3 4 5"' in page
        assert 'data-note-marks="1 2 5"' in page
        for hint in ("Tidak wajib.", "Wajib untuk setiap nilai.", "Wajib untuk nilai 1, 2, dan 5."):
            assert page.count(hint) == 1

    low = SheetMarks(row, {"background": 1, "novelty": 3, "sustainability": 3})
    save_sheet(by=row.evaluator, assignment=row, edit_number=1, sheet=low)
    with pytest.raises(SheetIncomplete, match="perlu catatan: Novelty"):
        finalise_sheet(by=row.evaluator, assignment=row)
    client.force_login(row.evaluator)
    sent = {"version": 2, "mark_background": 1, "mark_novelty": 3, "mark_sustainability": 3}
    finalise = reverse("competitions:scoresheet_finalise", args=[row.pk])
    response = client.post(finalise, sent)
    assert response.status_code == 422
    assert "Tulis catatan: nilai 3 untuk Novelty" in response.content.decode()
    assert "untuk Background" not in response.content.decode().split("<fieldset")[0]
    noted = sent | {"version": 3, "note_novelty": "Belum pernah ada."}
    assert client.post(finalise, noted).status_code == 302

    criterion = Criterion.objects.get(stage=row.stage, key="novelty")
    with pytest.raises(IntegrityError, match="rubric is fixed"), transaction.atomic():
        Criterion.objects.filter(pk=criterion.pk).update(note_rule=NoteRule.NEVER)
    place = Place(Part.RUBRIC, REVIEW)
    rows = present_content(blueprint_of(contest.edition), place)
    assert [one["note_rule"] for one in rows] == ["never", "always", "extremes"]
    changed = [rows[0] | {"note_rule": "always"}, *rows[1:]]
    with pytest.raises(Refusal):
        propose_change(
            by=contest.head, edition=contest.edition, place=place, content=changed, reason="Surat"
        )
    copy = clone_edition(
        by=contest.head,
        source=contest.edition,
        year=contest.edition.year + 500,
        name="Salinan",
        theme="Tema",
    )
    assert present_content(blueprint_of(copy), place) == rows
    with pytest.raises(IntegrityError, match="criterion_note_rule_known"), transaction.atomic():
        Criterion.objects.filter(stage__edition=copy).update(note_rule="kadang")


@pytest.mark.parametrize(
    ("scale", "hint"),
    [
        (2, "Wajib untuk nilai 1 dan 2."),
        (3, "Wajib untuk nilai 1 dan 3."),
        (5, "Wajib untuk nilai 1, 2, dan 5."),
        (100, "Wajib untuk nilai 1 sampai 40, dan 100."),
    ],
)
def test_hint_names_the_marks_of_any_scale(scale: int, hint: str) -> None:
    assert note_hint(Criterion(scale_maximum=scale)) == hint
