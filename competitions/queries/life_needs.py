"""What the life of innovations after their award asks of a person on the work home."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from agencies.enums import AGENCY_ROLES
from agencies.models import User
from competitions.queries.work_home import Need
from innovations.models import Replication
from innovations.queries.life import report_columns, waiting_reports
from innovations.queries.replications import awaited_from
from sinovik.web.querysets import counted_beside


def life_columns(user: User) -> dict[str, Any]:
    """What `life_needs` reads, as columns beside any one row; none for who has no part in it."""
    columns: dict[str, Any] = {}
    if user.has_role(*AGENCY_ROLES):
        columns |= report_columns(user)
    if user.is_secretariat or user.has_role(*AGENCY_ROLES):
        awaited = Replication.objects.visible_to(user).filter(awaited_from(user))
        columns["replications"] = counted_beside(awaited)
    return columns


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
