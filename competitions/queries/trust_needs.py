"""What the nightly check asks of the heads of the secretariat on the work home."""

from datetime import datetime, timedelta

from django.db.models import Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.enums import Role
from agencies.models import User
from competitions.models import NightCheck
from competitions.queries.work_home import Need
from sinovik.audit import clock
from sinovik.audit.models import OwnerWrite
from sinovik.web.querysets import counted_beside

OVERDUE = timedelta(hours=26)
"""A night's check that did not come is a finding too."""


def trust_needs(user: User) -> list[Need]:
    """Writes past the site that nobody saw, and the last night; one query."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        return []
    last = NightCheck.objects.all()[:1]
    facts = User.objects.filter(pk=user.pk).values_list(
        counted_beside(OwnerWrite.objects.filter(seen=None)),
        Subquery(last.values("checked_at")),
        Subquery(last.values("findings")),
    )
    count, checked_at, findings = facts.get()
    needs = []
    if count:
        text = ngettext(
            "Konfirmasi %(count)d penulisan di luar situs",
            "Konfirmasi %(count)d penulisan di luar situs",
            count,
        )
        needs.append(Need(text % {"count": count}, reverse("competitions:row_history")))
    return needs + (_night_needs(checked_at, len(findings)) if checked_at else [])


def _night_needs(checked_at: datetime, count: int) -> list[Need]:
    href = reverse("competitions:night_check")
    if count:
        text = ngettext(
            "Pemeriksaan malam: %(count)d kalimat tidak benar",
            "Pemeriksaan malam: %(count)d kalimat tidak benar",
            count,
        )
        return [Need(text % {"count": count}, href)]
    if clock.now() - checked_at > OVERDUE:
        return [Need(_("Pemeriksaan malam tidak berjalan"), href)]
    return []
