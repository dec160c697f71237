"""What observers found, for pages."""

import re
from dataclasses import dataclass

from django.db.models import Q

from innovations.models import Innovation, MysteryCheck, SatisfactionFigure
from innovations.models.innovation import InnovationQuerySet
from innovations.queries.outcomes import when


@dataclass(frozen=True)
class Observed:
    """A finding with its day in words."""

    row: MysteryCheck | SatisfactionFigure
    day: str


@dataclass(frozen=True)
class Observations:
    """What is in force, the newest first; a correction tells its reason."""

    checks: list[Observed]
    figures: list[Observed]

    @property
    def is_there(self) -> bool:
        """Whether observers have found anything."""
        return bool(self.checks or self.figures)


def observations_of(innovation: Innovation) -> Observations:
    """Mystery shopping and satisfaction figures. Two queries."""
    checks = MysteryCheck.objects.in_force().filter(innovation=innovation)
    figures = SatisfactionFigure.objects.in_force().filter(innovation=innovation)
    return Observations(
        [Observed(one, when(one)) for one in checks],
        [Observed(one, when(one)) for one in figures],
    )


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
