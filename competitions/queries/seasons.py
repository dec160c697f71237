"""When editions are over, as the roles that serve them see it."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from competitions.models import Stage


def season_ends() -> list[date]:
    """The last day of each edition that has stages, earliest first. One query.

    The last close that holds for somebody, and as long after it as objections may be filed
    and answered.
    """
    days: dict[int, date] = {}
    for stage in Stage.objects.with_deadline():
        after = stage.objection_days + stage.answer_days if stage.objection_days else 0
        day = timezone.localdate(stage.deadline, timezone.get_default_timezone())
        last = day + timedelta(days=after)
        days[stage.edition_id] = max(last, days.get(stage.edition_id, last))
    return sorted(days.values())


def serving_until(ends: Sequence[date], day: date) -> date | None:
    """The end of the edition that somebody appointed on `day` serves: the first not over then."""
    return next((end for end in ends if end >= day), None)
