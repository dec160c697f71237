"""Calling a further reader where final sheets disagree, by the stage's rule."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.db.models import Max

from agencies.models import User
from competitions.exceptions import StageClosed
from competitions.models import Assignment, Entry, ExtraReading, Scoresheet, Stage
from competitions.notifications.judging import tell_extra_readers
from competitions.queries.extra_readers import Bench, Wanted, bench_of, entries_apart
from competitions.queries.locks import share_open_stage
from competitions.queries.stages import still_in
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.turns import take_turn

TURN = 7_012_005
"""Taken by whoever calls readers, and by whoever declares a conflict meanwhile."""


@transaction.atomic
def sweep_extra_readers(*, stage: Stage) -> list[Assignment]:
    """Call who is missing in an open stage; nothing when run again, or after the close.

    Sheets call their readers when they are sent. Left for here: a reader who stepped back,
    and an entry that nobody was free to read until somebody was appointed.
    """
    try:
        row = share_open_stage(stage.pk)
    except StageClosed:
        return []
    return call_extra_readers(row, entries_apart(row))


def call_extra_readers(stage: Stage, entry_ids: Collection[int]) -> list[Assignment]:
    """Assign further readers to those of the entries that the rule calls them for.

    The caller is in a transaction and shares the stage. Locks the entries' stays: of two
    sheets sent at once the second sees the first, and no entry gets a reader twice. Entries
    that nobody is free to read are left; the board names them.
    """
    if not stage.extra_readers or not entry_ids:
        return []
    _lock_stays(stage, entry_ids)
    wanted = entries_apart(stage, entry_ids)
    if not wanted:
        return []
    take_turn(TURN)
    entries = list(
        Entry.objects.filter(pk__in=wanted).select_related("agency__region").order_by("pk")
    )
    bench = bench_of(stage, entries)
    called = [
        (entry, judge)
        for entry in entries
        for judge in _called(bench, entry, wanted[entry.pk].number)
    ]
    if not called:
        return []
    assignments = hand_out(stage, called)
    _number(stage, assignments)
    _record(stage, assignments, wanted)
    tell_extra_readers(stage, [judge for _entry, judge in called])
    return assignments


def _lock_stays(stage: Stage, entry_ids: Collection[int]) -> None:
    list(still_in(stage).filter(entry__in=entry_ids).order_by("pk").locked())


def _called(bench: Bench, entry: Entry, number: int) -> list[User]:
    judges = bench.free_for(entry.pk)[:number]
    for judge in judges:
        bench.call(judge, entry.pk)
    return judges


def hand_out(stage: Stage, called: Sequence[tuple[Entry, User]]) -> list[Assignment]:
    """Assignments by nobody, with draft sheets, behind what the judges have.

    The caller has the turn `TURN`, so that nobody declares a conflict meanwhile.
    """
    now = clock.now()
    held = Assignment.objects.filter(stage=stage).order_by()
    last = dict(held.values_list("evaluator").annotate(last=Max("reading_order")))
    assignments = []
    for entry, judge in called:
        last[judge.pk] = last.get(judge.pk, 0) + 1
        assignments.append(
            Assignment(
                stage=stage,
                entry=entry,
                evaluator=judge,
                version_id=entry.version_id,
                reading_order=last[judge.pk],
                assigned_at=now,
                assigned_by=None,
            )
        )
    Assignment.objects.bulk_create(assignments)
    Scoresheet.objects.bulk_create(
        Scoresheet(assignment=one, updated_at=now) for one in assignments
    )
    return assignments


def _number(stage: Stage, assignments: Sequence[Assignment]) -> None:
    """Say of each assignment that the rule called it, and as the how manieth of its entry."""
    there = ExtraReading.objects.filter(stage=stage).order_by()
    numbers = dict(there.values_list("entry").annotate(last=Max("number")))
    readings = []
    for one in assignments:
        numbers[one.entry_id] = numbers.get(one.entry_id, 0) + 1
        readings.append(
            ExtraReading(
                stage=stage,
                entry_id=one.entry_id,
                number=numbers[one.entry_id],
                assignment=one,
                threshold=stage.disagreement_threshold,
                passing_grade=stage.passing_grade,
                called_at=one.assigned_at,
            )
        )
    ExtraReading.objects.bulk_create(readings)


def _record(stage: Stage, assignments: Sequence[Assignment], wanted: Mapping[int, Wanted]) -> None:
    audit.record_many(
        by=None,
        event="extra_reader_called",
        objs=assignments,
        payloads=[
            {
                "entry": one.entry_id,
                "evaluator": one.evaluator_id,
                "reason": wanted[one.entry_id].reason,
                "threshold": stage.disagreement_threshold,
                "passing_grade": stage.passing_grade,
            }
            for one in assignments
        ],
    )
