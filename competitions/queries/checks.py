"""What the pages of the administrative selection read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext
from rapidfuzz import fuzz, process

from agencies.models import User
from competitions.enums import CheckState, Outcome, StageKind, StageState
from competitions.models import (
    AdministrativeCheck,
    Edition,
    EditionCategory,
    Entry,
    FormSection,
    Stage,
)
from competitions.models.entry import AdministrativeCheckQuerySet
from competitions.queries.conflicts import TIES, close_to, conflicting_entries, ties_of
from innovations.models import Award, Category
from sinovik.web.prepared import OneOf, Prepared

SIMILAR_TITLES = 3
SIMILARITY_FLOOR = 88

CHECK_ORDERS = {
    "instansi": "stage_entry__entry__agency__name",
    "kategori": "stage_entry__entry__innovation__category__name",
    "kelengkapan": "filled_sections",
    "pemeriksa": "claimed_by__name",
}
"""Columns the queue is ordered by, by address value; "-" before it turns the order."""

OLDEST_FIRST, NEWEST_FIRST = "-umur", "umur"


def administrative_stage_of(year: int) -> Stage | None:
    """The administrative selection of the edition of a year, if it has one; edition loaded."""
    return _ADMINISTRATIVE.first(year=year)


_ADMINISTRATIVE = Prepared(
    lambda year: (
        Stage.objects.of_kind(StageKind.ADMINISTRATIVE)
        .filter(edition__year=year)
        .select_related("edition")[:1]
    ),
    "year",
)


def takes_checks(stage: Stage) -> bool:
    """Whether officers may check now: the stage is open, or registration still runs."""
    if stage.state != StageState.PLANNED:
        return stage.is_open
    return bool(_REGISTRATION.all(edition=stage.edition_id))


_REGISTRATION = Prepared(
    lambda edition: (
        Stage.objects.open()
        .of_kind(StageKind.REGISTRATION)
        .filter(edition=edition)
        .order_by()
        .values_list("pk")[:1]
    ),
    "edition",
)


def checks_for(
    user: User, stage: Stage, hidden: Collection[int] | None = None
) -> AdministrativeCheckQuerySet:
    """The stage's checks that the person may see: entries in conflict are left out.

    So are those that their agency took back to work. `hidden` is `hidden_in` the edition,
    where the caller has asked for it already.
    """
    return _of_stage(stage.pk, conflicting_entries(user) if hidden is None else hidden)


def _of_stage(stage: Any, hidden: Any) -> AdministrativeCheckQuerySet:
    checks = AdministrativeCheck.objects.filter(stage_entry__stage=stage)
    return checks.exclude(stage_entry__outcome=Outcome.REOPENED).exclude(
        stage_entry__entry__in=hidden
    )


def checks_in_order(pks: Sequence[int]) -> list[Any]:
    """These checks with what a row of the queue shows, in this order; one query."""
    return _SHOWN.in_order(pks)


_SHOWN = Prepared(
    lambda pks: (
        AdministrativeCheck.objects.filter(OneOf("pk", pks))
        .for_list()
        .select_related("confirmed_by")
        .order_by()
    ),
    "pks",
)


def section_count(edition: Edition) -> int:
    """How many sections the edition's form has; one query."""
    return len(_SECTIONS.all(edition=edition.pk))


_SECTIONS = Prepared(
    lambda edition: FormSection.objects.filter(edition=edition).order_by().values_list("pk"),
    "edition",
)


def chosen_order(wanted: str | None) -> str:
    """An order of the queue that exists: the wanted one, else the oldest first."""
    known = wanted in (OLDEST_FIRST, NEWEST_FIRST)
    return wanted if wanted and (known or wanted.lstrip("-") in CHECK_ORDERS) else OLDEST_FIRST


def in_order(checks: AdministrativeCheckQuerySet, order: str) -> AdministrativeCheckQuerySet:
    """The queue in a `chosen_order`; what is missing comes last, ties the oldest first."""
    oldest = "stage_entry__entered_at"
    if order in (OLDEST_FIRST, NEWEST_FIRST):
        return checks.order_by(f"-{oldest}" if order == NEWEST_FIRST else oldest, "pk")
    column = F(CHECK_ORDERS[order.lstrip("-")])
    turned = order.startswith("-")
    first = column.desc(nulls_last=True) if turned else column.asc(nulls_last=True)
    return checks.order_by(first, oldest, "pk")


def state_counts(user: User, stage: Stage) -> dict[str, int]:
    """Number of the `checks_for` a person in each state; states without any are there with 0."""
    counted = _COUNTS.all(stage=stage.pk, **ties_of(user))
    return dict.fromkeys(CheckState.values, 0) | dict(counted)


_COUNTS = Prepared(
    lambda stage, **ties: (
        _of_stage(stage, close_to(**ties)).order_by().values_list("state").annotate(Count("pk"))
    ),
    *("stage", *TIES),
)


def checkers(stage: Any) -> QuerySet[User]:
    """People who hold or decided a check of the stage, by name."""
    taken = AdministrativeCheck.objects.filter(stage_entry__stage=stage, claimed_by__isnull=False)
    return User.objects.filter(pk__in=taken.values("claimed_by")).order_by("name")


def named_checkers(stage: Stage) -> list[tuple[int, str]]:
    """Key and name of the `checkers`, to choose from; one query."""
    return _CHECKERS.all(stage=stage.pk)


_CHECKERS = Prepared(lambda stage: checkers(stage).values_list("pk", "name"), "stage")


def named_categories(edition: Edition) -> list[tuple[int, str]]:
    """Key and name of the edition's categories, to choose from; one query."""
    return [(pk, gettext(name)) for pk, name in _CATEGORIES.all(edition=edition.pk)]


def categories(edition: Any) -> QuerySet[Category]:
    """Categories in which the edition takes proposals."""
    lines = EditionCategory.objects.filter(edition=edition)
    return Category.objects.filter(pk__in=lines.values("category"))


_CATEGORIES = Prepared(lambda edition: categories(edition).values_list("pk", "name"), "edition")


@dataclass(frozen=True)
class SimilarTitle:
    """Another submitted entry of the edition with nearly the same title."""

    entry: Entry
    likeness: int


def similar_titles(entry: Entry, reader: User) -> list[SimilarTitle]:
    """Submitted entries of the same edition whose titles are alike, the most alike first.

    A hint for a person, never a decision: word order and case are ignored. Entries that the
    reader is in conflict with are left out.
    """
    others = Entry.objects.filter(edition_id=entry.edition_id).submitted().exclude(pk=entry.pk)
    others = others.exclude(pk__in=conflicting_entries(reader))
    titles = dict(others.values_list("pk", "innovation__title"))
    found = process.extract(
        entry.innovation.title,
        titles,
        scorer=fuzz.token_sort_ratio,
        processor=str.casefold,
        limit=SIMILAR_TITLES,
        score_cutoff=SIMILARITY_FLOOR,
    )
    if not found:
        return []
    entries = Entry.objects.for_list().in_bulk([pk for _title, _score, pk in found])
    return [SimilarTitle(entries[pk], round(score)) for _title, score, pk in found]


def former_awards(entry: Entry) -> list[Award]:
    """Announced awards of the same dossier in earlier years."""
    awards = Award.objects.announced().filter(innovation_id=entry.innovation_id)
    return list(awards.filter(year__lt=entry.edition.year))
