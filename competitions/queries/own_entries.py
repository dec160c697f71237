"""The proposals of an agency or a unit as its own people see them on the work home."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from agencies.enums import AGENCY_ROLES
from agencies.models import User
from competitions.enums import EntryState
from competitions.models import Edition, Entry, EntryRemark, Result
from competitions.queries.quotas import groups_taking
from competitions.queries.reach import Visible
from competitions.queries.tasks import done_count, open_remarks, sections_of, tasks_of
from sinovik.audit import clock
from sinovik.web.prepared import OneOf, Prepared

NAMED = 5
"""Proposals that are named one by one where something waits for the person."""

STATE_TONES = {
    EntryState.DRAFT: "grey",
    EntryState.WITH_AGENCY: "blue",
    EntryState.RETURNED: "yellow",
    EntryState.SUBMITTED: "green",
    EntryState.CORRECTION: "yellow",
    EntryState.WITHDRAWN: "grey",
}


class OwnEntry(NamedTuple):
    """Where an entry of the person's agencies or units stands."""

    pk: int
    edition_id: int
    state: str


def own_entries(user: User) -> list[OwnEntry]:
    """Entries of the agencies and units that the person works for, the last moved first."""
    inside = [m.agency_id for m in user.active_memberships if m.role in AGENCY_ROLES]
    return [OwnEntry(*row) for row in _OWN.all(user, inside=inside)]


_OWN = Visible(
    lambda entries, inside: (
        entries.filter(OneOf("agency_id", inside))
        .order_by("-state_changed_at", "-pk")
        .values_list("pk", "edition_id", "state")
    ),
    "inside",
)


def shown_entries(pks: Sequence[int]) -> list[Entry]:
    """These entries with what the table shows, in this order; one query.

    `has_feedback` once the list they are ranked in is announced.
    """
    return _SHOWN.in_order(pks, now=clock.now())


def _shown(pks: Any, now: Any) -> QuerySet[Entry]:
    told = Exists(Result.objects.disclosed(now).filter(entry=OuterRef("pk")))
    related = ("edition", "group", "innovation__unit", "innovation__category", "created_by")
    rows = Entry.objects.filter(OneOf("pk", pks)).annotate(has_feedback=told)
    return rows.select_related(*related).order_by()


_SHOWN = Prepared(_shown, "pks", "now")


@dataclass(frozen=True)
class EntryRow:
    """One line of the table of proposals."""

    entry: Entry
    state: str
    tone: str
    holder: str
    done: int
    total: int
    remark_count: int

    @property
    def progress_label(self) -> str:
        """The progress in words."""
        return _("%(done)s dari %(all)s bagian") % {"done": self.done, "all": self.total}


def entry_rows(entries: Sequence[Entry]) -> list[EntryRow]:
    """Progress, holder and remarks of entries (innovation, unit, creator loaded); two queries."""
    if not entries:
        return []
    sections = sections_of(entry.edition_id for entry in entries)
    remarks = open_remarks(entries)
    rows = []
    for entry in entries:
        own = remarks.get(entry.pk, [])
        tasks = tasks_of(entry, sections.get(entry.edition_id, []), remarks=own)
        state = EntryState(entry.state)
        rows.append(
            EntryRow(
                entry=entry,
                state=str(state.label),
                tone=STATE_TONES[state],
                holder=holder_of(entry),
                done=done_count(tasks),
                total=len(tasks),
                remark_count=len(own),
            )
        )
    return rows


def holder_of(entry: Entry) -> str:
    """Who has the proposal now."""
    if entry.state in (EntryState.DRAFT, EntryState.RETURNED, EntryState.CORRECTION):
        unit = entry.innovation.unit
        return unit.name if unit else entry.created_by.name
    if entry.state == EntryState.WITH_AGENCY:
        return _("Admin instansi")
    if entry.state == EntryState.SUBMITTED:
        return _("Sekretariat")
    return "–"


def editions_of(entries: Iterable[OwnEntry], agency_ids: Collection[int]) -> list[Edition]:
    """Editions in which there are entries or registration is open, newest first."""
    own = list({entry.edition_id for entry in entries})
    return _WITH_ENTRIES.all(own=own, now=clock.now(), agencies=list(agency_ids))


def _with_entries(own: Any, now: Any, agencies: Any) -> QuerySet[Edition]:
    taking = groups_taking(now, agencies).order_by().values("edition")
    return Edition.objects.filter(Q(OneOf("pk", own)) | Q(pk__in=taking)).order_by("-year")


_WITH_ENTRIES = Prepared(_with_entries, "own", "now", "agencies")


def returned_entries(entries: Iterable[OwnEntry]) -> list[Entry]:
    """The first that are back at the unit; `has_remarks` while an admin's remark is open."""
    pks = first_in(entries, EntryState.RETURNED)
    return _RETURNED.all(pks=pks) if pks else []


def _returned(pks: Any) -> QuerySet[Entry]:
    remarks = EntryRemark.objects.filter(entry=OuterRef("pk"), resolved_at=None)
    rows = Entry.objects.filter(OneOf("pk", pks)).select_related("innovation")
    return rows.annotate(has_remarks=Exists(remarks))


_RETURNED = Prepared(_returned, "pks")


def first_in(entries: Iterable[OwnEntry], state: str) -> list[int]:
    """The first of them that are in a state: so many are named one by one."""
    return sorted(entry.pk for entry in entries if entry.state == state)[:NAMED]
