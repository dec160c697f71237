"""What ranks and which steps a list takes are data of the stage; a stranger recomputes both."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.actions.announcements import schedule_announcement
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.edition_changes import confirm_change, propose_change
from competitions.blueprints import Content, Part
from competitions.calibration import Sheet, calibrate
from competitions.enums import PolicyKind, PolicyTrait, RunBasis
from competitions.exceptions import (
    EditionInconsistent,
    ScoresNotConnected,
    TieAtTheLine,
    WrongState,
)
from competitions.models import CutOff, PolicyStep, Stage
from competitions.queries.bundle import bundle_of
from competitions.queries.design import Place, blueprint_of, present_content
from competitions.queries.policy import reason_text, step_text
from competitions.ranking import Change, Contender, Reason, Step, rank, rescored, under_policy
from sinovik.audit import clock
from sinovik.audit.canonical import canonical
from sinovik.audit.sealing import seal_events
from tests.factories import ANNOUNCED, FIRST, REVIEW, Contest, make_contest, move
from tests.rules.test_bundle import ROOT, fault_of, signed_anew, verifier

pytestmark = pytest.mark.django_db

TWO_EACH = {"kind": PolicyKind.MOST_PER_AGENCY, "number": 2, "trait": ""}
GRADE = {"kind": PolicyKind.PASSING_GRADE, "number": None, "trait": ""}
ONE_GROUP = {"kind": PolicyKind.LEAST_PER_REGION, "number": 1, "trait": PolicyTrait.GROUP}
# One judge reads high, one low: nineteen lots in twenty make calibrated and raw ranks differ.
MARKS = ((2, 5), (1, 5), (3, 5), (5, 4), (3, 4), (4, 4), (2, 2), (1, 1), (5, 3), (2, 3))


def change(contest: Contest, part: Part, content: Content) -> None:
    """Change a part of the first list by two people."""
    place = Place(part, FIRST)
    proposed = propose_change(
        by=contest.head, edition=contest.edition, place=place, content=content, reason="Rapat."
    )
    confirm_change(by=contest.second, change=proposed)


def rank_by_calibrated(contest: Contest) -> None:
    place = Place(Part.SETTINGS, FIRST)
    (row,) = present_content(blueprint_of(contest.edition), place)
    change(contest, Part.SETTINGS, [row | {"ranks_by": RunBasis.CALIBRATED.value}])


def applied(contest: Contest) -> CutOff:
    return apply_cut_off(by=contest.head, stage=contest.stage(FIRST))


def announce(contest: Contest) -> None:
    """Lock the provisional list as it is and announce it at this instant."""
    cut_off = propose_lock(by=contest.head, cut_off=contest.cut_off(FIRST), reason="Pleno.")
    now = clock.now()
    schedule_announcement(
        by=contest.head,
        cut_off=confirm_lock(by=contest.second, cut_off=cut_off),
        decree_number="1",
        decree_dated_on=now.date(),
        announce_at=now,
    )


def bundle(contest: Contest) -> dict[str, Any]:
    seal_events()
    type(contest.edition).objects.filter(pk=contest.edition.pk).update(is_published=True)
    octets = bundle_of(contest.edition)
    assert octets
    found: dict[str, Any] = json.loads(octets)
    return found


def told(found: dict[str, Any], alter: Any) -> str:
    """What the verifier says of a bundle whose key holder signed something else."""
    section = json.loads(json.dumps(found["sections"][0]))
    alter(section["content"])
    altered = found | {"sections": [signed_anew(section["content"], section)]}
    return fault_of(canonical(altered))


def otherwise_ranked() -> tuple[Contest, CutOff]:
    """A list with two steps whose calibrated scores rank differently from the raw ones."""
    # Who reads what is drawn by lot, and not every lot makes the two differ; in some the third and
    # the fourth tie at the line, so that nobody is in whom the first step could put out.
    for _lot in range(12):
        contest = make_contest(FIRST, entries=5, seats=(3, 1), marks=MARKS)
        rank_by_calibrated(contest)
        change(contest, Part.POLICY, [TWO_EACH, ONE_GROUP])
        cut_off = applied(contest)
        scores = list(cut_off.results.order_by("rank", "entry").values_list("score", flat=True))
        if scores != sorted(scores, reverse=True) and cut_off.policy[0]["went_out"]:
            return contest, cut_off
    pytest.fail("no lot made the two scores rank differently")


def test_calibrated_list_with_steps_is_recomputed_by_a_stranger() -> None:
    contest, cut_off = otherwise_ranked()
    rows = list(cut_off.results.order_by("rank", "entry"))
    assert cut_off.ranks_by == RunBasis.CALIBRATED
    calibrated = [row.calibrated for row in rows]
    assert calibrated == sorted(calibrated, reverse=True)
    # All entries are of one agency: the third seat stays empty, and the plenary gives it.
    assert [row.is_selected for row in rows] == [True, True, False, False, False]
    assert [len(step["went_out"]) for step in cut_off.policy] == [1, 0]
    with pytest.raises(WrongState, match="2 dari 3"):
        propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")
    move(contest, entry_in=rows[2].entry)
    announce(contest)
    found = bundle(contest)
    assert fault_of(canonical(found)) == ""
    content = found["sections"][0]["content"]
    assert (content["format"], content["method"]) == ("sinovik-result-2", "calibrated")
    assert [step["kind"] for step in content["steps"]] == ["most_per_agency", "least_per_region"]
    assert {label for own in content["traits"].values() for label in own.values()} != {""}

    def in_rank_of_raw(content: dict[str, Any]) -> None:
        content["method"] = "raw-mean"

    def no_reason(content: dict[str, Any]) -> None:
        content["steps"][0]["went_out"] = []

    def another_number(content: dict[str, Any]) -> None:
        content["steps"][0]["number"] = 3

    def step_forgotten(content: dict[str, Any]) -> None:
        content["steps"] = content["steps"][1:]

    def another_reason(content: dict[str, Any]) -> None:
        content["steps"][0]["went_out"][0]["reason"] = "displaced"

    def kept_for_nobody(content: dict[str, Any]) -> None:
        content["steps"][1]["trait"] = "desa"

    def first_form(content: dict[str, Any]) -> None:
        content["format"] = "sinovik-result-1"

    for alter, place in (
        # Ranks differ, and where another entry stands at the limit, a step before them.
        (in_rank_of_raw, "tahap 'top-2'"),
        (no_reason, "langkah 1: went_out"),
        (another_number, "langkah 1: went_out"),
        (step_forgotten, "pleno 1"),
        (another_reason, "langkah 1: went_out"),
        (kept_for_nobody, "langkah 2"),
        (first_form, "cara hitung"),
    ):
        assert place in told(found, alter), alter


def test_raw_list_without_steps_keeps_the_first_form() -> None:
    contest = make_contest(FIRST, entries=3)
    applied(contest)
    announce(contest)
    found = bundle(contest)
    assert found["sections"][0]["content"]["format"] == "sinovik-result-1"
    assert fault_of(canonical(found)) == ""


def test_unconnected_judges_are_named_and_no_list_is_made() -> None:
    contest = make_contest(FIRST, entries=4, reviews=1, judges=2)
    rank_by_calibrated(contest)
    with pytest.raises(ScoresNotConnected) as refused:
        applied(contest)
    sentence = str(refused.value)
    assert "2 bagian" in sentence
    for judge in contest.evaluators:
        assert judge.name in sentence
    assert not CutOff.objects.exists()
    change(contest, Part.SETTINGS, [_raw(contest)])
    assert {row.calibrated for row in applied(contest).results.all()} == {None}


def _raw(contest: Contest) -> dict[str, Any]:
    (row,) = present_content(blueprint_of(contest.edition), Place(Part.SETTINGS, FIRST))
    return row | {"ranks_by": "raw"}


def test_list_by_terms_that_changed_since_is_not_locked() -> None:
    contest = make_contest(FIRST, entries=4)
    cut_off = applied(contest)
    change(contest, Part.POLICY, [TWO_EACH])
    with pytest.raises(WrongState, match="Terapkan ulang"):
        propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")
    again = propose_lock(by=contest.head, cut_off=applied(contest), reason="Pleno.")
    change(contest, Part.POLICY, [])
    with pytest.raises(WrongState, match="Terapkan ulang"):
        confirm_lock(by=contest.second, cut_off=again)


def test_steps_that_contradict_the_edition_are_refused_with_the_reason() -> None:
    contest = make_contest(FIRST, entries=2, seats=(1, 1))
    four = ONE_GROUP | {"number": 4}
    with pytest.raises(EditionInconsistent) as refused:
        change(contest, Part.POLICY, [GRADE, GRADE, four])
    assert len(refused.value.sentences) == 3
    assert "belum menyebut angkanya" in str(refused.value)
    assert "menjaga 4 tempat, lebih banyak daripada kursinya (1)" in str(refused.value)
    assert "dua kali" in str(refused.value)


def test_equals_at_an_agencys_limit_wait_for_the_plenary() -> None:
    contest = make_contest(FIRST, entries=3, seats=(2, 1), marks=((3, 3),))
    change(contest, Part.POLICY, [TWO_EACH])
    cut_off = applied(contest)
    assert cut_off.results.filter(is_at_line=True).count() == 3
    with pytest.raises(TieAtTheLine):
        propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")


def test_terms_of_a_closed_stage_and_a_locked_list_are_final() -> None:
    contest = make_contest(ANNOUNCED, entries=3)
    stage = contest.stage(FIRST)
    cut_off = contest.cut_off(FIRST)
    for attempt in (
        lambda: PolicyStep.objects.create(
            stage=stage, position=1, kind=PolicyKind.MOST_PER_AGENCY, number=1
        ),
        lambda: Stage.objects.filter(pk=stage.pk).update(ranks_by="calibrated"),
        lambda: CutOff.objects.filter(pk=cut_off.pk).update(lines=[1]),
    ):
        with pytest.raises(DatabaseError, match="final"), transaction.atomic():
            attempt()
    step = PolicyStep.objects.create(
        stage=contest.stage(FIRST).edition.stages.create(
            kind="selection",
            position=9,
            name="Lain",
            slug="lain",
            opens_at=stage.opens_at,
            closes_at=stage.closes_at,
            seats=1,
        ),
        position=1,
        kind=PolicyKind.MOST_PER_AGENCY,
        number=1,
    )
    assert str(step) == "1. Paling banyak per instansi"
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        PolicyStep.objects.filter(pk=step.pk).update(stage=contest.stage(REVIEW))


def test_the_vector_of_the_document_holds_on_both_sides() -> None:
    text = (ROOT / "docs" / "bundle.md").read_text()
    rows = "1a 90, 1b 84; 2b 80, 2c 84; 3a 82, 3c 80; 4a 78, 4b 71; 5b 60, 5c 66"
    assert rows in text
    read = [(row[0], row[1], int(row[3:])) for row in rows.replace(";", ",").split(", ")]
    fit = calibrate([Sheet(int(e), ord(judge), Decimal(mark)) for e, judge, mark in read])
    told = "Calibrated: " + ", ".join(f"{e} {score:.12f}" for e, score in fit.scores.items())
    assert told in text
    effects = ", ".join(f"{chr(judge)} {value:.12f}" for judge, value in fit.effects.items())
    assert f"Effects: {effects}." in text
    traits = {
        entry: {"agency": agency, "island": "e" if entry == 5 else "w"}
        for entry, agency in zip(range(1, 6), "xxxyz", strict=True)
    }
    found = [Contender(e, Decimal(0), (), Decimal(0), Decimal(0), 2) for e in fit.scores]
    steps = [Step(PolicyKind.MOST_PER_AGENCY, 2), Step(PolicyKind.LEAST_PER_REGION, 1, "island")]
    listed = under_policy(rank(rescored(found, fit.scores)), 3, steps, traits)
    assert [one.entry for one in listed.cut.selected] == [1, 2, 5]
    reports = [
        {
            "kind": str(one.step.kind),
            "number": one.step.number,
            "trait": one.step.trait,
            "came_in": [named(change) for change in one.came_in],
            "went_out": [named(change) for change in one.went_out],
        }
        for one in listed.reports
    ]
    assert [[c["reason"] for c in r["came_in"] + r["went_out"]] for r in reports] == [
        ["moved_up", "barred"],
        ["owed", "displaced"],
    ]
    content = {
        "criteria": [{"key": "k", "scale": 100, "weight": "100.00"}],
        "sheets": [{"entry": e * 32, "judge": j, "marks": {"k": mark}} for e, j, mark in read],
        "sheets_needed": 2,
        "tie_break": ["k"],
        "seats": 3,
        "method": "calibrated",
        "steps": reports,
        "traits": {str(entry) * 32: own for entry, own in traits.items()},
    }
    ranked = verifier.recompute(content, "uji")
    assert verifier.check_steps(ranked, content, "uji") == {"1" * 32, "2" * 32, "5" * 32}


def named(change: Change) -> dict[str, str]:
    return {"entry": str(change.entry) * 32, "reason": str(change.reason)}


STEPS = st.lists(
    st.sampled_from(
        [Step(PolicyKind.PASSING_GRADE, 50), Step(PolicyKind.NOMINEES_PER_TYPE, 1)]
        + [Step(PolicyKind.MOST_PER_AGENCY, number) for number in (1, 2)]
        + [Step(PolicyKind.LEAST_PER_REGION, 1, trait) for trait in ("province", "group")]
    ),
    max_size=4,
    unique_by=lambda step: (step.kind, step.trait),
)
FIELD = st.lists(
    st.tuples(
        st.integers(1, 5), st.sampled_from("ab"), st.sampled_from("kl"), st.sampled_from("pq")
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=150, deadline=None)
@given(FIELD, st.integers(1, 9), STEPS)
def test_the_strangers_program_takes_every_step_as_we_do(
    rows: list[tuple[int, str, str, str]], seats: int, steps: list[Step]
) -> None:
    entries = range(1, len(rows) + 1)
    traits = {
        entry: {"agency": agency, "type": kind, "province": place, "group": "u"}
        for entry, (_mark, agency, kind, place) in zip(entries, rows, strict=True)
    }
    found = [
        Contender(entry, Decimal(20 * mark), (), Decimal(0), Decimal(0), 1)
        for entry, (mark, *_traits) in zip(entries, rows, strict=True)
    ]
    listed = under_policy(rank(found), seats, steps, traits)
    content = {
        "criteria": [{"key": "k", "scale": 5, "weight": "100.00"}],
        "sheets": [
            {"entry": str(entry) * 32, "judge": "j", "marks": {"k": mark}}
            for entry, (mark, *_traits) in zip(entries, rows, strict=True)
        ],
        "sheets_needed": 1,
        "tie_break": [],
        "seats": seats,
        "method": "raw-mean",
        "steps": [
            {
                "kind": str(one.step.kind),
                "number": one.step.number,
                "trait": one.step.trait,
                "came_in": [named(change) for change in one.came_in],
                "went_out": [named(change) for change in one.went_out],
            }
            for one in listed.reports
        ],
        "traits": {str(entry) * 32: own for entry, own in traits.items()},
    }
    chosen = verifier.check_steps(verifier.recompute(content, "uji"), content, "uji")
    assert chosen == {str(one.entry) * 32 for one in listed.cut.selected}


@pytest.mark.parametrize("kind", PolicyKind)
def test_every_step_and_reason_reads_as_a_sentence(kind: str) -> None:
    step = Step(kind, 2, PolicyTrait.ISLAND if kind == PolicyKind.LEAST_PER_REGION else "")
    texts = {step_text(step)}
    for reason in Reason:
        if (kind, reason) != (PolicyKind.LEAST_PER_REGION, Reason.BARRED):
            texts.add(reason_text(reason, step))
    assert len(texts) >= len(Reason)
    assert not [text for text in texts if "%" in text]
