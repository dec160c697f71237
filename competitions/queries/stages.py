"""Where a stage stands in its edition, and who is still in it."""

from competitions.enums import StageKind, StageState
from competitions.models import Edition, Stage, StageEntry
from sinovik.web.prepared import Prepared
from sinovik.web.querysets import LockableQuerySet


def stage_after(stage: Stage, kind: str | None = None) -> Stage | None:
    """The next stage of the edition, or the next one of `kind`; None after the last."""
    later = Stage.objects.filter(edition_id=stage.edition_id, position__gt=stage.position)
    if kind is not None:
        later = later.filter(kind=kind)
    return later.order_by("position").first()


def still_in(stage: Stage) -> "LockableQuerySet[StageEntry]":
    """Stays in the stage that have not ended: withdrawn and decided entries are gone."""
    return StageEntry.objects.filter(stage=stage, left_at__isnull=True)


def is_selection_over(edition: Edition) -> bool:
    """Whether the administrative selection has closed, so that nothing late is admitted."""
    stages = edition.stages.filter(kind=StageKind.ADMINISTRATIVE, state=StageState.CLOSED)
    return stages.exists()


_ADMINISTRATIVE = Prepared(
    lambda edition: Stage.objects.filter(edition=edition, kind=StageKind.ADMINISTRATIVE),
    "edition",
)


def administrative_stage(edition_id: int) -> Stage:
    """The stage that what is submitted enters."""
    return _ADMINISTRATIVE.get(edition=edition_id)
