"""What the life of innovations after their award asks of a person on the work home."""

from django.urls import reverse
from django.utils.translation import ngettext

from agencies.enums import AGENCY_ROLES
from agencies.models import User
from competitions.queries.work_home import Need
from innovations.queries.life import waiting_reports


def life_needs(user: User) -> list[Need]:
    """Alarms without an answer, and attestations that fall due; one query."""
    if not user.has_role(*AGENCY_ROLES):
        return []
    waiting = waiting_reports(user)
    needs = []
    if waiting.alarms:
        text = ngettext(
            "%d inovasi hasilnya mundur dan belum Anda jawab",
            "%d inovasi hasilnya mundur dan belum Anda jawab",
            waiting.alarms,
        )
        needs.append(Need(text % waiting.alarms, reverse("innovations:alarm_list")))
    if waiting.attestations:
        text = ngettext(
            "%d inovasi menunggu pernyataan keadaan",
            "%d inovasi menunggu pernyataan keadaan",
            waiting.attestations,
        )
        address, due_at = reverse("innovations:attestation_list"), waiting.attestation_due_at
        needs.append(Need(text % waiting.attestations, address, due_at))
    return needs
