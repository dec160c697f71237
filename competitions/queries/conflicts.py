"""Who may not judge what. Derived from where people work, and declared by themselves.

In conflict: the employer (or an agency the person writes for) is the entry's agency, its
parent or child, or lies in the same province; or the person declared it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from agencies.enums import AGENCY_ROLES
from agencies.models import Agency, Membership, User
from competitions.models import ConflictDeclaration, Entry
from sinovik.audit import clock
from sinovik.web.prepared import OneOf, Prepared


@dataclass(frozen=True)
class _Ties:
    """What binds a person to agencies."""

    agencies: frozenset[int]
    relatives: frozenset[int]
    provinces: frozenset[str]

    def reach(self, agency: Agency) -> bool:
        """Whether the entry's agency (region loaded) is too close."""
        if agency.pk in self.agencies | self.relatives or agency.parent_id in self.agencies:
            return True
        return province_of(agency) in self.provinces


def province_of(agency: Agency) -> str | None:
    """Code of the province the agency's region lies in; None for central agencies."""
    if agency.region is None:
        return None
    return agency.region.province_id or agency.region.code


def conflicted_pairs(users: Collection[User], entries: Iterable[Entry]) -> set[tuple[int, int]]:
    """All (user, entry) in conflict; entries need `agency__region` loaded."""
    rows = list(entries)
    ties = _ties(users)
    pairs = {
        (user_id, entry.pk)
        for user_id, tie in ties.items()
        for entry in rows
        if tie.reach(entry.agency)
    }
    declared = ConflictDeclaration.objects.filter(
        user__in=[user.pk for user in users], entry__in=[entry.pk for entry in rows]
    )
    return pairs | set(declared.values_list("user_id", "entry_id"))


def conflicting_entries(user: User) -> "QuerySet[Entry]":
    """Every entry that the person must not see or judge; for use inside `exclude`."""
    return close_to(**ties_of(user))


TIES = ("person", "employer", "day")


def ties_of(user: User) -> dict[str, Any]:
    """What `close_to` asks of a person: the `TIES`, as blanks of a prepared statement too."""
    return {"person": user.pk, "employer": user.employer_id, "day": clock.today()}


def close_to(person: Any, employer: Any, day: Any) -> "QuerySet[Entry]":
    """`conflicting_entries` of a person, by what binds them."""
    writes_for = Membership.objects.active(day).filter(user=person, role__in=AGENCY_ROLES)
    homes = Agency.objects.filter(Q(pk=employer) | Q(pk__in=writes_for.values("agency")))
    placed = homes.filter(region__isnull=False)
    provinces = placed.values_list(Coalesce("region__province", "region"))
    close = (
        Q(pk__in=homes.values("pk"))
        | Q(pk__in=homes.filter(parent__isnull=False).values("parent"))
        | Q(parent__in=homes.values("pk"))
        | Q(region__in=provinces)
        | Q(region__province__in=provinces)
    )
    return Entry.objects.filter(
        Q(agency__in=Agency.objects.filter(close))
        | Q(pk__in=ConflictDeclaration.objects.filter(user=person).values("entry"))
    )


def hidden_in(edition_id: int, reader: User) -> frozenset[int]:
    """Entries of an edition that the reader is in conflict with: in no list and no count."""
    return frozenset(pk for (pk,) in _HIDDEN.all(edition=edition_id, **ties_of(reader)))


def is_conflicted(user: User, entry_ids: Collection[int]) -> bool:
    """Whether the person is in conflict with any of these entries."""
    return bool(_CLOSE.all(entries=[*entry_ids], **ties_of(user)))


_HIDDEN = Prepared(
    lambda edition, **person: (
        close_to(**person).filter(edition=edition).order_by().values_list("pk")
    ),
    *("edition", *TIES),
)
_CLOSE = Prepared(
    lambda entries, **person: (
        close_to(**person).filter(OneOf("pk", entries)).order_by().values_list("pk")[:1]
    ),
    *("entries", *TIES),
)


def _ties(users: Collection[User]) -> dict[int, _Ties]:
    """Ties by person, in two queries whatever the number of people."""
    homes: dict[int, set[int]] = {user.pk: set() for user in users}
    for user in users:
        if user.employer_id:
            homes[user.pk].add(user.employer_id)
    writes_for = Membership.objects.active().filter(user__in=list(homes), role__in=AGENCY_ROLES)
    for user_id, agency_id in writes_for.values_list("user_id", "agency_id"):
        homes[user_id].add(agency_id)
    named = set().union(*homes.values())
    agencies = {row.pk: row for row in Agency.objects.filter(pk__in=named).select_related("region")}
    return {
        user_id: _Ties(
            frozenset(home),
            frozenset(parent for pk in home if (parent := agencies[pk].parent_id) is not None),
            frozenset(code for pk in home if (code := province_of(agencies[pk])) is not None),
        )
        for user_id, home in homes.items()
    }
