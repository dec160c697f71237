"""One world with everything that an address can name, for somebody and against somebody.

`World.things` holds the parameters of a route by the kind of thing and its relation to the
asking innovator, or by what else matters: whose sheet it is, whether its list is embargoed.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.access.cast import Cast, Season

Kwargs = dict[str, Any]


@dataclass
class World:
    """The cast, the seasons, and what an address can name."""

    cast: Cast
    seasons: dict[str, Season] = field(default_factory=dict)
    things: dict[str, dict[str, Kwargs]] = field(default_factory=dict)

    def add(self, kind: str, relation: str, **kwargs: Any) -> None:
        """Let addresses of `kind` be asked with these parameters."""
        self.things.setdefault(kind, {})[relation] = kwargs
