"""Who works for which innovation."""

from collections.abc import Sequence

from agencies.enums import AGENCY_ROLES, Role
from agencies.models import Membership, User
from innovations.models import Innovation


def workers_of(innovations: Sequence[Innovation]) -> dict[int, list[User]]:
    """Active people who may report on each, by its number: as `works_for`. One query."""
    found: dict[int, list[Membership]] = {}
    memberships = Membership.objects.active().filter(
        agency__in={row.agency_id for row in innovations},
        user__is_active=True,
        role__in=AGENCY_ROLES,
    )
    for membership in memberships.select_related("user").order_by("pk"):
        found.setdefault(membership.agency_id, []).append(membership)
    return {
        row.pk: list(
            {
                one.user_id: one.user
                for one in found.get(row.agency_id, [])
                if one.role == Role.AGENCY_ADMIN
                or one.user_id == row.created_by_id
                or (one.unit_id and one.unit_id == row.unit_id)
            }.values()
        )
        for row in innovations
    }
