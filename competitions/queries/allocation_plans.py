"""Who could read what in a stage, and a plan of it as the secretariat reads it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import User
from competitions.allocation import Allocation, Need, components
from competitions.enums import AllocationState, SheetState
from competitions.models import AllocationPlan, Appointment, Assignment, Entry, Stage
from competitions.models.judging import AssignmentQuerySet
from competitions.queries.conflicts import conflicted_pairs
from competitions.queries.progress import body_of
from competitions.queries.reading import reading_minutes
from competitions.queries.stages import still_in

SMALL = 4000
"""So many pairs of an entry and a judge are weighed within the request that asks."""


@dataclass(frozen=True)
class Ask:
    """What a stage lacks: who could read it, and what is held already.

    `held` maps an entry to those who read it, without who is in conflict or abstained;
    `conflicts` are pairs of a judge and an entry.
    """

    entries: Mapping[int, Entry]
    judges: Sequence[User]
    needs: Sequence[Need]
    loads: Mapping[int, float]
    held: Mapping[int, frozenset[int]]
    conflicts: frozenset[tuple[int, int]]


def ask_of(stage: Stage) -> Ask:
    """Read what the stage lacks; some ten queries, whatever its size."""
    stays = (
        still_in(stage).select_related("entry__agency__region", "entry__edition").order_by("entry")
    )
    entries = {stay.entry_id: stay.entry for stay in stays}
    appointments = list(appointments_in(stage))
    judges = [one.user for one in appointments]
    experts = _experts(appointments)
    fields = dict(Entry.objects.filter(pk__in=entries).values_list("pk", "innovation__category"))
    barred: defaultdict[int, set[int]] = defaultdict(set)
    conflicts = conflicted_pairs(judges, entries.values())
    for judge_id, entry_id in conflicts:
        barred[entry_id].add(judge_id)
    rows = Assignment.objects.filter(stage=stage)
    given = list(rows.values_list("evaluator", "entry"))
    gone = conflicts | set(rows.exclude(abstention=None).values_list("evaluator", "entry"))
    minutes = reading_minutes(entries.keys() | {entry_id for _judge_id, entry_id in given})
    loads: defaultdict[int, float] = defaultdict(float)
    held: defaultdict[int, set[int]] = defaultdict(set)
    for judge_id, entry_id in given:
        loads[judge_id] += minutes[entry_id]
        barred[entry_id].add(judge_id)
        if (judge_id, entry_id) not in gone:
            held[entry_id].add(judge_id)
    needs = [
        Need(
            pk,
            stage.reviews_per_entry - len(held[pk]),
            frozenset(barred[pk]),
            minutes[pk],
            experts.get(fields[pk], frozenset()),
        )
        for pk in entries
        if len(held[pk]) < stage.reviews_per_entry
    ]
    readers = {entry_id: frozenset(people) for entry_id, people in held.items()}
    return Ask(entries, judges, needs, loads, readers, frozenset(conflicts))


def appointments_in(stage: Stage) -> QuerySet[Appointment]:
    """Who is appointed to judge in the stage, with their fields; by person. Two queries."""
    body = Appointment.objects.in_role(body_of(stage)).filter(edition_id=stage.edition_id)
    return body.select_related("user").prefetch_related("expertise").order_by("user")


def _experts(appointments: Iterable[Appointment]) -> dict[int | None, frozenset[int]]:
    """Judges by the category in which they are at home."""
    found: defaultdict[int | None, set[int]] = defaultdict(set)
    for one in appointments:
        for category in one.expertise.all():
            found[category.pk].add(one.user_id)
    return {category: frozenset(people) for category, people in found.items()}


def is_small(stage: Stage) -> bool:
    """Whether the stage is allocated in an instant; two queries."""
    judges = Appointment.objects.in_role(body_of(stage)).filter(edition_id=stage.edition_id)
    return still_in(stage).count() * judges.count() <= SMALL


def content_of(ask: Ask, allocation: Allocation) -> dict[str, Any]:
    """A plan as it is stored: shelves in reading order, loads, what was kept clear of."""
    wanted = {need.entry for need in ask.needs}
    experts = {need.entry: need.experts for need in ask.needs}
    conflicts = Counter(entry for _judge, entry in ask.conflicts if entry in wanted)
    readers: dict[int, set[int]] = {entry: set(people) for entry, people in ask.held.items()}
    for entry, people in allocation.readers.items():
        readers.setdefault(entry, set()).update(people)
    return {
        "judges": [
            {
                "id": judge.pk,
                "before": round(ask.loads.get(judge.pk, 0.0), 1),
                "after": round(allocation.minutes[judge.pk], 1),
                "entries": list(allocation.reading_order[judge.pk]),
                "own_field": [
                    entry
                    for entry in allocation.reading_order[judge.pk]
                    if judge.pk in experts[entry]
                ],
            }
            for judge in ask.judges
        ],
        "minutes": {str(need.entry): round(need.minutes, 1) for need in ask.needs},
        "conflicts": {str(entry): count for entry, count in conflicts.items()},
        "components": len(components(readers)),
        "has_experts": any(experts.values()),
    }


def planned_pairs(plan: AllocationPlan) -> dict[int, tuple[int, ...]]:
    """Entries in reading order by judge."""
    return {one["id"]: tuple(one["entries"]) for one in plan.shelves["judges"]}


def still_holds(plan: AllocationPlan, ask: Ask) -> bool:
    """Whether the plan gives every entry exactly the readers it lacks, none of them barred."""
    needs = {need.entry: need for need in ask.needs}
    judges = {judge.pk for judge in ask.judges}
    given: Counter[int] = Counter()
    for judge, shelf in planned_pairs(plan).items():
        if shelf and judge not in judges:
            return False
        for entry in shelf:
            if entry not in needs or judge in needs[entry].barred:
                return False
            given[entry] += 1
    return given == Counter({entry: need.readers for entry, need in needs.items()})


def assignments_by(plan: AllocationPlan) -> AssignmentQuerySet:
    """What a plan wrote; nothing before it is applied."""
    applied_at = F("stage__plans__applied_at")
    return Assignment.objects.filter(stage__plans=plan, assigned_at=applied_at)


def is_touched(plan: AllocationPlan) -> bool:
    """Whether a judge has begun a sheet of the plan, or given one back."""
    rows = assignments_by(plan)
    begun = rows.exclude(
        scoresheet__state=SheetState.DRAFT, scoresheet__edit_number=1, abstention=None
    )
    return begun.exists()


def latest_plan(stage: Stage) -> AllocationPlan | None:
    """The stage's plan that was asked for last."""
    return stage.plans.select_related("created_by", "applied_by", "undone_by").first()


