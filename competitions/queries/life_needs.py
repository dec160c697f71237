"""What the life of innovations after their award asks of a person on the work home."""

from django.urls import reverse
from django.utils.translation import ngettext

from agencies.enums import AGENCY_ROLES
from agencies.models import User
from competitions.queries.work_home import Need
from innovations.queries.life import waiting_reports


def life_needs(user: User) -> list[Need]:
    """Attestations that fall due, with the day of the most overdue; one query."""
    if not user.has_role(*AGENCY_ROLES):
        return []
    waiting = waiting_reports(user)
    if not waiting.attestations:
        return []
    text = ngettext(
        "%d inovasi menunggu pernyataan keadaan",
        "%d inovasi menunggu pernyataan keadaan",
        waiting.attestations,
    )
    return [
        Need(
            text % waiting.attestations,
            reverse("innovations:attestation_list"),
            waiting.attestation_due_at,
        )
    ]
