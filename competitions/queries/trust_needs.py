"""What the nightly check asks of the heads of the secretariat on the work home."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.enums import Role
from agencies.models import User
from competitions.models import NightCheck
from competitions.queries.work_home import Need
from sinovik.audit import clock

OVERDUE = timedelta(hours=26)
"""A night's check that did not come is a finding too."""


def trust_needs(user: User) -> list[Need]:
    """The last night's findings, or that nobody looked; one query."""
    if not user.has_role(Role.SECRETARIAT_HEAD):
        return []
    last = NightCheck.objects.only("checked_at", "findings").first()
    if last is None:
        return []
    href = reverse("competitions:night_check")
    if count := len(last.findings):
        text = ngettext(
            "Pemeriksaan malam: %(count)d kalimat tidak benar",
            "Pemeriksaan malam: %(count)d kalimat tidak benar",
            count,
        )
        return [Need(text % {"count": count}, href)]
    if clock.now() - last.checked_at > OVERDUE:
        return [Need(_("Pemeriksaan malam tidak berjalan"), href)]
    return []
