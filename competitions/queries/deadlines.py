"""Until when a stage takes what people send: its own close, later ones by extension, grace."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from competitions.models import DeadlineExtension, Stage
from sinovik.audit import clock
from sinovik.web.prepared import Prepared


@dataclass(frozen=True)
class Deadline:
    """A stage's close for one agency, or for everybody.

    `original` is the close as first published, `closes_at` the one that holds. What arrives
    at `accepts_until` or later is refused; the grace in between is for what was under way.
    """

    original: datetime
    closes_at: datetime
    grace: timedelta = timedelta(0)

    @property
    def accepts_until(self) -> datetime:
        """The first instant that is too late."""
        return self.closes_at + self.grace

    @property
    def is_extended(self) -> bool:
        """Whether an extension moved the close."""
        return self.closes_at > self.original


_EXTENSIONS = Prepared(
    lambda stage, agency: (
        DeadlineExtension.objects.confirmed().filter(stage=stage).reaching(agency).order_by()
    ),
    *("stage", "agency"),
)


def closes_at_for(stage: Stage, agency_id: int | None) -> datetime:
    """The close that holds for an agency; None: for everybody. One query.

    Where it decides, read it while the stage is locked (`locks.share_open_stage`):
    extensions are confirmed under the stage's exclusive lock.
    """
    later = _EXTENSIONS.all(stage=stage.pk, agency=agency_id)
    return max([stage.closes_at, *(one.new_closes_at for one in later)])


_CONFIRMED = Prepared(
    lambda stage: DeadlineExtension.objects.confirmed().filter(stage=stage), "stage"
)


def deadlines(stage: Stage, agency_ids: Collection[int]) -> dict[int, datetime]:
    """The close that holds for each agency. One query."""
    general, own = stage.closes_at, dict.fromkeys(agency_ids, stage.closes_at)
    for row in _CONFIRMED.all(stage=stage.pk):
        if row.agency_id is None:
            general = max(general, row.new_closes_at)
        elif row.agency_id in own:
            own[row.agency_id] = max(own[row.agency_id], row.new_closes_at)
    return {agency_id: max(general, closes_at) for agency_id, closes_at in own.items()}


def last_close(stage: Stage) -> datetime:
    """The latest instant at which anybody's deadline passes, grace included. One query.

    With a proxy before the site, what arrived by then may still wait there: so much later.
    """
    rows = DeadlineExtension.objects.confirmed().filter(stage=stage)
    latest: datetime | None = rows.aggregate(latest=Max("new_closes_at"))["latest"]
    return max(stage.closes_at, latest or stage.closes_at) + stage.grace + clock.longest_wait()


def deadline_of(stage: Stage, agency_id: int | None = None) -> Deadline:
    """What pages show of a stage's close. One query."""
    return Deadline(stage.closes_at, closes_at_for(stage, agency_id), stage.grace)
