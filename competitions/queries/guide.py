"""The guide for entrants: what each section asks, how it is judged, a good answer."""

from dataclasses import dataclass

from competitions.enums import StageKind
from competitions.models import Criterion, Edition, FormSection
from competitions.queries.calendar import open_registration


@dataclass(frozen=True)
class GuideSection:
    """A section of the form with the criterion that judges it, if one does."""

    section: FormSection
    criterion: Criterion | None


def guide_edition(year: int | None) -> Edition | None:
    """The published edition of a year; without one that which is open, else the newest."""
    editions = Edition.objects.published().filter(sections__isnull=False).distinct()
    if year is not None:
        return editions.filter(year=year).first()
    registration = open_registration()
    return registration.edition if registration else editions.order_by("-year").first()


def guide_sections(edition: Edition) -> list[GuideSection]:
    """The form's sections in order, levels of criteria loaded. Three queries."""
    rows = Criterion.objects.filter(stage__edition=edition, stage__kind=StageKind.REVIEW)
    found: dict[str, Criterion] = {}
    for criterion in rows.order_by("stage__position").prefetch_related("levels"):
        found.setdefault(criterion.key, criterion)
    sections = edition.sections.order_by("position")
    return [GuideSection(section, found.get(section.key)) for section in sections]
