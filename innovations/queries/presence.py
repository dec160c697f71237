"""Who writes a dossier, and where they are at this moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import Membership, User
from innovations.models import EditPresence, Innovation
from sinovik.audit import clock
from sinovik.web.prepared import OneOf, Prepared
from sinovik.web.templatetags.web import clock as clock_of

EXPIRY = timedelta(seconds=75)
"""Pages renew every 30 s: one lost request does not make a writer vanish."""


@dataclass(frozen=True)
class Writer:
    """Somebody who may write a dossier, with the office they write for.

    `place` is where they are at work now, as far as it was asked for.
    """

    user: User
    office: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.user.name} ({self.office})" if self.office else self.user.name


@dataclass(frozen=True)
class Presence:
    """A writer at work in one place."""

    writer: Writer
    place: str
    since: datetime

    @property
    def sentence(self) -> str:
        """Who, where they sit, since when."""
        return _("%(name)s sedang mengisi bagian ini sejak %(time)s.") % {
            "name": self.writer,
            "time": clock_of(self.since),
        }


def live_presences() -> QuerySet[EditPresence]:
    """Rows that were renewed in time."""
    return EditPresence.objects.filter(seen_at__gt=clock.now() - EXPIRY)


def writing_now(innovation: Innovation, *, besides: User, place: str = "") -> list[Presence]:
    """Other people who write the dossier now, those who began first ahead (2 queries)."""
    rows = live_presences().filter(innovation=innovation).exclude(user=besides)
    if place:
        rows = rows.filter(place=place)
    found = list(rows.select_related("user"))
    if not found:
        return []
    offices = _offices(innovation, [row.user_id for row in found])
    return [
        Presence(Writer(row.user, offices.get(row.user_id, "")), row.place, row.since)
        for row in found
    ]


def writers_of(innovation: Innovation) -> list[Writer]:
    """Everybody who may write the dossier, by name, and where they are now (1 query)."""
    rows = _WRITERS.all(
        innovation=innovation.pk,
        agency=innovation.agency_id,
        creator=innovation.created_by_id,
        units=[innovation.unit_id] if innovation.unit_id else [],
        since=clock.now() - EXPIRY,
        day=clock.today(),
    )
    writers = {row.user_id: _writer(row) for row in rows}
    return list(writers.values())


def _may_write(
    innovation: Any, agency: Any, creator: Any, units: Any, since: Any, day: Any
) -> QuerySet[Membership]:
    now = EditPresence.objects.filter(
        seen_at__gt=since, innovation=innovation, user=OuterRef("user")
    )
    of_unit = Q(user=creator) | Q(OneOf("unit_id", units))
    return (
        Membership.objects.active(day)
        .filter(Q(role=Role.AGENCY_ADMIN) | Q(role=Role.INNOVATOR) & of_unit)
        .filter(agency=agency, user__is_active=True)
        .select_related("user", "unit")
        .annotate(place=Subquery(now.order_by("since").values("place")[:1]))
        .order_by("user__name", "user_id", "pk")
    )


_WRITERS = Prepared(_may_write, "innovation", "agency", "creator", "units", "since", "day")


def _writer(membership: Any) -> Writer:
    return Writer(membership.user, _office(membership), membership.place or "")


def _offices(innovation: Innovation, user_ids: Iterable[int]) -> dict[int, str]:
    rows = Membership.objects.active().filter(agency=innovation.agency_id, user_id__in=user_ids)
    return {row.user_id: _office(row) for row in rows.select_related("unit")}


def _office(membership: Membership) -> str:
    if membership.role == Role.AGENCY_ADMIN:
        return _("admin instansi")
    return membership.unit.name if membership.unit else ""
