"""Whether an edition agrees with itself. Every fault at once, each with its part."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from competitions.blueprints import (
    CriterionBlueprint,
    EditionBlueprint,
    Part,
    PolicyBlueprint,
    StageBlueprint,
)
from competitions.eligibility import check_parameters
from competitions.enums import NoteRule, PolicyKind, PolicyTrait, StageKind

FULL = Decimal(100)
ORDER = (
    StageKind.REGISTRATION,
    StageKind.ADMINISTRATIVE,
    StageKind.REVIEW,
    StageKind.SELECTION,
)
ONCE = frozenset(ORDER[:3])
"""Kinds that an edition has exactly one stage of."""
ISLANDS = 7
"""Sumatra, Java, Bali and Nusa Tenggara, Kalimantan, Sulawesi, Maluku, Papua."""


class FaultKind(StrEnum):
    """What can be wrong with an edition before it opens."""

    NO_THEME = "no_theme"
    NO_GROUP = "no_group"
    SAME_NAME = "same_name"
    NO_CATEGORY = "no_category"
    NO_SECTION = "no_section"
    BAD_RULE = "bad_rule"
    RULE_OF_NO_GROUP = "rule_of_no_group"
    NO_SOURCE = "no_source"
    KIND_MISSING = "kind_missing"
    KIND_TWICE = "kind_twice"
    KIND_ORDER = "kind_order"
    CLOSES_EARLY = "closes_early"
    OVERLAP = "overlap"
    NO_SEATS = "no_seats"
    SEATS_GROW = "seats_grow"
    RANKS_FROM_NOTHING = "ranks_from_nothing"
    RANKS_FROM_LATER = "ranks_from_later"
    NO_RUBRIC = "no_rubric"
    WEIGHTS = "weights"
    NO_QUESTION = "no_question"
    LEVELS = "levels"
    NOTE_RULE = "note_rule"
    TIE_BREAK = "tie_break"
    TIE_BREAK_TWICE = "tie_break_twice"
    NO_TIE_BREAK = "no_tie_break"
    POLICY_TWICE = "policy_twice"
    POLICY_NO_GRADE = "policy_no_grade"
    POLICY_TOO_MANY = "policy_too_many"


@dataclass(frozen=True)
class Fault:
    """One contradiction: where it stands, and what the sentence about it names.

    `stage` is the slug of the stage whose settings or rubric it is about, else empty.
    """

    kind: FaultKind
    part: Part
    stage: str = ""
    named: dict[str, str] = field(default_factory=dict)


def find_faults(edition: EditionBlueprint) -> list[Fault]:
    """Everything that keeps the edition from opening, in the order of its parts."""
    return [
        *_form_faults(edition),
        *_rule_faults(edition),
        *_stage_faults(edition.stages),
        *_date_faults(edition),
        *_seat_faults(edition.stages),
        *_rubric_faults(edition.stages),
        *_policy_faults(edition),
    ]


def scoring_of(stage: StageBlueprint, stages: Iterable[StageBlueprint]) -> StageBlueprint | None:
    """The stage whose rubric ranks this one; None where it names no stage of the edition."""
    if not stage.ranks_from:
        return stage
    return next((other for other in stages if other.slug == stage.ranks_from), None)


def _form_faults(edition: EditionBlueprint) -> Iterator[Fault]:
    if not edition.theme.strip():
        yield Fault(FaultKind.NO_THEME, Part.THEME)
    if not edition.groups:
        yield Fault(FaultKind.NO_GROUP, Part.GROUPS)
    yield from _twice([group.name for group in edition.groups], Part.GROUPS)
    if not edition.categories:
        yield Fault(FaultKind.NO_CATEGORY, Part.CATEGORIES)
    if not edition.sections:
        yield Fault(FaultKind.NO_SECTION, Part.SECTIONS)
    yield from _twice([section.title for section in edition.sections], Part.SECTIONS)
    yield from _twice([document.name for document in edition.documents], Part.DOCUMENTS)


def _twice(names: Sequence[str], part: Part, stage: str = "") -> Iterator[Fault]:
    counted = Counter(name.strip().casefold() for name in names)
    for name in dict.fromkeys(name for name in names if counted[name.strip().casefold()] > 1):
        yield Fault(FaultKind.SAME_NAME, part, stage, {"name": name})


def _rule_faults(edition: EditionBlueprint) -> Iterator[Fault]:
    groups = {group.slug for group in edition.groups}
    for rule in edition.rules:
        if rule.group and rule.group not in groups:
            named = {"rule": rule.key, "group": rule.group}
            yield Fault(FaultKind.RULE_OF_NO_GROUP, Part.RULES, named=named)
        try:
            check_parameters(rule.key, rule.parameters)
        except ValueError:
            yield Fault(FaultKind.BAD_RULE, Part.RULES, named={"rule": rule.key})
        if not rule.source.strip():
            yield Fault(FaultKind.NO_SOURCE, Part.RULES, named={"rule": rule.key})


def _stage_faults(stages: Sequence[StageBlueprint]) -> Iterator[Fault]:
    counted = Counter(stage.kind for stage in stages)
    for kind in ORDER:
        if not counted[kind]:
            yield Fault(FaultKind.KIND_MISSING, Part.STAGES, named={"kind": kind})
        elif kind in ONCE and counted[kind] > 1:
            yield Fault(FaultKind.KIND_TWICE, Part.STAGES, named={"kind": kind})
    yield from _twice([stage.name for stage in stages], Part.STAGES)
    for earlier, later in pairwise(stages):
        if ORDER.index(StageKind(earlier.kind)) > ORDER.index(StageKind(later.kind)):
            named = {"earlier": earlier.name, "later": later.name}
            yield Fault(FaultKind.KIND_ORDER, Part.STAGES, named=named)


def _date_faults(edition: EditionBlueprint) -> Iterator[Fault]:
    for stage in edition.stages:
        if stage.closes_at <= stage.opens_at:
            yield Fault(FaultKind.CLOSES_EARLY, Part.DATES, named={"stage": stage.name})
    for earlier, later in pairwise(edition.stages):
        if later.opens_at < earlier.closes_at:
            named = {"earlier": earlier.name, "later": later.name}
            yield Fault(FaultKind.OVERLAP, Part.DATES, named=named)


def _seat_faults(stages: Sequence[StageBlueprint]) -> Iterator[Fault]:
    bands = [stage for stage in stages if stage.kind == StageKind.SELECTION]
    for band in bands:
        if not band.seats:
            yield Fault(FaultKind.NO_SEATS, Part.SETTINGS, band.slug, {"stage": band.name})
    for earlier, later in pairwise(band for band in bands if band.seats):
        if (later.seats or 0) > (earlier.seats or 0):
            named = {
                "earlier": earlier.name,
                "later": later.name,
                "more": str(later.seats),
                "fewer": str(earlier.seats),
            }
            yield Fault(FaultKind.SEATS_GROW, Part.SETTINGS, later.slug, named)


def _rubric_faults(stages: Sequence[StageBlueprint]) -> Iterator[Fault]:
    for place, stage in enumerate(stages):
        if stage.kind not in {StageKind.REVIEW, StageKind.SELECTION}:
            continue
        named = {"stage": stage.name}
        source = scoring_of(stage, stages)
        if source is None:
            yield Fault(FaultKind.RANKS_FROM_NOTHING, Part.SETTINGS, stage.slug, named)
            continue
        if source is stage:
            yield from _scoring_faults(stage)
        elif stages.index(source) > place:
            yield Fault(FaultKind.RANKS_FROM_LATER, Part.SETTINGS, stage.slug, named)
        elif not source.criteria:
            yield Fault(FaultKind.NO_RUBRIC, Part.RUBRIC, source.slug, {"stage": source.name})
        yield from _tie_break_faults(stage, source)


def _scoring_faults(stage: StageBlueprint) -> Iterator[Fault]:
    if not stage.criteria:
        yield Fault(FaultKind.NO_RUBRIC, Part.RUBRIC, stage.slug, {"stage": stage.name})
        return
    total = sum((criterion.weight for criterion in stage.criteria), Decimal())
    if total != FULL:
        named = {"stage": stage.name, "total": str(total)}
        yield Fault(FaultKind.WEIGHTS, Part.RUBRIC, stage.slug, named)
    yield from _twice([one.name for one in stage.criteria], Part.RUBRIC, stage.slug)
    for criterion in stage.criteria:
        yield from _criterion_faults(stage, criterion)


def _criterion_faults(stage: StageBlueprint, criterion: CriterionBlueprint) -> Iterator[Fault]:
    named = {"stage": stage.name, "criterion": criterion.name}
    if not criterion.question.strip():
        yield Fault(FaultKind.NO_QUESTION, Part.RUBRIC, stage.slug, named)
    marks = [level.mark for level in criterion.levels]
    outside = [mark for mark in marks if not 1 <= mark <= criterion.scale_maximum]
    if outside or len(set(marks)) != len(marks):
        yield Fault(FaultKind.LEVELS, Part.RUBRIC, stage.slug, named)
    if criterion.note_rule not in NoteRule.values:
        yield Fault(FaultKind.NOTE_RULE, Part.RUBRIC, stage.slug, named)


def _tie_break_faults(stage: StageBlueprint, source: StageBlueprint) -> Iterator[Fault]:
    keys = {criterion.key for criterion in source.criteria}
    named = {"stage": stage.name, "source": source.name}
    for key in stage.tie_break:
        if key not in keys:
            yield Fault(FaultKind.TIE_BREAK, Part.SETTINGS, stage.slug, {**named, "key": key})
    if len(set(stage.tie_break)) != len(stage.tie_break):
        yield Fault(FaultKind.TIE_BREAK_TWICE, Part.SETTINGS, stage.slug, named)
    if stage.kind == StageKind.SELECTION and not stage.tie_break:
        yield Fault(FaultKind.NO_TIE_BREAK, Part.SETTINGS, stage.slug, named)


def _policy_faults(edition: EditionBlueprint) -> Iterator[Fault]:
    for stage in edition.stages:
        named = {"stage": stage.name}
        counted = Counter((step.kind, step.trait) for step in stage.policy)
        for (kind, _trait), times in counted.items():
            if times > 1:
                twice = {**named, "step": kind}
                yield Fault(FaultKind.POLICY_TWICE, Part.POLICY, stage.slug, twice)
        source = scoring_of(stage, edition.stages) or stage
        graded = any(step.kind == PolicyKind.PASSING_GRADE for step in stage.policy)
        if graded and source.passing_grade is None:
            without = {**named, "source": source.name}
            yield Fault(FaultKind.POLICY_NO_GRADE, Part.POLICY, stage.slug, without)
        for step in stage.policy:
            if (kept := _kept_places(step, edition)) > (stage.seats or kept):
                many = {**named, "kept": str(kept), "seats": str(stage.seats)}
                yield Fault(FaultKind.POLICY_TOO_MANY, Part.POLICY, stage.slug, many)


def _kept_places(step: PolicyBlueprint, edition: EditionBlueprint) -> int:
    """How many places a step may ask for; unknown of provinces, because they come and go."""
    kinds = {PolicyTrait.ISLAND: ISLANDS, PolicyTrait.GROUP: len(edition.groups)}
    return (step.number or 0) * kinds.get(PolicyTrait(step.trait), 0) if step.trait else 0
