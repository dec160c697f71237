"""The minutes of a closed plenary (berita acara): from its own rows, which are final."""

from dataclasses import dataclass
from typing import cast

from django.db.models import Prefetch

from agencies.models import User
from competitions.models import Attendance, Discussion, Entry, Motion, Plenary, Stage, Vote
from competitions.queries.board import hidden_from


@dataclass(frozen=True)
class ListedEntry:
    """An entry that was selected before the session, after it, or both."""

    rank: int
    entry: Entry
    was_selected: bool
    is_selected: bool


@dataclass(frozen=True)
class Minutes:
    """What the minutes say; entries that the reader is in conflict with are left out.

    `masked_motions` are numbers of motions about such entries, of which nothing else is said.
    """

    listed: list[ListedEntry]
    seats: list[Attendance]
    discussions: list[Discussion]
    motions: list[Motion]
    masked_motions: list[int]
    is_masked: bool


def minutes_of(plenary: Plenary, stage: Stage, reader: User) -> Minutes:
    """The minutes of a closed session as the reader may have them; seven queries."""
    hidden = hidden_from(reader, stage)
    before = {entry: rank for rank, entry in plenary.list_before}
    after = {entry: rank for rank, entry in cast(list[list[int]], plenary.list_after)}
    ranks = before | after
    shown = Entry.objects.filter(pk__in=ranks).exclude(pk__in=hidden)
    entries = shown.select_related("edition", "agency", "innovation").defer("innovation__sections")
    listed = [ListedEntry(ranks[one.pk], one, one.pk in before, one.pk in after) for one in entries]
    votes = Vote.objects.select_related("member")
    motions = list(
        plenary.motions.select_related(
            "proposed_by",
            "entry_in__edition",
            "entry_in__innovation",
            "entry_out__edition",
            "entry_out__innovation",
        ).prefetch_related(Prefetch("votes", votes))
    )
    masked = [one for one in motions if any(pk in hidden for pk in one.entry_ids)]
    discussions = plenary.discussions.exclude(entry__in=hidden)
    return Minutes(
        listed=sorted(listed, key=lambda one: (one.rank, one.entry.pk)),
        seats=list(plenary.attendances.select_related("member")),
        discussions=list(discussions.select_related("entry__edition", "entry__innovation")),
        motions=[one for one in motions if one not in masked],
        masked_motions=[one.number for one in masked],
        is_masked=bool(hidden),
    )
