"""Questions about the entries that a person may reach, prepared for both kinds of person.

Some reach every entry, the others those that their roles in agencies give them. Which is decided
by the querysets of `Entry` (`visible_to`, `watched_by`); here it is only asked for.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from agencies.models import User
from agencies.models.user import REACH, reach_of
from competitions.models import Entry
from competitions.models.entry import EntryQuerySet, sees_every_entry, watch_of
from sinovik.web.prepared import Prepared

R = TypeVar("R")
Ask = Callable[..., QuerySet[Any, R]]


class Visible(Generic[R]):
    """A question about the entries that are `visible_to` a person; `ask` takes them first."""

    def __init__(self, ask: "Ask[R]", *names: str) -> None:
        self._every, self._own = _both(ask, EntryQuerySet.within, REACH, names)

    def all(self, user: User, **values: Any) -> list[R]:
        """The rows for a person who is signed in; one query."""
        if sees_every_entry(user):
            return self._every.all(**values)
        return self._own.all(**reach_of(user), **values)

    def first(self, user: User, **values: Any) -> R | None:
        """The first of them, if any. All are read: ask for few."""
        return next(iter(self.all(user, **values)), None)


class Watched(Generic[R]):
    """A question about the entries that are `watched_by` a person; `ask` takes them first."""

    def __init__(self, ask: "Ask[R]", *names: str) -> None:
        self._every, self._own = _both(
            ask, EntryQuerySet.watched_within, ("admin_of", "provinces"), names
        )

    def all(self, user: User, **values: Any) -> list[R]:
        """The rows for a person who is signed in; one query."""
        if user.is_secretariat:
            return self._every.all(**values)
        return self._own.all(**watch_of(user), **values)


def _both(
    ask: "Ask[R]",
    within: Callable[..., EntryQuerySet],
    reach: tuple[str, ...],
    names: tuple[str, ...],
) -> "tuple[Prepared[R], Prepared[R]]":
    def of_own(**values: Any) -> QuerySet[Any, R]:
        own = {name: values.pop(name) for name in reach}
        return ask(within(Entry.objects.all(), **own), **values)

    every = Prepared(lambda **values: ask(Entry.objects.all(), **values), *names)
    return every, Prepared(of_own, *reach, *names)
