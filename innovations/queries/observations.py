"""What observers found, for pages."""

from dataclasses import dataclass

from innovations.models import Innovation, MysteryCheck, SatisfactionFigure
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
