"""What observers found, for pages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Value

from agencies.enums import Role
from agencies.models import Membership, User
from innovations.models import Innovation, MysteryCheck, SatisfactionFigure
from innovations.models.innovation import InnovationQuerySet
from innovations.queries.outcomes import when

Filed = MysteryCheck | SatisfactionFigure


@dataclass(frozen=True)
class Observed:
    """A finding with its day in words, and the further one that puts it right."""

    row: Filed
    day: str
    correction: Filed | None = None

    @property
    def may_correct(self) -> bool:
        """Whether the reader may put it right, which nothing has done yet."""
        return self.correction is None and bool(self.row.is_readers)  # type: ignore[union-attr]


@dataclass(frozen=True)
class Observations:
    """What is in force, the newest first, each before those that it puts right."""

    checks: list[Observed]
    figures: list[Observed]

    @property
    def is_there(self) -> bool:
        """Whether observers have found anything."""
        return bool(self.checks or self.figures)


def filed_for(user: User) -> Q:
    """Findings that the person filed, or another observer for the person's body."""
    bodies = user.agency_ids(Role.OBSERVER)
    held = Membership.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=OuterRef("filed_at")),
        user=OuterRef("filed_by"),
        role=Role.OBSERVER,
        agency__in=bodies,
        started_at__lte=OuterRef("filed_at"),
    )
    return Q(filed_by=user) | Q(Exists(held))


def observations_of(innovation: Innovation, reader: User | None = None) -> Observations:
    """Mystery shopping and satisfaction figures, for the public or an observer. Two queries."""
    is_readers = filed_for(reader) if reader else Value(False)
    found = [
        _told(model.objects.filter(innovation=innovation).annotate(is_readers=is_readers))
        for model in (MysteryCheck, SatisfactionFigure)
    ]
    return Observations(*found)


def _told(rows: Iterable[Filed]) -> list[Observed]:
    """Those in force, each followed by what it puts right, so that both are read together."""
    by_key = {row.pk: row for row in rows}
    replaced = {row.corrects_id for row in by_key.values()}
    told = []
    for row in by_key.values():
        if row.pk in replaced:
            continue
        told.append(Observed(row, when(row)))
        while row.corrects_id:
            better, row = row, by_key[row.corrects_id]
            told.append(Observed(row, when(row), better))
    return told


CODE = re.compile(r"(?:INO-?)?0*(\d{1,9})", re.IGNORECASE | re.ASCII)


def observable(words: str) -> InnovationQuerySet:
    """Published innovations with all the words in their title, or of that code; by title."""
    rows = Innovation.objects.published().for_list()
    if code := CODE.fullmatch(words):
        return rows.filter(pk=int(code[1])).order_by("pk")
    condition = Q()
    for word in words.split()[:6]:
        condition &= Q(title__icontains=word)
    return rows.filter(condition).order_by("title", "pk")
