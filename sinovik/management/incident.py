"""Whose personal data was seen or changed between two instants: an incident's first question.

Read from row history, the pages looked at as somebody else, the log of events and, where given,
the lines of site and nginx. What people do with their own data is no trace, unless the account
that did it is the one under suspicion.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.dateparse import parse_datetime

from agencies.models import Membership, SupportLook, User
from agencies.queries.about_person import ACT
from competitions.models import AgencyExport
from innovations.models import TeamMember
from sinovik.audit.models import AuditEvent, RowChange
from sinovik.postgres import WEB_ROLE

SEEN, CHANGED = "dilihat", "diubah"
SEEING = frozenset({"export_fetched", "reading_pack_fetched", "support_started", "support_ended"})
"""Events by which somebody read or took along; the others change something."""
THROUGH = {
    "competitions.scoresheet": "assignment__evaluator",
    "competitions.score": "scoresheet__assignment__evaluator",
}
"""Rows that are somebody's without naming them."""
DOOR = "sinovik.web.door"
Doers = dict[tuple[str, int], set[int | None]]
"""Who did something to each (model, number), by the log."""


@dataclass(frozen=True)
class Window:
    """From an instant up to another, not including it; of one account's doing, or anybody's."""

    begins: datetime
    ends: datetime
    account: User | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the instant lies in it."""
        return self.begins <= at < self.ends


@dataclass(frozen=True)
class Trace:
    """That somebody's data was seen or changed, by whom as far as it is known."""

    at: datetime
    how: str
    what: str
    by: int | None = None


@dataclass
class Findings:
    """Traces by person; what is nobody's row; pages opened, where log lines were given."""

    people: dict[int, list[Trace]] = field(default_factory=lambda: defaultdict(list))
    nobodys: Counter[str] = field(default_factory=Counter)
    without_account: Counter[str] = field(default_factory=Counter)
    opened: list[tuple[datetime, int, str]] = field(default_factory=list)

    def add(self, people: Iterable[int], trace: Trace) -> None:
        """Put the trace to each person."""
        for person in people:
            self.people[person].append(trace)


def find(window: Window, lines: Iterable[str] = ()) -> Findings:
    """Everything that is known of the window."""
    found = Findings()
    _looks(window, found)
    events = _events(window, found)
    doers: Doers = defaultdict(set)
    for event in events:
        doers[event.object_type, event.object_id].add(event.actor_id)
    _rows(window, found, doers)
    found.opened = sorted(_opened(window, lines))
    for traces in found.people.values():
        traces.sort(key=lambda trace: trace.at)
    return found


def _looks(window: Window, found: Findings) -> None:
    looks = SupportLook.objects.filter(at__gte=window.begins, at__lt=window.ends)
    if window.account:
        looks = looks.filter(seen_by=window.account)
    for look in looks:
        found.add([look.person_id], Trace(look.at, SEEN, look.path, look.seen_by_id))


def _events(window: Window, found: Findings) -> list[AuditEvent]:
    rows = AuditEvent.objects.filter(at__gte=window.begins, at__lt=window.ends)
    rows = rows.filter(actor=window.account) if window.account else rows.exclude(actor=None)
    events = list(rows.order_by("pk"))
    owners = _owners((event.object_type, event.object_id) for event in events)
    for event in events:
        if event.verb == "export_fetched":
            _copy_taken(event, found)
            continue
        people = owners.get((event.object_type, event.object_id), set())
        others = people if window.account else people - {event.actor_id}
        how = SEEN if event.verb in SEEING else CHANGED
        what = f"{event.verb} {event.object_type} {event.object_id}"
        found.add(others, Trace(event.at, how, what, event.actor_id))
        if not people:
            found.nobodys[f"{how}: {event.verb}"] += 1
    return events


