"""What the pages of the administrative selection read."""

from dataclasses import dataclass

from django.db.models import Count, F, QuerySet
from rapidfuzz import fuzz, process

from agencies.models import User
from competitions.enums import CheckState, Outcome, StageKind, StageState
from competitions.models import AdministrativeCheck, Edition, Entry, Stage
from competitions.models.entry import AdministrativeCheckQuerySet
from competitions.queries.conflicts import conflicting_entries
from innovations.models import Award

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


def administrative_stage(edition: Edition) -> Stage | None:
    """The edition's stage of administrative selection, if it has one."""
    return edition.stages.of_kind(StageKind.ADMINISTRATIVE).select_related("edition").first()


def takes_checks(stage: Stage) -> bool:
    """Whether officers may check now: the stage is open, or registration still runs."""
    running = stage.edition.stages.open().of_kind(StageKind.REGISTRATION)
    return stage.is_open or (stage.state == StageState.PLANNED and running.exists())


def checks_for(
    user: User, stage: Stage, hidden: QuerySet[Entry] | None = None
) -> AdministrativeCheckQuerySet:
    """The stage's checks that the person may see: entries in conflict are left out.

    So are those that their agency took back to work. `hidden` are the person's
    `conflicting_entries`, where the caller has asked for them already.
    """
    hidden = conflicting_entries(user) if hidden is None else hidden
    checks = AdministrativeCheck.objects.filter(stage_entry__stage=stage)
    return checks.exclude(stage_entry__outcome=Outcome.REOPENED).exclude(
        stage_entry__entry__in=hidden
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


def state_counts(checks: QuerySet[AdministrativeCheck]) -> dict[str, int]:
    """Number of checks in each state; states without any are there with 0."""
    counted = checks.order_by().values_list("state").annotate(Count("pk"))
    return dict.fromkeys(CheckState.values, 0) | dict(counted)


def checkers(stage: Stage) -> QuerySet[User]:
    """People who hold or decided a check of the stage, by name."""
    taken = AdministrativeCheck.objects.filter(stage_entry__stage=stage, claimed_by__isnull=False)
    return User.objects.filter(pk__in=taken.values("claimed_by")).order_by("name")


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
