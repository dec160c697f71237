"""Which agencies take part in the system, and which of them has nobody to run it."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from agencies.enums import LetterPurpose, Role
from agencies.models import Agency, AgencyLetter, Membership, User

UNOPENED, WITHOUT_ADMIN, OPEN = "belum-dibuka", "tanpa-admin", "dibuka"
ADMINS = Q(
    memberships__role=Role.AGENCY_ADMIN,
    memberships__ended_at__isnull=True,
    memberships__user__is_active=True,
)


def active_admins(agency: Agency) -> list[User]:
    """People who run the agency now."""
    memberships = Membership.objects.active().filter(
        agency=agency, role=Role.AGENCY_ADMIN, user__is_active=True
    )
    return [one.user for one in memberships.select_related("user").order_by("pk")]


def with_admission(words: str = "", state: str = "") -> QuerySet[Agency, Any]:
    """Agencies by name with `admins` (how many) and `is_admitted`, narrowed by both.

    Admitted is whoever was opened on a letter, or has members from before letters were kept.
    """
    letters = AgencyLetter.objects.filter(agency=OuterRef("pk"), purpose=LetterPurpose.OPENING)
    members = Membership.objects.filter(agency=OuterRef("pk"))
    agencies = Agency.objects.for_directory().annotate(
        admins=Count("memberships", filter=ADMINS),
        is_admitted=Exists(letters) | Exists(members),
    )
    for word in words.split()[:6]:
        agencies = agencies.filter(name__icontains=word)
    conditions = {
        UNOPENED: Q(is_admitted=False),
        WITHOUT_ADMIN: Q(is_admitted=True, admins=0),
        OPEN: Q(is_admitted=True, admins__gt=0),
    }
    return agencies.filter(conditions.get(state, Q()))


def admission_counts(words: str = "") -> dict[str, int]:
    """How many agencies with these words there are in each state. One query."""
    counts = {UNOPENED: 0, WITHOUT_ADMIN: 0, OPEN: 0}
    for agency in with_admission(words):
        state = UNOPENED if not agency.is_admitted else OPEN if agency.admins else WITHOUT_ADMIN
        counts[state] += 1
    return counts
