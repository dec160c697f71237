"""What the life of innovations after their award asks of a person on the work home."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from agencies.models import User
from competitions.queries.work_home import Need
from innovations.queries.life import waiting_reports


def life_needs(user: User, row: Mapping[str, Any]) -> list[Need]:
    """Replications in which it is the person's turn, alarms without an answer, attestations."""
    needs = []
    if count := row.get("replications", 0):
        text = ngettext(
            "%d replikasi menunggu langkah Anda", "%d replikasi menunggu langkah Anda", count
        )
        needs.append(Need(text % count, reverse("innovations:replication_list")))
    return needs + (_report_needs(user, row) if "alarms" in row else [])


def _report_needs(user: User, row: Mapping[str, Any]) -> list[Need]:
    waiting = waiting_reports(user, row)
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
