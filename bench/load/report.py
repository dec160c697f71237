"""What a crowd was told against what is there, and how long it waited."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """`broken` are promises that were not kept; `short` targets that were missed, with by how much.

    A time that this machine can't reach is no lost proposal: it is told, and fails only where
    the whole promise is asked for (`is_kept`).
    """

    scene: str
    acknowledged: int = 0
    refused: int = 0
    lines: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    short: list[str] = field(default_factory=list)
    times: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing was lost, doubled, accepted too late or shown too early."""
        return not (self.missing or self.doubled or self.broken)

    @property
    def is_kept(self) -> bool:
        """Whether the targets of time and number were met, too."""
        return self.is_sound and not self.short

    def hold(self, name: str, quantile: int, most: float) -> None:
        """Compare a time in milliseconds with its target; `quantile` is 50, 95 or 99."""
        for row in self.times:
            if row["name"] == name:
                told = row["quantiles"][(50, 95, 99).index(quantile)]
                if told > most:
                    self.short.append(f"{name}: p{quantile} {told:.0f} ms, target {most:.0f} ms")

    def told(self) -> list[str]:
        """As people read it."""
        return [
            f"{self.scene}: {self.acknowledged} acknowledged, {len(self.missing)} lost, "
            f"{len(self.doubled)} doubled.",
            *self.lines,
            "| request | number | a second | not answered well | p50 ms | p95 | p99 |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
            *(
                f"| {row['name']} | {row['number']:,} | {row['a_second']:.0f} | {row['failed']} | "
                + " | ".join(f"{each:.0f}" for each in row["quantiles"])
                + " |"
                for row in self.times
            ),
            *(f"LOST {one}" for one in self.missing),
            *(f"DOUBLED {one}" for one in self.doubled),
            *(f"BROKEN {one}" for one in self.broken),
            *(f"SHORT {one}" for one in self.short),
        ]
