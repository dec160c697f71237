"""Designing an edition: clone, parts, locks, changes by two people, all reasons at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from agencies.enums import Role
from competitions.actions.design import clone_edition, publish_edition, save_part
from competitions.actions.edition_changes import confirm_change, propose_change, reject_change
from competitions.actions.scoresheets import score_assignments
from competitions.actions.stages import open_stage
from competitions.blueprints import Content, Part
from competitions.enums import ChangeState, StageState
from competitions.exceptions import (
    EditionInconsistent,
    PartFinal,
    PartLocked,
    SecondPersonNeeded,
    WrongState,
)
from competitions.models import Edition, EditionChange, Stage
from competitions.permissions.design import can_decide_change, can_design, can_read_design
from competitions.queries.design import (
    Place,
    blueprint_of,
    mark_of,
    place_of,
    places_of,
    present_content,
)
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from tests.editions import ADMINISTRATIVE, FIRST, REGISTRATION, REVIEW, SECOND
from tests.factories import Contest, make_contest, make_person, sheet_for
from tests.races import during, same

pytestmark = pytest.mark.django_db


def content(edition: Edition, place: Place) -> Content:
    return present_content(blueprint_of(edition), place)


def save(contest: Contest, edition: Edition, place: Place, rows: Content) -> None:
    seen = mark_of(content(edition, place))
    save_part(by=contest.head, edition=edition, place=place, content=rows, seen=seen)


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=0)


@pytest.fixture
def draft(contest: Contest) -> Edition:
    year = contest.edition.year + 300
    return clone_edition(
        by=contest.head, source=contest.edition, year=year, name=" KIPP baru ", theme="Tema baru"
    )


def test_clone_holds_every_part_a_year_later_and_stays_hidden(
    contest: Contest, draft: Edition
) -> None:
    old, new = blueprint_of(contest.edition), blueprint_of(draft)
    assert (new.name, new.theme, new.is_published) == ("KIPP baru", "Tema baru", False)
    assert not Edition.objects.published().filter(pk=draft.pk).exists()
    for place in places_of(old):
        if place.part not in {Part.THEME, Part.DATES}:
            assert present_content(new, place) == present_content(old, place), place
    for before, after in zip(old.stages, new.stages, strict=True):
        moved = before.opens_at.replace(year=before.opens_at.year + 300)
        assert after.opens_at == moved
    states = set(draft.stages.values_list("state", flat=True))
    assert states == {StageState.PLANNED}
    event = AuditEvent.objects.get(verb="edition_cloned")
    assert event.payload == {"source": contest.edition.year}


def test_clone_of_a_leap_day_opens_on_the_last_of_february(contest: Contest) -> None:
    stage = contest.stage(SECOND)
    # At noon in Jakarta, so that it is that day there whenever the test runs.
    leap = stage.closes_at.replace(year=2404, month=2, day=29, hour=5)
    Stage.objects.filter(pk=stage.pk).update(closes_at=leap + timedelta(days=9), opens_at=leap)
    copy = clone_edition(
        by=contest.head,
        source=contest.edition,
        year=contest.edition.year + 1,
        name="KIPP",
        theme="",
    )
    assert blueprint_of(copy).stage(SECOND).opens_at.strftime("%m-%d") == "02-28"


def test_clone_is_refused_for_a_taken_year_a_contradiction_and_an_officer(
    contest: Contest,
) -> None:
    given: dict[str, Any] = {"source": contest.edition, "name": "KIPP", "theme": ""}
    with pytest.raises(WrongState):
        clone_edition(by=contest.head, year=contest.edition.year, **given)
    with pytest.raises(Forbidden):
        clone_edition(by=contest.officer, year=2990, **given)
    contest.edition.groups.all().delete()
    with pytest.raises(EditionInconsistent):
        clone_edition(by=contest.head, year=2990, **given)
    assert not Edition.objects.filter(year=2990).exists()


CHANGES: dict[str, Any] = {
    "tema": lambda rows: [rows[0] | {"theme": "Tema lain"}],
    "kelompok": lambda rows: [
        {"slug": "khusus", "name": "Khusus", "minimum_age_months": 6, "quota": 3},
        rows[0] | {"quota": 7},
    ],
    "kategori": lambda rows: rows,
    "formulir": lambda rows: [*rows[1:], rows[0] | {"maximum_words": 150}],
    "dokumen": lambda rows: [
        *rows,
        {"key": "surat", "name": "Surat", "guidance": "", "is_required": True},
    ],
    "syarat": lambda rows: [rows[0] | {"is_on": False, "source": "Surat B/1"}, *rows[1:]],
    "jadwal": lambda rows: rows,
    f"ketentuan-{FIRST}": lambda rows: [
        rows[0] | {"seats": 5, "tie_break": ["background"], "ranks_by": "calibrated"}
    ],
    f"kebijakan-{FIRST}": lambda rows: [
        {"kind": "most_per_agency", "number": 1, "trait": ""},
        {"kind": "least_per_region", "number": 2, "trait": "island"},
    ],
    f"rubrik-{REVIEW}": lambda rows: [rows[0] | {"weight": "60.00"}, rows[2] | {"weight": "40.00"}],
}


@pytest.mark.parametrize("address", CHANGES)
def test_part_of_a_draft_is_written_as_it_was_given(
    contest: Contest, draft: Edition, address: str
) -> None:
    place = place_of(address, blueprint_of(draft))
    assert place is not None
    given = CHANGES[address](content(draft, place))
    others = {p: content(draft, p) for p in places_of(blueprint_of(draft)) if p != place}
    save(contest, draft, place, given)
    draft.refresh_from_db()
    assert content(draft, place) == given
    assert {p: content(draft, p) for p in others} == others
    event = AuditEvent.objects.get(verb="edition_part_changed")
    assert event.payload["part"] == address


def test_stage_is_added_moved_and_taken_away(contest: Contest, draft: Edition) -> None:
    place = Place(Part.STAGES)
    rows = content(draft, place)
    extra = {"slug": "top-5", "kind": "selection", "name": "Top 5"}
    save(contest, draft, place, [*rows[:4], extra, rows[4]])
    assert content(draft, place) == [*rows[:4], extra, rows[4]]
    assert draft.stages.get(slug="top-5").seats == 1
    save(contest, draft, place, [{**extra, "name": "Top lima"}, *rows[:3]])
    assert [row["slug"] for row in content(draft, place)] == [
        "top-5",
        *[r["slug"] for r in rows[:3]],
    ]


def test_edition_keeps_a_stage(contest: Contest, draft: Edition) -> None:
    with pytest.raises(WrongState, match="satu tahap"):
        save(contest, draft, Place(Part.STAGES), [])


def test_dates_move(contest: Contest, draft: Edition) -> None:
    place = Place(Part.DATES)
    rows = content(draft, place)
    opens = blueprint_of(draft).stages[0].opens_at - timedelta(days=3)
    rows[0]["opens_at"] = opens.isoformat()
    save(contest, draft, place, rows)
    assert draft.stages.get(slug=REGISTRATION).opens_at == opens
    rows[0]["closes_at"] = rows[0]["opens_at"]
    with pytest.raises(WrongState, match="Ditutup sebelum dibuka"):
        save(contest, draft, place, rows)


def test_part_that_somebody_else_changed_is_not_overwritten(
    contest: Contest, draft: Edition
) -> None:
    place = Place(Part.THEME)
    rows = content(draft, place)
    seen = mark_of(rows)
    save(contest, draft, place, [rows[0] | {"theme": "Yang pertama"}])
    mine = [rows[0] | {"theme": "Yang kedua"}]
    other = make_person(Role.SECRETARIAT_HEAD)
    for person, told in ((contest.head, "Anda ubah sendiri"), (other, "diubah orang lain")):
        with pytest.raises(WrongState, match=told):
            save_part(by=person, edition=draft, place=place, content=mine, seen=seen)
    draft.refresh_from_db()
    assert draft.theme == "Yang pertama"


def test_officers_observers_and_entrants_change_nothing(contest: Contest, draft: Edition) -> None:
    place = Place(Part.THEME)
    rows = content(draft, place)
    change = [rows[0] | {"theme": "Diam-diam"}]
    for person in (contest.officer, contest.observer, contest.team.admin, make_person()):
        with pytest.raises(Forbidden):
            save_part(by=person, edition=draft, place=place, content=change, seen=mark_of(rows))
        with pytest.raises(Forbidden):
            publish_edition(by=person, edition=draft)
        with pytest.raises(Forbidden):
            propose_change(
                by=person, edition=contest.edition, place=place, content=change, reason="x"
            )
    draft.refresh_from_db()
    assert draft.theme == "Tema baru"


def test_inconsistent_edition_neither_opens_nor_is_published(
    contest: Contest, draft: Edition
) -> None:
    groups = content(draft, Place(Part.GROUPS))
    save(contest, draft, Place(Part.GROUPS), [])
    rubric = Place(Part.RUBRIC, REVIEW)
    rows = content(draft, rubric)
    save(contest, draft, rubric, [rows[0] | {"weight": "31.00"}, *rows[1:]])
    registration = draft.stages.get(slug=REGISTRATION)
    with pytest.raises(EditionInconsistent) as opening, clock.at(registration.opens_at):
        open_stage(by=contest.head, stage=registration)
    with pytest.raises(EditionInconsistent) as publishing:
        publish_edition(by=contest.head, edition=draft)
    assert opening.value.sentences == publishing.value.sentences
    assert len(opening.value.sentences) == 2
    assert "101" in opening.value.sentences[1]
    save(contest, draft, Place(Part.GROUPS), groups)
    save(contest, draft, rubric, rows)
    assert publish_edition(by=contest.head, edition=draft).is_published
    with pytest.raises(WrongState):
        publish_edition(by=contest.head, edition=draft)
    with clock.at(registration.opens_at):
        open_stage(by=contest.head, stage=registration)


LOCKED_AT_REGISTRATION = [
    "tema", "kelompok", "kategori", "formulir", "dokumen", "syarat", "tahap",
    f"ketentuan-{REGISTRATION}",
]  # fmt: skip


@pytest.mark.parametrize("address", LOCKED_AT_REGISTRATION)
def test_part_locks_when_registration_opens(contest: Contest, address: str) -> None:
    place = place_of(address, blueprint_of(contest.edition))
    assert place is not None
    rows = content(contest.edition, place)
    with pytest.raises(PartLocked):
        save(contest, contest.edition, place, rows)


@pytest.mark.parametrize("address", [f"ketentuan-{FIRST}", f"rubrik-{REVIEW}"])
def test_rubric_and_tie_break_lock_with_the_stage_that_scores(address: str) -> None:
    before, during = make_contest(entries=0), make_contest(now_in=REVIEW)
    place = place_of(address, blueprint_of(before.edition))
    assert place is not None
    save(before, before.edition, place, content(before.edition, place))
    with pytest.raises(PartLocked):
        save(during, during.edition, place, content(during.edition, place))


def test_part_of_a_closed_stage_stays_for_good() -> None:
    contest = make_contest(now_in=REVIEW)
    place = Place(Part.GROUPS)
    rows = content(contest.edition, place)
    with pytest.raises(PartFinal):
        save(contest, contest.edition, place, rows)
    with pytest.raises(PartFinal):
        propose(contest, place, rows)


def propose(contest: Contest, place: Place, rows: Content, reason: str = "Surat B/7") -> Any:
    return propose_change(
        by=contest.head, edition=contest.edition, place=place, content=rows, reason=reason
    )


def test_locked_part_changes_by_two_people_and_a_reason(contest: Contest) -> None:
    place = Place(Part.GROUPS)
    rows = content(contest.edition, place)
    new = [rows[0] | {"quota": 9}]
    change = propose(contest, place, new)
    assert content(contest.edition, place) == rows
    with pytest.raises(SecondPersonNeeded):
        confirm_change(by=contest.head, change=change)
    with pytest.raises(Forbidden):
        confirm_change(by=contest.observer, change=change)
    assert content(contest.edition, place) == rows
    confirmed = confirm_change(by=contest.officer, change=change)
    assert confirmed.state == ChangeState.CONFIRMED
    assert content(contest.edition, place) == new
    event = AuditEvent.objects.get(verb="edition_change_confirmed")
    assert event.payload["reason"] == "Surat B/7"
    assert (event.payload["before"], event.payload["after"]) == (rows, new)
    with pytest.raises(WrongState):
        confirm_change(by=contest.officer, change=change)


def test_rights_say_what_the_actions_do(contest: Contest) -> None:
    place = Place(Part.GROUPS)
    change = propose(contest, place, [content(contest.edition, place)[0] | {"quota": 9}])
    rights = [
        (can_read_design(person), can_design(person), can_decide_change(person, change))
        for person in (contest.head, contest.officer, contest.observer, contest.team.admin)
    ]
    assert rights == [
        (True, True, False),
        (True, False, True),
        (False, False, False),
        (False, False, False),
    ]


def test_change_is_refused_with_what_is_wrong(contest: Contest, draft: Edition) -> None:
    place = Place(Part.GROUPS)
    rows = content(contest.edition, place)
    new = [rows[0] | {"quota": 9}]
    with pytest.raises(WrongState, match="alasan"):
        propose(contest, place, new, reason="  ")
    with pytest.raises(WrongState, match="berubah"):
        propose(contest, place, rows)
    with pytest.raises(EditionInconsistent):
        propose(contest, place, [*new, {**new[0], "slug": "dua"}])
    with pytest.raises(WrongState, match="terkunci"):
        propose_change(by=contest.head, edition=draft, place=place, content=new, reason="Surat B/7")
    assert content(contest.edition, place) == rows
    propose(contest, place, new)
    with pytest.raises(WrongState, match="menunggu"):
        propose(contest, place, [rows[0] | {"quota": 8}])


def test_change_of_a_part_that_moved_on_is_not_confirmed(contest: Contest) -> None:
    place = Place(Part.STAGES)
    rows = content(contest.edition, place)
    change = propose(contest, place, [*rows[:4], rows[4] | {"name": "Puncak"}])
    contest.edition.stages.filter(slug=SECOND).update(name="Lain")
    with pytest.raises(WrongState, match="sejak diusulkan"):
        confirm_change(by=contest.officer, change=change)


def test_change_of_a_stage_that_went_away_is_not_confirmed(contest: Contest) -> None:
    place = Place(Part.SETTINGS, REGISTRATION)
    rows = content(contest.edition, place)
    change = propose(contest, place, [rows[0] | {"correction_days": 4}])
    contest.edition.stages.filter(slug=REGISTRATION).update(slug="lain")
    with pytest.raises(WrongState):
        confirm_change(by=contest.officer, change=change)


def test_change_is_declined_with_a_reason_and_another_may_follow(contest: Contest) -> None:
    place = Place(Part.GROUPS)
    new = [content(contest.edition, place)[0] | {"quota": 9}]
    change = propose(contest, place, new)
    with pytest.raises(WrongState):
        reject_change(by=contest.officer, change=change, reason=" ")
    with pytest.raises(Forbidden):
        reject_change(by=contest.observer, change=change, reason="Tidak")
    reject_change(by=contest.officer, change=change, reason="Belum perlu")
    with pytest.raises(WrongState):
        reject_change(by=contest.officer, change=change, reason="Lagi")
    propose(contest, place, new)


def test_opened_stages_keep_their_place_and_grace(contest: Contest) -> None:
    stages = content(contest.edition, Place(Part.STAGES))
    with pytest.raises(WrongState, match="dipindah"):
        propose(contest, Place(Part.STAGES), stages[1:])
    settings = Place(Part.SETTINGS, REGISTRATION)
    rows = content(contest.edition, settings)
    with pytest.raises(WrongState, match="Kelonggaran"):
        propose(contest, settings, [rows[0] | {"grace_minutes": 30}])


def test_weights_and_scale_stay_since_the_stage_opened() -> None:
    contest = make_contest(now_in=REVIEW)
    place = Place(Part.RUBRIC, REVIEW)
    rows = content(contest.edition, place)
    with pytest.raises(WrongState, match="bobot"):
        propose(contest, place, [rows[0] | {"scale_maximum": 4}, *rows[1:]])


def test_row_that_somebody_uses_does_not_go() -> None:
    contest = make_contest(entries=1)
    place = Place(Part.GROUPS)
    other = {"slug": "lain", "name": "Lain", "minimum_age_months": 1, "quota": None}
    with pytest.raises(WrongState, match="memakai"):
        propose(contest, place, [other])


def test_rubric_by_which_somebody_judged_stays() -> None:
    contest = make_contest(now_in=REVIEW)
    place = Place(Part.RUBRIC, REVIEW)
    rows = content(contest.edition, place)
    change = propose(contest, place, [rows[0] | {"question": "Apa latarnya?"}, *rows[1:]])
    assignment = contest.assignments(REVIEW)[0]
    score_assignments(by=assignment.evaluator, sheets=[sheet_for(assignment)])
    with pytest.raises(PartFinal):
        confirm_change(by=contest.officer, change=change)
    assert content(contest.edition, place) == rows


def test_database_refuses_one_person_no_reason_and_a_rewritten_proposal(contest: Contest) -> None:
    place = Place(Part.GROUPS)
    change = propose(contest, place, [content(contest.edition, place)[0] | {"quota": 9}])
    rows = EditionChange.objects.filter(pk=change.pk)
    decided = {"state": "confirmed", "decided_at": clock.now()}
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        rows.update(decided_by=contest.head, **decided)
    with pytest.raises(DatabaseError, match="it stays"), transaction.atomic():
        rows.update(after=[])
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    born = EditionChange(
        edition=contest.edition,
        part="tema",
        before=[],
        after=[],
        reason=" ",
        proposed_at=clock.now(),
        proposed_by=contest.head,
    )
    with pytest.raises(IntegrityError, match="has_reason"), transaction.atomic():
        born.save()
    born.reason, born.state = "Surat", "rejected"
    with pytest.raises(DatabaseError, match="begins"), transaction.atomic():
        born.save()


def test_stage_that_does_not_score_has_no_rubric(contest: Contest) -> None:
    blueprint = blueprint_of(contest.edition)
    assert place_of(f"rubrik-{REGISTRATION}", blueprint) is None
    assert place_of(f"rubrik-{FIRST}", blueprint) is None
    assert place_of(f"ketentuan-{ADMINISTRATIVE}", blueprint) is not None


@pytest.mark.django_db(transaction=True)
def test_edition_that_is_cloned_twice_at_once_is_made_once(contest: Contest) -> None:
    head, source = same(contest.head), contest.edition

    def clone() -> Edition:
        return clone_edition(by=head, source=source, year=2177, name="KIPP 2177", theme="Dekat")

    made, refused = during(clone, clone)
    assert Edition.objects.get(year=2177) == made
    assert isinstance(refused, WrongState)