@dataclass(frozen=True)
class Line:
    """A judge's part of a plan, in entries and minutes of reading."""

    judge: User
    count: int
    in_field: int
    before: float
    after: float

    @property
    def added(self) -> float:
        """Minutes that the plan adds."""
        return self.after - self.before


def lines_of(plan: AllocationPlan) -> list[Line]:
    """Every judge's part, by name. One query."""
    people = User.objects.in_bulk([one["id"] for one in plan.shelves["judges"]])
    lines = [
        Line(
            people[one["id"]],
            len(one["entries"]),
            len(one["own_field"]),
            one["before"],
            one["after"],
        )
        for one in plan.shelves["judges"]
    ]
    return sorted(lines, key=lambda line: line.judge.name)


def spread_of(lines: Sequence[Line]) -> float:
    """By which share of the mean the most and the least loaded differ."""
    loads = [line.after for line in lines]
    level = mean(loads) if loads else 0.0
    return (max(loads) - min(loads)) / level if level else 0.0


def shelf_of(plan: AllocationPlan, judge_id: int, hidden: Collection[int]) -> list[int]:
    """What one judge would read, without what the reader of the plan may not see."""
    shelves = planned_pairs(plan)
    return [entry for entry in shelves.get(judge_id, ()) if entry not in hidden]


def reason_of(plan: AllocationPlan, entry_id: int, judge_id: int) -> str:
    """Why this judge reads this entry."""
    conflicts = plan.shelves["conflicts"].get(str(entry_id), 0)
    free = len(plan.shelves["judges"]) - conflicts
    shelf = next(one for one in plan.shelves["judges"] if one["id"] == judge_id)
    own = _("Bidang keahliannya.") + " " if entry_id in shelf["own_field"] else ""
    if not conflicts:
        return own + _("Tidak ada benturan; beban baca diseimbangkan.")
    text = ngettext(
        "%(n)s penilai dilewati karena benturan, %(free)s boleh membaca; beban diseimbangkan.",
        "%(n)s penilai dilewati karena benturan, %(free)s boleh membaca; beban diseimbangkan.",
        conflicts,
    )
    return own + text % {"n": conflicts, "free": free}


def facts_of(plan: AllocationPlan, lines: Sequence[Line]) -> dict[str, Any]:
    """What the head of the page says about the whole plan."""
    return {
        "sheets": sum(line.count for line in lines),
        "entries": len(plan.shelves["minutes"]),
        "avoided": sum(plan.shelves["conflicts"].values()),
        "is_connected": plan.shelves["components"] <= 1,
        "components": plan.shelves["components"],
        "spread": spread_of(lines),
        "has_experts": plan.shelves["has_experts"],
        "in_field": sum(line.in_field for line in lines),
        "is_applied": plan.state == AllocationState.APPLIED,
    }