def _copy_taken(event: AuditEvent, found: Findings) -> None:
    """An agency's copy names its people, and those of its teams, who may have no account."""
    export = AgencyExport.objects.select_related("agency").get(pk=event.object_id)
    members = Membership.objects.filter(agency=export.agency)
    people = set(members.values_list("user_id", flat=True)) - {event.actor_id}
    what = f"salinan data {export.agency.name}"
    found.add(people, Trace(event.at, SEEN, what, event.actor_id))
    team = TeamMember.objects.filter(innovation__agency=export.agency)
    found.without_account[export.agency.name] = team.values("name").distinct().count()


def _rows(window: Window, found: Findings, doers: Doers) -> None:
    """Rows by their history; of one account only those that its events name.

    Where the site wrote and the log names the person alone it was their own doing.
    """
    rows = RowChange.objects.filter(changed_at__gte=window.begins, changed_at__lt=window.ends)
    labels = {model._meta.db_table: model._meta.label_lower for model in apps.get_models()}
    changes = [(labels.get(row.source, row.source), row) for row in rows.order_by("pk")]
    if window.account:
        changes = [(label, row) for label, row in changes if (label, row.row_id) in doers]
    owners = _owners((label, row.row_id) for label, row in changes)
    for label, row in changes:
        people = owners.get((label, row.row_id), set()) | _told(label, row)
        own = doers.get((label, row.row_id), set())
        if not window.account and row.hand == WEB_ROLE and people and people == own:
            continue
        columns = ", ".join(sorted(row.before))
        what = f"{row.source} {row.row_id}: {columns} ({row.act}, oleh {row.hand})"
        found.add(people, Trace(row.changed_at, CHANGED, what))
        if not people:
            found.nobodys[f"{CHANGED}: {row.source}"] += 1


def _told(label: str, row: RowChange) -> set[int]:
    """People whom the row named before or after; it may be gone by now."""
    columns = _columns(apps.get_model(label)) if "." in label else []
    sides = (row.before, row.after or {})
    return {side[name] for side in sides for name in columns if side.get(name)}


def _owners(rows: Iterable[tuple[str, int]]) -> dict[tuple[str, int], set[int]]:
    """The accounts that each (model, number) is about; a query for each model."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for label, number in rows:
        numbers[label].add(number)
    found: dict[tuple[str, int], set[int]] = {}
    for label, wanted in numbers.items():
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError):
            continue
        names = ["pk"] if model is User else [*_columns(model), *_through(label)]
        rows_now = model._base_manager.filter(pk__in=wanted).values_list("pk", *names)
        for number, *people in rows_now if names else ():
            found[label, number] = {person for person in people if person}
    return found


def _columns(model: type[models.Model]) -> list[str]:
    """Columns that name whom a row is about, not who did something to it."""
    return [
        column.attname
        for column in model._meta.concrete_fields
        if column.related_model is User and not column.name.endswith(ACT)
    ]


def _through(label: str) -> list[str]:
    return [THROUGH[label]] if label in THROUGH else []


def _opened(window: Window, lines: Iterable[str]) -> Iterator[tuple[datetime, int, str]]:
    """Pages that people opened, by the site's lines; nginx's of the same request tell the path."""
    paths: dict[str, str] = {}
    doors: list[tuple[datetime, dict[str, Any]]] = []
    for line in lines:
        told = _line(line)
        at = parse_datetime(str(told.get("timestamp") or told.get("at") or "")) if told else None
        if at is None or at.tzinfo is None or not window.holds(at):
            continue
        if told.get("logger") == DOOR and told.get("person"):
            doors.append((at, told))
        elif "path" in told:
            paths[str(told.get("request_id"))] = str(told["path"])
    for at, told in doors:
        if window.account is None or told["person"] == window.account.pk:
            number = f" {told['number']}" if told.get("number") else ""
            where = paths.get(str(told.get("request_id"))) or f"{told.get('view') or ''}{number}"
            yield at, told["person"], f"{told['event']} {where}".strip()


def _line(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
