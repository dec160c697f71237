"""The night in which roles of a season get their end, their warning, or are over."""

from agencies.actions.seasons import end_overdue_roles, follow_editions, warn_of_ends
from competitions.queries.seasons import season_ends, serving_until


def end_roles_of_season() -> None:
    """In this order, so that an edition that was extended today ends nobody tonight."""
    ends = season_ends()
    follow_editions(by=None, end_of=lambda day: serving_until(ends, day))
    warn_of_ends(by=None)
    end_overdue_roles(by=None)
