"""Policy steps of a stage as arithmetic takes them, and what a list keeps of their effect."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.utils.translation import gettext as _

from competitions.enums import PolicyKind, PolicyTrait
from competitions.models import Entry, Stage
from competitions.ranking import Change, Listed, Reason, Step

ISLAND_OF_DIGIT = {"2": "1"}
"""Islands by the first digit of the Kemendagri code; Riau's islands (2) belong to Sumatra (1)."""
TRAITS = ("agency", "type", "province", "island", "group")


class ChangeRow(TypedDict):
    """An entry that a step took in or out."""

    entry: int
    reason: str


class StepRow(TypedDict):
    """A step with who came in and who went out, as a list and a run keep it."""

    kind: str
    number: int
    trait: str
    came_in: list[ChangeRow]
    went_out: list[ChangeRow]


def steps_of(stage: Stage) -> list[Step]:
    """The stage's steps in order; the passing grade is that of the stage whose sheets rank."""
    return declared_steps(stage, stage.ranks_from or stage)


def declared_steps(stage: Stage, source: Stage) -> list[Step]:
    """The steps of a stage whose scoring stage is at hand; no query if they are prefetched."""
    grade = source.passing_grade or 0
    return [Step(one.kind, one.number or grade, one.trait) for one in stage.policy_steps.all()]


def trait_of(step: Step) -> str:
    """Which trait a step goes by; empty where it goes by the score alone."""
    return step.trait or {
        PolicyKind.NOMINEES_PER_TYPE: "type",
        PolicyKind.MOST_PER_AGENCY: "agency",
    }.get(PolicyKind(step.kind), "")


def traits_of(entry_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """What steps go by, for each entry; one query. The centre's agencies have no region."""
    rows = Entry.objects.filter(pk__in=entry_ids).values_list(
        "pk", "agency_id", "agency__agency_type", "agency__region_id", "group__slug"
    )
    return {
        pk: dict(zip(TRAITS, (str(agency), kind, *_places(region or ""), group), strict=True))
        for pk, agency, kind, region, group in rows
    }


def _places(code: str) -> tuple[str, str]:
    return code[:2], ISLAND_OF_DIGIT.get(code[:1], code[:1])


def report_rows(listed: Listed) -> list[StepRow]:
    """The reports of a list as they are kept."""
    return [
        StepRow(
            kind=str(one.step.kind),
            number=one.step.number,
            trait=one.step.trait,
            came_in=_rows(one.came_in),
            went_out=_rows(one.went_out),
        )
        for one in listed.reports
    ]


def _rows(changes: Iterable[Change]) -> list[ChangeRow]:
    return [ChangeRow(entry=one.entry, reason=str(one.reason)) for one in changes]


def terms_of(rows: Iterable[StepRow]) -> list[Step]:
    """The steps that kept rows speak of."""
    return [Step(row["kind"], row["number"], row["trait"]) for row in rows]


def moved_by(rows: Iterable[StepRow]) -> set[int]:
    """Every entry that a step took in or out."""
    return {one["entry"] for row in rows for one in (*row["came_in"], *row["went_out"])}


def step_text(step: Step) -> str:
    """A step in one sentence."""
    texts = {
        PolicyKind.PASSING_GRADE: _("Nilai di bawah %(number)s tidak masuk daftar"),
        PolicyKind.NOMINEES_PER_TYPE: _(
            "Nominasi tiap jenis instansi paling banyak %(number)s kali jatah kursinya"
        ),
        PolicyKind.MOST_PER_AGENCY: _("Paling banyak %(number)s per instansi"),
        PolicyKind.LEAST_PER_REGION: _("Paling sedikit %(number)s per %(trait)s"),
    }
    trait = str(PolicyTrait(step.trait).label).lower() if step.trait else ""
    return texts[PolicyKind(step.kind)] % {"number": step.number, "trait": trait}


def reason_text(reason: str, step: Step) -> str:
    """Why a step took an entry in or out, for people."""
    barred = {
        PolicyKind.PASSING_GRADE: _("nilainya di bawah nilai kelulusan"),
        PolicyKind.NOMINEES_PER_TYPE: _("di luar nominasi jenis instansinya"),
        PolicyKind.MOST_PER_AGENCY: _("instansinya sudah penuh oleh yang berperingkat lebih baik"),
    }
    if reason == Reason.BARRED:
        return barred[PolicyKind(step.kind)]
    return {
        Reason.TIED: _("seri pada batas; pleno memutus"),
        Reason.DISPLACED: _("memberi tempat kepada yang dijaga"),
        Reason.OWED: _("tempatnya dijaga langkah ini"),
        Reason.MOVED_UP: _("naik karena ada tempat kosong"),
    }[Reason(reason)]


@dataclass(frozen=True)
class ToldChange:
    """An entry that a step moved, and why."""

    entry: Entry
    reason: str


@dataclass(frozen=True)
class ToldStep:
    """A step with who came in and who went out, as pages show it."""

    text: str
    came_in: list[ToldChange]
    went_out: list[ToldChange]


def steps_told(
    rows: Sequence[StepRow], entries: Mapping[int, Entry], hidden: Collection[int]
) -> list[ToldStep]:
    """Steps as pages show them, without what the reader may not see."""

    def told(changes: Iterable[ChangeRow], step: Step) -> list[ToldChange]:
        return [
            ToldChange(entries[one["entry"]], reason_text(one["reason"], step))
            for one in changes
            if one["entry"] not in hidden
        ]

    return [
        ToldStep(step_text(step), told(row["came_in"], step), told(row["went_out"], step))
        for row, step in zip(rows, terms_of(rows), strict=True)
    ]


def notes_of(rows: Sequence[StepRow]) -> dict[int, list[str]]:
    """What steps did to an entry, in sentences, by entry."""
    notes: dict[int, list[str]] = defaultdict(list)
    for row, step in zip(rows, terms_of(rows), strict=True):
        for verb, changes in ((_("Masuk"), row["came_in"]), (_("Keluar"), row["went_out"])):
            for one in changes:
                reason = reason_text(one["reason"], step)
                notes[one["entry"]].append(f"{verb}: {reason} ({step_text(step)})")
    return notes
