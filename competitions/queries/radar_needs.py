"""What the radar asks of a person on the work home."""

from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import ngettext

from agencies.enums import Role
from agencies.models import User
from competitions.models.entry import EntryQuerySet
from competitions.pace import HIGH, Risk
from competitions.queries.holders import WAITING
from competitions.queries.reach import Watched
from competitions.queries.work_home import Need
from sinovik.audit import clock


def radar_needs(user: User) -> list[Need]:
    """Entries at high risk that the person follows, by running edition; one query."""
    if not (user.is_secretariat or user.has_role(Role.AGENCY_ADMIN)):
        return []
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
        for row in _HIGH.all(user, now=clock.now())
    ]


def _high(watched: EntryQuerySet, now: Any) -> QuerySet[Any, Any]:
    rows = watched.filter(
        state__in=WAITING, forecast__chance__gte=HIGH, forecast__closes_at__gt=now
    )
    return (
        rows.order_by("edition")
        .values("edition__year", "edition__name")
        .annotate(high=Count("pk"), closes=Min("forecast__closes_at"))
    )


_HIGH = Watched(_high, "now")
