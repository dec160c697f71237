"""Forms whose object the world holds at another step: each brings it there, then it is sent.

A maker runs in a savepoint of the world, by the project's own actions; what it returns says who
sends what where, whom the rule lets in beside, and what the sender may not touch all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.test import Client
from django.urls import reverse

from agencies.models import User
from tests.access.cast import Cast, Season
from tests.access.world import Kwargs, World

BESIDE = {
    "a": "admin of another agency",
    "i": "innovator of another agency",
    "u": "innovator of another unit of the agency",
    "e": "evaluator of other sheets",
    "h": "head in no conflict",
    "k": "another head in no conflict",
}
"""Asked like the nine roles, so that rows refuse their neighbours and not only other roles."""


QUEUE = "procrastinate_jobs"
"""What is written where a job does the rest."""
Barred = tuple[tuple[Kwargs, dict[str, Any]], ...]


@dataclass(frozen=True)
class Step:
    """What is sent by whom, and who else the rule lets in by its letter."""

    by: str
    passes: str
    at: Kwargs
    writes: str
    sent: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    content: bytes | None = None
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    barred: Barred = ()
    """Where, and with which fields instead, the sender too is refused."""

    def path(self, name: str, at: Kwargs | None = None) -> str:
        """Where it is sent."""
        return reverse(name, kwargs=self.at if at is None else at) + self.query


class Scene:
    """The world with a client of everybody."""

    def __init__(self, world: World) -> None:
        self.world, self.cast, self.things = world, world.cast, world.things
        self.people: dict[str, User | None] = dict(world.cast.people) | _beside(world.cast)
        self.clients: dict[str, Client] = {}
        for letter, person in self.people.items():
            self.clients[letter] = Client(raise_request_exception=False)
            if person:
                self.clients[letter].force_login(person)
        self.kept = {
            letter: {name: one.value for name, one in client.cookies.items()}
            for letter, client in self.clients.items()
        }

    def forget(self) -> None:
        """Let everybody be signed in as at the beginning: what a step did to it is undone."""
        for letter, client in self.clients.items():
            client.cookies = SimpleCookie(self.kept[letter])

    def person(self, letter: str) -> User:
        """Somebody who is signed in."""
        found = self.people[letter]
        assert found is not None
        return found

    def season(self, name: str) -> Season:
        """One of the world's editions."""
        return self.world.seasons[name]


def _beside(cast: Cast) -> dict[str, User | None]:
    return {
        "a": cast.agency.admin,
        "i": cast.agency.innovator,
        "u": cast.unit.innovator,
        "e": cast.mate,
        "h": cast.second,
        "k": cast.third,
    }


def everybody(scene: Scene) -> str:
    """Where the address asks for no role, only for what it names."""
    return "".join(scene.people)


Maker = Callable[[Scene], Step]
MAKERS: dict[str, Maker] = {}
"""The maker of each address."""


def step(name: str) -> Callable[[Maker], Maker]:
    """Name the address that a maker makes ready for."""

    def kept(maker: Maker) -> Maker:
        assert name not in MAKERS, name
        MAKERS[name] = maker
        return maker

    return kept
