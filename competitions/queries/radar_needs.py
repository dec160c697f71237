"""What the radar asks of a person on the work home."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import ngettext

from agencies.enums import Role
from agencies.models import User
from competitions.models import Entry
from competitions.pace import HIGH, Risk
from competitions.queries.holders import WAITING
from competitions.queries.work_home import Need
from sinovik.audit import clock


def radar_needs(user: User) -> list[Need]:
    """Entries at high risk that the person follows, by running edition; one query."""
    if not (user.is_secretariat or user.has_role(Role.AGENCY_ADMIN)):
        return []
    now = clock.now()
    rows = (
        Entry.objects.watched_by(user)
        .filter(
            state__in=WAITING,
            forecast__chance__gte=HIGH,
            forecast__closes_at__gt=now,
        )
        .order_by("edition")
        .values("edition__year", "edition__name")
        .annotate(high=Count("pk"), closes=Min("forecast__closes_at"))
    )
    return [
        Need(
            ngettext(
                "%(count)d proposal mungkin tidak sampai sebelum %(day)s",
                "%(count)d proposal mungkin tidak sampai sebelum %(day)s",
                row["high"],
            )
            % {"count": row["high"], "day": date_format(localtime(row["closes"]), "j M")},
            f"{reverse('competitions:radar_list')}?edisi={row['edition__year']}&risiko={Risk.HIGH}",
            row["closes"],
            row["edition__name"],
        )
        for row in rows
    ]
