"""Lists of winners as the public may see them: nothing before the announced instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from competitions.models import Announcement, Edition, Entry, Result, Stage
from sinovik.audit import clock
from sinovik.web.prepared import OneOf, Prepared, put


@dataclass(frozen=True)
class ResultTerms:
    """Which winners somebody wants to see; empty strings mean all."""

    agency_type: str = ""
    province: str = ""
    category: str = ""


def announcement_of(stage: Stage) -> Announcement | None:
    """The stage's announcement, whether its instant has come or not; no query when loaded."""
    cut_off = getattr(stage, "cut_off", None)
    return getattr(cut_off, "announcement", None)


def is_announced(stage: Stage) -> bool:
    """Whether the public may see the stage's list now."""
    announcement = announcement_of(stage)
    return announcement is not None and announcement.announce_at <= clock.now()


def winners(stage: Stage) -> list[Result]:
    """Announced winners by agency and title; empty until the instant has come. One query."""
    return _WINNERS.all(stage=stage.pk, now=clock.now())


def _winners(stage: Any, now: Any) -> QuerySet[Result]:
    return (
        Result.objects.announced(now)
        .filter(cut_off__stage=stage)
        .select_related(
            "entry__agency__region__province",
            "entry__innovation__category",
            "entry__innovation__unit",
        )
        .defer(
            "entry__innovation__sections",
        )
        .order_by("entry__agency__name", "entry__innovation__title")
    )


_WINNERS = Prepared(_winners, "stage", "now")


def province_of(entry: Entry) -> str:
    """Code of the province of the entry's agency, empty for central agencies."""
    region = entry.agency.region
    return region.province_or_self.code if region else ""


def matching(results: Sequence[Result], terms: ResultTerms) -> list[Result]:
    """Those of `results` that fit; lists are short, so this is done in memory."""
    return [
        result
        for result in results
        if terms.agency_type in ("", result.entry.agency.agency_type)
        and terms.province in ("", province_of(result.entry))
        and terms.category in ("", _category_slug(result.entry))
    ]


def _category_slug(entry: Entry) -> str:
    category = entry.innovation.category
    return category.slug if category else ""


def published_editions() -> list[Edition]:
    """Editions that the public may open, newest first, stages and announcements loaded.

    Two queries.
    """
    editions = _EDITIONS.all()
    stages: dict[int, list[Stage]] = {edition.pk: [] for edition in editions}
    for stage in _STAGES.all(editions=[*stages]):
        stages[stage.edition_id].append(stage)
    for edition in editions:
        put(edition, "stages", stages[edition.pk])
    return editions


_EDITIONS = Prepared(lambda: Edition.objects.published())
_STAGES = Prepared(
    lambda editions: (
        Stage.objects.with_deadline()
        .filter(OneOf("edition_id", editions))
        .select_related("cut_off__announcement")
    ),
    "editions",
)


def award_title(band: str, year: int) -> str:
    """The award as people call it."""
    return _("%(band)s Inovasi Pelayanan Publik %(year)s") % {"band": _(band), "year": year}
