"""An edition as plain values: what is cloned, checked and written into rows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from competitions.enums import NoteRule, RuleBasis, RunBasis, Severity


@dataclass(frozen=True)
class GroupBlueprint:
    """A group and its eligibility rules; `quota` None means no limit."""

    slug: str
    name: str
    minimum_age_months: int
    quota: int | None = None


@dataclass(frozen=True)
class RuleBlueprint:
    """How the edition applies one rule; `group` (a slug) narrows it to one group."""

    key: str
    source: str
    basis: str = RuleBasis.INFERRED
    severity: str = Severity.BLOCKING
    parameters: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    is_on: bool = True


@dataclass(frozen=True)
class SectionBlueprint:
    """A section of the proposal form; `maximum_words` None means no limit."""

    key: str
    title: str
    question: str
    guidance: str = ""
    example: str = ""
    maximum_words: int | None = None


@dataclass(frozen=True)
class DocumentBlueprint:
    """A document to attach to a proposal; `key` is at most 40 characters of a slug."""

    key: str
    name: str
    guidance: str = ""
    is_required: bool = True


@dataclass(frozen=True)
class LevelBlueprint:
    """What one mark of a criterion means."""

    mark: int
    label: str
    descriptor: str


@dataclass(frozen=True)
class CriterionBlueprint:
    """A criterion of a rubric; the weights of a stage sum to 100."""

    key: str
    name: str
    question: str
    weight: Decimal
    levels: tuple[LevelBlueprint, ...] = ()
    scale_maximum: int = 5
    note_rule: str = NoteRule.AT_EXTREMES


@dataclass(frozen=True)
class PolicyBlueprint:
    """A step between ranking and list; a passing grade has no `number` of its own."""

    kind: str
    number: int | None = None
    trait: str = ""


@dataclass(frozen=True)
class StageBlueprint:
    """A stage. `ranks_from` is the slug of the stage whose sheets rank this one, `ranks_by`
    which score of them does, `policy` what happens between the ranking and the list, in order.

    In an administrative stage a proposal may be mended `correction_rounds` times, each time
    within `correction_days`. A provisional list may be objected to for `objection_days`, and
    each objection is answered within `answer_days` (calendar days). Where
    two final sheets differ by `disagreement_threshold` points or more, or only one of them
    reaches the `passing_grade`, `extra_readers` judges more read the entry.
    """

    kind: str
    slug: str
    name: str
    opens_at: datetime
    closes_at: datetime
    seats: int | None = None
    ranks_from: str | None = None
    reviews_per_entry: int = 3
    extra_readers: int = 0
    disagreement_threshold: int = 20
    passing_grade: int | None = None
    ranks_by: str = RunBasis.RAW
    policy: tuple[PolicyBlueprint, ...] = ()
    is_blind: bool = False
    tie_break: tuple[str, ...] = ()
    criteria: tuple[CriterionBlueprint, ...] = ()
    grace_minutes: int = 0
    correction_days: int = 3
    correction_rounds: int = 1
    objection_days: int = 0
    answer_days: int = 7


@dataclass(frozen=True)
class EditionBlueprint:
    """A whole edition. `categories` are slugs of the register's categories, in order.

    A rule that `rules` doesn't name holds with the defaults of `eligibility`.
    """

    year: int
    name: str
    theme: str
    groups: tuple[GroupBlueprint, ...]
    categories: tuple[str, ...]
    sections: tuple[SectionBlueprint, ...]
    stages: tuple[StageBlueprint, ...]
    documents: tuple[DocumentBlueprint, ...] = ()
    rules: tuple[RuleBlueprint, ...] = ()
    source: str = ""
    note: str = ""
    is_published: bool = True
    is_simulated: bool = False

    def stage(self, slug: str) -> StageBlueprint:
        """The stage of that slug; StopIteration is a programming error."""
        return next(stage for stage in self.stages if stage.slug == slug)


def moved_to(blueprint: EditionBlueprint, *, year: int, name: str, theme: str) -> EditionBlueprint:
    """The same edition in another year: every instant moves by the years between.

    The day and the hour on the clock stay (29 February becomes 28). Nothing of the copy is
    public; its theme, its source and its note are its own.
    """
    years = year - blueprint.year
    stages = tuple(
        replace(
            stage,
            opens_at=_years_later(stage.opens_at, years),
            closes_at=_years_later(stage.closes_at, years),
        )
        for stage in blueprint.stages
    )
    return replace(
        blueprint,
        year=year,
        name=name,
        theme=theme,
        stages=stages,
        source="",
        note="",
        is_published=False,
    )


def _years_later(instant: datetime, years: int) -> datetime:
    """Assumes an instant in the zone whose clock people read."""
    try:
        return instant.replace(year=instant.year + years)
    except ValueError:
        return instant.replace(year=instant.year + years, day=28)


class Part(StrEnum):
    """A part of an edition that is designed on a page of its own; the value is its address."""

    THEME = "tema"
    GROUPS = "kelompok"
    CATEGORIES = "kategori"
    SECTIONS = "formulir"
    DOCUMENTS = "dokumen"
    RULES = "syarat"
    STAGES = "tahap"
    DATES = "jadwal"
    SETTINGS = "ketentuan"
    POLICY = "kebijakan"
    RUBRIC = "rubrik"


OF_A_STAGE = frozenset({Part.SETTINGS, Part.POLICY, Part.RUBRIC})
THEME_FIELDS = ("name", "theme", "source", "note")
SETTINGS_FIELDS = (
    "seats",
    "ranks_from",
    "reviews_per_entry",
    "extra_readers",
    "disagreement_threshold",
    "passing_grade",
    "ranks_by",
    "is_blind",
    "tie_break",
    "grace_minutes",
    "correction_days",
    "correction_rounds",
    "objection_days",
    "answer_days",
)
NEW_STAGE = timedelta(days=14)
Content = list[dict[str, Any]]
"""A part as plain JSON: dictionaries of text, whole numbers, truth values and lists."""


def content_of(edition: EditionBlueprint, part: Part, slug: str = "") -> Content:
    """A part as it can be stored, compared and filled into a form."""
    if part == Part.THEME:
        return [{name: getattr(edition, name) for name in THEME_FIELDS}]
    if part == Part.CATEGORIES:
        return [{"slug": slug} for slug in edition.categories]
    if part == Part.STAGES:
        return [{"slug": s.slug, "kind": str(s.kind), "name": s.name} for s in edition.stages]
    if part == Part.DATES:
        return [
            {
                "slug": s.slug,
                "opens_at": s.opens_at.isoformat(),
                "closes_at": s.closes_at.isoformat(),
            }
            for s in edition.stages
        ]
    if part == Part.SETTINGS:
        stage = edition.stage(slug)
        settings = {name: getattr(stage, name) for name in SETTINGS_FIELDS}
        settings["ranks_by"] = str(stage.ranks_by)
        return [settings | {"tie_break": list(stage.tie_break)}]
    if part == Part.POLICY:
        return [asdict(step) for step in edition.stage(slug).policy]
    if part == Part.RUBRIC:
        return [_criterion_content(criterion) for criterion in edition.stage(slug).criteria]
    rows: tuple[Any, ...] = getattr(edition, part.name.lower())
    return [asdict(row) for row in rows]


def _criterion_content(criterion: CriterionBlueprint) -> dict[str, Any]:
    content = asdict(criterion)
    levels = [asdict(level) for level in criterion.levels]
    plain = {"weight": str(criterion.weight), "note_rule": str(criterion.note_rule)}
    return content | plain | {"levels": levels}


def with_content(
    edition: EditionBlueprint, part: Part, content: Content, slug: str = ""
) -> EditionBlueprint:
    """The edition with one part replaced; `content` is what `content_of` gives."""
    if part == Part.THEME:
        return replace(edition, **content[0])
    if part == Part.CATEGORIES:
        return replace(edition, categories=tuple(row["slug"] for row in content))
    if part in {Part.STAGES, Part.DATES}:
        return replace(edition, stages=_stages_with(edition, part, content))
    if part in OF_A_STAGE:
        change = OF_STAGE[part](content)
        stages = tuple(replace(s, **change) if s.slug == slug else s for s in edition.stages)
        return replace(edition, stages=stages)
    kinds: dict[Part, type[Any]] = {
        Part.GROUPS: GroupBlueprint,
        Part.SECTIONS: SectionBlueprint,
        Part.DOCUMENTS: DocumentBlueprint,
        Part.RULES: RuleBlueprint,
    }
    named: dict[str, Any] = {part.name.lower(): tuple(kinds[part](**row) for row in content)}
    return replace(edition, **named)


def _stages_with(
    edition: EditionBlueprint, part: Part, content: Content
) -> tuple[StageBlueprint, ...]:
    known = {stage.slug: stage for stage in edition.stages}
    if part == Part.DATES:
        moved: dict[str, dict[str, Any]] = {
            row["slug"]: {
                "opens_at": datetime.fromisoformat(row["opens_at"]),
                "closes_at": datetime.fromisoformat(row["closes_at"]),
            }
            for row in content
        }
        return tuple(replace(stage, **moved.get(stage.slug, {})) for stage in edition.stages)
    stages: list[StageBlueprint] = []
    for row in content:
        opens_at = stages[-1].closes_at if stages else edition.stages[0].opens_at
        new = StageBlueprint(**row, opens_at=opens_at, closes_at=opens_at + NEW_STAGE)
        old = known.get(row["slug"])
        stages.append(replace(old, **row) if old else new)
    return tuple(stages)


def _settings(content: Content) -> dict[str, Any]:
    return content[0] | {"tie_break": tuple(content[0]["tie_break"])}


def _rubric(content: Content) -> dict[str, Any]:
    criteria = tuple(
        CriterionBlueprint(
            **row
            | {
                "weight": Decimal(row["weight"]),
                "levels": tuple(LevelBlueprint(**level) for level in row["levels"]),
            }
        )
        for row in content
    )
    return {"criteria": criteria}


def _policy(content: Content) -> dict[str, Any]:
    return {"policy": tuple(PolicyBlueprint(**row) for row in content)}


OF_STAGE = {Part.SETTINGS: _settings, Part.POLICY: _policy, Part.RUBRIC: _rubric}
