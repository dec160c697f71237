"""Needs of which the work home says a number alone: one statement for all of a person's."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any, NamedTuple

from django.db.models import QuerySet

from agencies.enums import AGENCY_ROLES, Role
from agencies.models import User
from agencies.models.user import REACH, reach_of
from competitions.queries.life_needs import life_needs
from competitions.queries.trust_needs import trust_columns, trust_needs
from competitions.queries.work_home import Need
from innovations.models import Replication
from innovations.models.replication import part_of
from innovations.queries.life import SOON, reports_of
from innovations.queries.replications import awaited_by
from sinovik.audit import clock
from sinovik.web.prepared import Prepared
from sinovik.web.querysets import counted_beside

PART = ("person", "admin_of", "writes_for", "units")


class _Roles(NamedTuple):
    """What of a person's roles decides which numbers there are; few kinds of people."""

    is_agency: bool
    is_innovator: bool
    is_secretariat: bool
    is_observer: bool
    is_head: bool


def counted_needs(user: User) -> list[Need]:
    """Replications, alarms, attestations, the trust of the register; one query, if any."""
    roles = _Roles(
        is_agency=user.has_role(*AGENCY_ROLES),
        is_innovator=user.has_role(Role.INNOVATOR),
        is_secretariat=user.is_secretariat,
        is_observer=user.has_role(Role.OBSERVER),
        is_head=user.has_role(Role.SECRETARIAT_HEAD),
    )
    if not (roles.is_agency or roles.is_secretariat):
        return []
    values = reach_of(user) | part_of(user)
    row = _prepared(roles).get(before=clock.now() + SOON, **values)
    return [*life_needs(user, row), *trust_needs(row)]


@cache
def _prepared(roles: _Roles) -> Prepared[Mapping[str, Any]]:
    return Prepared(partial(_counts, roles), "before", *sorted({*REACH, *PART}))


def _counts(roles: _Roles, before: Any, **values: Any) -> QuerySet[Any, Any]:
    person, admin_of = values["person"], values["admin_of"]
    seen = Replication.objects.all()
    if not (roles.is_secretariat or roles.is_observer):
        seen = seen.within(**{name: values[name] for name in PART})
    turn = awaited_by(
        person,
        admin_of,
        is_innovator=roles.is_innovator,
        is_secretariat=roles.is_secretariat,
    )
    columns = {"replications": counted_beside(seen.filter(turn))}
    if roles.is_agency:
        columns |= reports_of(before, **{name: values[name] for name in REACH})
    if roles.is_head:
        columns |= trust_columns()
    return User.objects.filter(pk=person).order_by().values(**columns)
