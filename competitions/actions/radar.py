"""Keeping the radar's forecasts fresh, and reminding those who hold entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from agencies.models import User
from competitions.actions.entries import registration_stage
from competitions.eligibility import Finding
from competitions.exceptions import AlreadyNudged, StageClosed, WrongState
from competitions.models import Edition, Entry, EntryForecast, Nudge
from competitions.notifications.radar import tell_nudged
from competitions.pace import (
    Expectation,
    Standing,
    forecast,
    handling_days,
)
from competitions.permissions.radar import check_can_nudge
from competitions.queries.deadlines import deadlines
from competitions.queries.findings import blocking_findings
from competitions.queries.history import (
    agency_durations,
    days_between,
    earlier_edition,
    history_of,
    passages,
)
from competitions.queries.holders import WAITING, holder_kind, holders
from competitions.queries.radar import last_touches
from competitions.queries.tasks import (
    Task,
    done_count,
    form_of,
    open_remarks,
    tasks_of,
)
from sinovik import audit
from sinovik.audit import clock
from sinovik.web.zones import contest_day

BATCH = 500

REFRESHED = [
    "chance",
    "done",
    "total",
    "missing",
    "reasons",
    "touched_at",
    "closes_at",
    "safe_until",
    "computed_at",
]


@transaction.atomic
def refresh_forecasts(*, by: User | None, edition: Edition) -> int:
    """Compute the forecast of every entry of the edition that waits; returns how many.

    Derived rows, not decisions: the ledger keeps what they are derived from.
    """
    EntryForecast.objects.filter(entry__edition=edition).exclude(entry__state__in=WAITING).delete()
    entries = list(
        Entry.objects.filter(edition=edition, state__in=WAITING)
        .select_related("edition", "group", "innovation")
        .order_by("pk")
    )
    rows = _forecasts(edition, entries) if entries else []
    EntryForecast.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["entry"],
        update_fields=REFRESHED,
    )
    return len(rows)


@dataclass(frozen=True)
class Known:
    """What the forecasts of one edition have in common."""

    now: datetime
    expected: Expectation
    durations: dict[int, list[float]]
    everybody: list[float]

    @classmethod
    def of(cls, edition: Edition) -> "Known":
        """Read the edition before, and this one so far."""
        before = earlier_edition(edition)
        earlier = passages(before) if before else []
        durations = agency_durations([*earlier, *passages(edition)])
        return cls(
            now=clock.now(),
            expected=Expectation.of(history_of(earlier)),
            durations=durations,
            everybody=[days for own in durations.values() for days in own],
        )


def _forecasts(edition: Edition, entries: Sequence[Entry]) -> list[EntryForecast]:
    known = Known.of(edition)
    closes = deadlines(registration_stage(edition), {entry.agency_id for entry in entries})
    touched = last_touches(entries)
    sections = form_of(edition.pk)
    remarks = open_remarks(entries)
    findings = _stops(entries)
    rows = []
    for entry in entries:
        flaws = findings.get(entry.pk, [])
        tasks = tasks_of(entry, sections, remarks=remarks.get(entry.pk, []), findings=flaws)
        touch = touched.get(entry.pk, entry.state_changed_at)
        rows.append(_forecast(entry, known, tasks, len(flaws), touch, closes[entry.agency_id]))
    return rows


def _stops(entries: Sequence[Entry]) -> dict[int, list[Finding]]:
    """Findings that would stop the unit, by entry id."""
    found = blocking_findings(entries, at_submission=False)
    return {entry.pk: findings for entry, findings in found}


def _forecast(
    entry: Entry,
    known: Known,
    tasks: Sequence[Task],
    flaws: int,
    touched_at: datetime,
    closes_at: datetime,
) -> EntryForecast:
    done = done_count(tasks)
    said = forecast(
        Standing(
            holder=holder_kind(entry),
            done=done / len(tasks),
            age=days_between(entry.created_at, known.now),
            held=days_between(entry.state_changed_at, known.now),
            quiet=days_between(touched_at, known.now),
            left=(closes_at - known.now) / timedelta(days=1),
            flaws=flaws,
            tasks=len(tasks),
        ),
        known.expected,
    )
    usual = handling_days(known.durations.get(entry.agency_id, []), known.everybody)
    return EntryForecast(
        entry=entry,
        chance=str(said.chance),
        done=done,
        total=len(tasks),
        missing=[task.key for task in tasks if not task.is_done],
        reasons=[[code.value, number] for code, number in said.reasons],
        touched_at=touched_at,
        closes_at=closes_at,
        safe_until=closes_at - timedelta(days=usual),
        computed_at=known.now,
    )


@dataclass(frozen=True)
class Nudged:
    """What came of reminding: entries whose holder got a message, and why not the others."""

    told: int
    people: int
    again: int
    moved: int
    closed: int
    nobody: int


@transaction.atomic
def nudge_holders(*, by: User, entries: Sequence[Entry]) -> Nudged:
    """Remind the holders of entries, each entry once a day by the same person.

    Each holder gets one message, whatever the number of entries. Entries reminded today, moved
    on to the ministry, past their close or held by nobody with an account are counted and left
    out. Raises Forbidden for the first entry that is not the person's to remind about.
    """
    rows = _lock(entries)
    for row in rows:
        check_can_nudge(by, row)
    now = clock.database_now()
    today = contest_day(now)
    waiting = [row for row in rows if row.state in WAITING]
    closes = _closes(waiting, now)
    done = _nudged_today(by, waiting, today)
    fresh = [row for row in waiting if row.pk in closes and row.pk not in done]
    people = holders(fresh)
    told = [row for row in fresh if people[row.pk]]
    Nudge.objects.bulk_create(
        Nudge(
            entry=row,
            sent_by=by,
            sent_on=today,
            sent_at=now,
            state=row.state,
            recipients=len(people[row.pk]),
        )
        for row in told
    )
    audit.record_many(by=by, event="entry_nudged", objs=told)
    reached = tell_nudged(by, told, people, closes)
    return Nudged(
        told=len(told),
        people=reached,
        again=len(done),
        moved=len(rows) - len(waiting),
        closed=len(waiting) - len(closes),
        nobody=len(fresh) - len(told),
    )


def nudge_holder(*, by: User, entry: Entry) -> Nudged:
    """Remind about one entry; see `nudge_holders`.

    Raises AlreadyNudged on the same day, StageClosed after the close, WrongState where it has
    moved on or nobody is there.
    """
    outcome = nudge_holders(by=by, entries=[entry])
    if outcome.closed:
        raise StageClosed
    if outcome.again:
        raise AlreadyNudged
    if not outcome.told:
        raise WrongState
    return outcome


def _lock(entries: Sequence[Entry]) -> list[Entry]:
    rows = Entry.objects.locked().filter(pk__in=[entry.pk for entry in entries])
    joined = rows.select_related("edition", "agency__region", "innovation__unit")
    return list(joined.defer("innovation__sections").order_by("pk"))


def _closes(entries: Sequence[Entry], at: datetime) -> dict[int, datetime]:
    """The close of each entry that may still be handed over at `at`, by entry id."""
    by_edition: dict[int, list[Entry]] = {}
    for entry in entries:
        by_edition.setdefault(entry.edition_id, []).append(entry)
    found: dict[int, datetime] = {}
    for own in by_edition.values():
        stage = registration_stage(own[0].edition)
        if not stage.is_open:
            continue
        closes = deadlines(stage, {entry.agency_id for entry in own})
        pairs = ((entry.pk, closes[entry.agency_id]) for entry in own)
        found |= {pk: instant for pk, instant in pairs if at < instant}
    return found


def _nudged_today(by: User, entries: Sequence[Entry], today: date) -> set[int]:
    rows = Nudge.objects.filter(sent_by=by, sent_on=today, entry__in=entries)
    return set(rows.values_list("entry_id", flat=True))
