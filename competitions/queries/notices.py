"""Which results are public and were not told to their own people yet."""

from datetime import datetime, timedelta

from competitions.models import Edition, Result
from competitions.models.result import ResultQuerySet

TOLD_FOR = timedelta(days=30)
"""Nobody is told of an older list: a site that comes back late doesn't send last year's news."""


def untold_results(now: datetime, edition: Edition | None = None) -> ResultQuerySet:
    """Results of lists announced at most `TOLD_FOR` before `now`, selected or not, not told."""
    since = now - TOLD_FOR
    rows = Result.objects.disclosed(now).filter(
        cut_off__announcement__announce_at__gt=since, notice__isnull=True
    )
    if edition:
        rows = rows.filter(cut_off__stage__edition=edition)
    return (
        rows.select_related("cut_off__stage__edition", "entry__innovation__unit", "entry__agency")
        .defer("entry__innovation__sections")
        .order_by("pk")
    )
