"""Every contradiction of an edition is found, all of them at once, each with its part."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from competitions.blueprints import (
    OF_A_STAGE,
    CriterionBlueprint,
    DocumentBlueprint,
    EditionBlueprint,
    GroupBlueprint,
    LevelBlueprint,
    Part,
    PolicyBlueprint,
    RuleBlueprint,
    SectionBlueprint,
    StageBlueprint,
    content_of,
    moved_to,
    with_content,
)
from competitions.consistency import Fault, FaultKind, find_faults
from competitions.enums import PolicyKind, PolicyTrait, RuleKey, StageKind

START = datetime.fromisoformat("2028-02-29T00:00+07:00")
WEEK = timedelta(days=7)


def criterion(key: str, weight: str, **options: Any) -> CriterionBlueprint:
    return CriterionBlueprint(key, key.title(), f"Bagaimana {key}?", Decimal(weight), **options)


RUBRIC = (criterion("a", "33.33"), criterion("b", "66.67"))


def stage(place: int, kind: str, name: str, **options: Any) -> StageBlueprint:
    opens = START + WEEK * place
    return StageBlueprint(kind, name.lower(), name, opens, opens + WEEK, **options)


SOUND = EditionBlueprint(
    year=2028,
    name="KIPP 2028",
    theme="Dekat",
    groups=(GroupBlueprint("umum", "Umum", 12),),
    categories=("pendidikan",),
    sections=(SectionBlueprint("a", "A", "Apa?"),),
    documents=(DocumentBlueprint("surat", "Surat"),),
    rules=(RuleBlueprint(RuleKey.AGE, "Surat"), RuleBlueprint(RuleKey.AGE, "Surat", group="umum")),
    stages=(
        stage(0, StageKind.REGISTRATION, "Daftar"),
        stage(1, StageKind.ADMINISTRATIVE, "Periksa"),
        stage(2, StageKind.REVIEW, "Nilai", criteria=RUBRIC),
        stage(3, StageKind.SELECTION, "Sepuluh", seats=10, ranks_from="nilai", tie_break=("b",)),
        stage(4, StageKind.SELECTION, "Lima", seats=5, criteria=RUBRIC, tie_break=("b", "a")),
    ),
)


def with_stage(place: int, **changes: Any) -> EditionBlueprint:
    stages = list(SOUND.stages)
    stages[place] = replace(stages[place], **changes)
    return replace(SOUND, stages=tuple(stages))


def test_sound_edition_has_no_fault() -> None:
    assert find_faults(SOUND) == []


def levels(*marks: int) -> tuple[LevelBlueprint, ...]:
    return tuple(LevelBlueprint(mark, "Kata", "Uraian") for mark in marks)


K = FaultKind
UNSOUND: list[tuple[EditionBlueprint, list[tuple[FaultKind, Part, str]]]] = [
    (replace(SOUND, theme="  "), [(K.NO_THEME, Part.THEME, "")]),
    (
        replace(SOUND, groups=()),
        [(K.NO_GROUP, Part.GROUPS, ""), (K.RULE_OF_NO_GROUP, Part.RULES, "")],
    ),
    (
        replace(SOUND, groups=(*SOUND.groups, GroupBlueprint("dua", " umum", 1))),
        [(K.SAME_NAME, Part.GROUPS, "")] * 2,
    ),
    (replace(SOUND, categories=()), [(K.NO_CATEGORY, Part.CATEGORIES, "")]),
    (replace(SOUND, sections=()), [(K.NO_SECTION, Part.SECTIONS, "")]),
    (
        replace(SOUND, rules=(RuleBlueprint(RuleKey.JUNK, " ", parameters={"least_words": 99}),)),
        [(K.BAD_RULE, Part.RULES, ""), (K.NO_SOURCE, Part.RULES, "")],
    ),
    (
        replace(SOUND, stages=SOUND.stages[:2] + SOUND.stages[4:]),
        [(K.KIND_MISSING, Part.STAGES, "")],
    ),
    (
        replace(
            SOUND,
            stages=(SOUND.stages[0], stage(0, StageKind.REGISTRATION, "Lagi"), *SOUND.stages[1:]),
        ),
        [(K.KIND_TWICE, Part.STAGES, ""), (K.OVERLAP, Part.DATES, "")],
    ),
    (
        replace(SOUND, stages=(SOUND.stages[1], SOUND.stages[0], *SOUND.stages[2:])),
        [(K.KIND_ORDER, Part.STAGES, ""), (K.OVERLAP, Part.DATES, "")],
    ),
    (
        with_stage(1, closes_at=START),
        [(K.CLOSES_EARLY, Part.DATES, "")],
    ),
    (
        with_stage(3, policy=(PolicyBlueprint(PolicyKind.PASSING_GRADE),) * 2),
        [(K.POLICY_TWICE, Part.POLICY, "sepuluh"), (K.POLICY_NO_GRADE, Part.POLICY, "sepuluh")],
    ),
    (
        with_stage(
            4, policy=(PolicyBlueprint(PolicyKind.LEAST_PER_REGION, 1, PolicyTrait.ISLAND),)
        ),
        [(K.POLICY_TOO_MANY, Part.POLICY, "lima")],
    ),
    (with_stage(4, seats=11), [(K.SEATS_GROW, Part.SETTINGS, "lima")]),
    (with_stage(3, seats=None), [(K.NO_SEATS, Part.SETTINGS, "sepuluh")]),
    (with_stage(4, seats=0), [(K.NO_SEATS, Part.SETTINGS, "lima")]),
    (with_stage(3, ranks_from="hilang"), [(K.RANKS_FROM_NOTHING, Part.SETTINGS, "sepuluh")]),
    (with_stage(3, ranks_from="lima"), [(K.RANKS_FROM_LATER, Part.SETTINGS, "sepuluh")]),
    (
        with_stage(3, ranks_from="periksa"),
        [(K.NO_RUBRIC, Part.RUBRIC, "periksa"), (K.TIE_BREAK, Part.SETTINGS, "sepuluh")],
    ),
    (
        with_stage(4, criteria=(), tie_break=()),
        [(K.NO_RUBRIC, Part.RUBRIC, "lima"), (K.NO_TIE_BREAK, Part.SETTINGS, "lima")],
    ),
    (
        with_stage(2, criteria=(RUBRIC[0], replace(RUBRIC[1], weight=Decimal("66.66")))),
        [(K.WEIGHTS, Part.RUBRIC, "nilai")],
    ),
    (
        with_stage(2, criteria=(RUBRIC[0], replace(RUBRIC[1], name="A", question=" "))),
        [
            (K.SAME_NAME, Part.RUBRIC, "nilai"),
            (K.NO_QUESTION, Part.RUBRIC, "nilai"),
        ],
    ),
    (
        with_stage(2, criteria=(replace(RUBRIC[0], levels=levels(1, 6)), RUBRIC[1])),
        [(K.LEVELS, Part.RUBRIC, "nilai")],
    ),
    (
        with_stage(2, criteria=(replace(RUBRIC[0], levels=levels(2, 2)), RUBRIC[1])),
        [(K.LEVELS, Part.RUBRIC, "nilai")],
    ),
    (
        with_stage(2, criteria=(replace(RUBRIC[0], note_rule="kadang"), RUBRIC[1])),
        [(K.NOTE_RULE, Part.RUBRIC, "nilai")],
    ),
    (with_stage(4, tie_break=("b", "b")), [(K.TIE_BREAK_TWICE, Part.SETTINGS, "lima")]),
]


@pytest.mark.parametrize(("edition", "expected"), UNSOUND)
def test_contradiction_is_named_with_its_part(
    edition: EditionBlueprint, expected: list[tuple[FaultKind, Part, str]]
) -> None:
    found = [(fault.kind, fault.part, fault.stage) for fault in find_faults(edition)]
    assert [
        one for one in found if one[0] in {kind for kind, _part, _stage in expected}
    ] == expected


def test_every_reason_is_told_at_once() -> None:
    edition = replace(with_stage(4, seats=11), theme="", categories=())
    assert [fault.kind for fault in find_faults(edition)] == [
        K.NO_THEME,
        K.NO_CATEGORY,
        K.SEATS_GROW,
    ]
    assert isinstance(find_faults(edition)[0], Fault)


@pytest.mark.parametrize("part", Part)
def test_content_read_and_written_back_is_the_same(part: Part) -> None:
    slug = "nilai" if part in OF_A_STAGE else ""
    step = PolicyBlueprint(PolicyKind.MOST_PER_AGENCY, 2)
    edition = with_stage(2, policy=(step,))
    content = content_of(edition, part, slug)
    assert with_content(edition, part, content, slug) == edition


def test_new_stage_follows_the_one_before_it() -> None:
    new = {"slug": "baru", "kind": StageKind.SELECTION, "name": "Baru"}
    rows = content_of(SOUND, Part.STAGES)
    last = with_content(SOUND, Part.STAGES, [*rows, new]).stages[-1]
    assert last.opens_at == SOUND.stages[-1].closes_at
    first = with_content(SOUND, Part.STAGES, [new, *rows]).stages[0]
    assert first.opens_at == SOUND.stages[0].opens_at
    assert first.closes_at > first.opens_at


def test_moved_edition_keeps_day_and_hour_but_the_leap_day() -> None:
    copy = moved_to(replace(SOUND, source="Surat", note="Catatan"), year=2029, name="B", theme="")
    assert [s.opens_at for s in copy.stages][:2] == [
        START.replace(year=2029, day=28),
        (START + WEEK).replace(year=2029),
    ]
    assert (copy.year, copy.name, copy.source, copy.note, copy.is_published) == (
        2029, "B", "", "", False,
    )  # fmt: skip
    assert moved_to(SOUND, year=2032, name="C", theme="").stages[0].opens_at.day == 29
