"""Which edition stands where: what is open, what comes next, which year to show first."""

from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet

from competitions.enums import StageKind, StageState
from competitions.models import Criterion, Edition, Stage
from competitions.queries.figures import band_stages, is_over
from competitions.queries.results_public import is_announced
from sinovik.audit import clock
from sinovik.web.prepared import Prepared


def open_registration() -> Stage | None:
    """The registration that is open and closes first, its edition loaded. One query."""
    return _OPEN_REGISTRATIONS.first(now=clock.now())


_OPEN_REGISTRATIONS = Prepared(
    lambda now: (
        Stage.objects.open()
        .of_kind(StageKind.REGISTRATION)
        .filter(edition__is_published=True)
        .before_deadline(now)
        .select_related("edition")[:1]
    ),
    "now",
)


def registration_of(stages: Sequence[Stage]) -> Stage | None:
    """The stage in which entries are submitted, None when the edition has none yet."""
    return next((stage for stage in stages if stage.kind == StageKind.REGISTRATION), None)


def takes_entries(stage: Stage | None) -> bool:
    """Whether a registration stage (with_deadline) takes everybody's entries at this instant."""
    return (
        stage is not None
        and stage.state == StageState.OPEN
        and stage.opens_at <= clock.now() < stage.deadline
    )


def stages_by_position(edition: Edition) -> list[Stage]:
    """Prefetched stages in order; no query."""
    return sorted(edition.stages.all(), key=lambda stage: stage.position)


def year_to_show(editions: Sequence[Edition]) -> Edition | None:
    """The newest edition with an announced band, else with figures, else the newest."""
    for edition in editions:
        if any(is_announced(stage) for stage in band_stages(stages_by_position(edition))):
            return edition
    for edition in editions:
        if is_over(stages_by_position(edition), StageKind.REGISTRATION):
            return edition
    return editions[0] if editions else None


def edition_with_rules(year: int) -> Edition | None:
    """A published edition with everything its page prints; eight queries, None if unknown."""
    return with_rules(Edition.objects.published().filter(year=year)).first()


def with_rules(editions: "QuerySet[Edition]") -> "QuerySet[Edition]":
    """Editions with everything that tells entrants what is asked; eight queries."""
    stages = (
        Stage.objects.order_by("position").with_deadline().select_related("cut_off__announcement")
    )
    criteria = Prefetch("criteria", Criterion.objects.order_by("position"))
    return editions.prefetch_related(
        "groups",
        "sections",
        "documents",
        "rules",
        "edition_categories__category",
        Prefetch("stages", stages.prefetch_related(criteria)),
    )
