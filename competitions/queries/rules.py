"""The rules of an edition as the pure code takes them: one `Rules` a group."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery, Value, prefetch_related_objects
from django.db.models.functions import JSONObject
from django.utils.translation import gettext

from competitions.eligibility import (
    Policy,
    RequiredDocument,
    Rules,
    SectionRule,
    Statement,
    default_policies,
    statements,
)
from competitions.enums import StageKind
from competitions.models import (
    Edition,
    EligibilityRule,
    FormSection,
    Group,
    Stage,
)
from competitions.queries.wording import in_words
from sinovik.web.zones import contest_day


def rules_of(
    edition: Edition, groups: Iterable[Group], *, holds_quota: bool = True
) -> dict[int, Rules]:
    """The rules of each group, by group id; three queries whatever the number of groups.

    Without `holds_quota` nothing counts against the quota: a unit that sends to its agency
    is not held to it, the agency chooses.
    """
    # Kept with the edition: the page that asks shows sections and documents as well.
    prefetch_related_objects([edition], "sections", "documents")
    closes_at, categories, rows = _calendar_categories_and_rows(edition)
    return _by_group(
        edition,
        groups,
        closes_at=closes_at,
        categories=categories,
        rows=rows,
        holds_quota=holds_quota,
    )


def statements_by_group(
    edition: Edition, registration: Stage | None
) -> list[tuple[Group, list[Statement]]]:
    """What each group asks ("Syarat"), of an edition read by `edition_with_rules`; no query."""
    if registration is None:
        return []
    groups = list(edition.groups.all())
    rules = _by_group(
        edition,
        groups,
        closes_at=registration.deadline,
        categories=frozenset(line.category.name for line in edition.edition_categories.all()),
        rows=list(edition.rules.all()),
    )
    wording = in_words()
    return [(group, statements(rules[group.pk], wording)) for group in groups]


def _by_group(
    edition: Edition,
    groups: Iterable[Group],
    *,
    closes_at: datetime,
    categories: frozenset[str],
    rows: Sequence[EligibilityRule],
    holds_quota: bool = True,
) -> dict[int, Rules]:
    sections = section_rules(edition)
    documents = [
        RequiredDocument(one.key, gettext(one.name))
        for one in edition.documents.all()
        if one.is_required
    ]
    return {
        group.pk: Rules(
            registration_closes_on=contest_day(closes_at),
            minimum_age_months=group.minimum_age_months,
            sections=sections,
            quota=group.quota if holds_quota else None,
            categories=categories,
            required_documents=documents,
            policies=policies_for(group, rows),
        )
        for group in groups
    }


ROW = ["group_id", "key", "severity", "parameters", "source", "basis", "is_on"]
"""What a rule's row says."""


def _calendar_categories_and_rows(
    edition: Edition,
) -> tuple[datetime, frozenset[str], list[EligibilityRule]]:
    """When registration closes for everybody, extended or not, the admitted categories, and
    the edition's own rows of rules: one query.

    An agency's own extension lets it write longer; nobody's innovation grows older by it.
    """
    stages = Stage.objects.with_deadline().filter(edition=edition, kind=StageKind.REGISTRATION)
    names = ArrayAgg("edition_categories__category__name", default=Value([]))
    own = EligibilityRule.objects.filter(edition=OuterRef("pk")).order_by("pk")
    closes_at, categories, rows = (
        Edition.objects.filter(pk=edition.pk)
        .annotate(
            closes_at=Subquery(stages.values("deadline")[:1]),  # type: ignore[misc]
            names=names,
            rows=ArraySubquery(own.values(row=JSONObject(**{name: name for name in ROW}))),
        )
        .values_list("closes_at", "names", "rows")
        .get()
    )
    rules = [EligibilityRule(edition=edition, **row) for row in rows]
    return closes_at, frozenset(categories) - {None}, rules


def section_rules(edition: Edition) -> list[SectionRule]:
    """The form's sections with their limits and the texts that are no answers."""
    return [
        SectionRule(
            section.key,
            gettext(section.title),
            section.maximum_words,
            prompts=prompts_of(section),
        )
        for section in edition.sections.all()
    ]


def prompts_of(section: FormSection) -> tuple[str, ...]:
    """Question, guidance and example as stored and as the reader's language shows them."""
    texts = [section.question, section.guidance, section.example]
    return tuple({text: None for one in texts if one for text in (one, gettext(one))})


def policies_for(group: Group, rows: Iterable[EligibilityRule]) -> dict[str, Policy]:
    """The rules in force for a group: its own rows over the edition's over the defaults."""
    policies = default_policies()
    ordered = sorted(rows, key=lambda row: row.group_id is not None)
    for row in ordered:
        if row.group_id not in (None, group.pk):
            continue
        policies.pop(row.key, None)
        if row.is_on:
            policies[row.key] = row.as_policy()
    return policies
