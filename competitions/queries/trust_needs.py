"""What the nightly check asks of the heads of the secretariat on the work home."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competitions.models import NightCheck
from competitions.queries.owner_writes import unconfirmed_writes
from competitions.queries.work_home import Need
from sinovik.audit import clock
from sinovik.web.querysets import counted_beside

OVERDUE = timedelta(hours=26)
"""A night's check that did not come is a finding too."""


def trust_columns() -> dict[str, Any]:
    """What `trust_needs` reads of a head, as columns beside any one row."""
    last = NightCheck.objects.all()[:1]
    return {
        "owner_writes": counted_beside(unconfirmed_writes()),
        "checked_at": Subquery(last.values("checked_at")),
        "findings": Subquery(last.values("findings")),
    }


def trust_needs(row: Mapping[str, Any]) -> list[Need]:
    """Writes past the site that two heads have not explained, and the last night."""
    if "owner_writes" not in row:
        return []
    count, checked_at, findings = row["owner_writes"], row["checked_at"], row["findings"]
    needs = []
    if count:
        text = ngettext(
            "%(count)d penulisan di luar situs belum dijelaskan dua kepala",
            "%(count)d penulisan di luar situs belum dijelaskan dua kepala",
            count,
        )
        href = reverse("competitions:row_history")
        needs.append(Need(text % {"count": count}, href, is_alarm=True))
    return needs + (_night_needs(checked_at, len(findings)) if checked_at else [])


def _night_needs(checked_at: datetime, count: int) -> list[Need]:
    href = reverse("competitions:night_check")
    if count:
        text = ngettext(
            "Pemeriksaan malam: %(count)d kalimat tidak benar",
            "Pemeriksaan malam: %(count)d kalimat tidak benar",
            count,
        )
        return [Need(text % {"count": count}, href, is_alarm=True)]
    if clock.now() - checked_at > OVERDUE:
        return [Need(_("Pemeriksaan malam tidak berjalan"), href, is_alarm=True)]
    return []
