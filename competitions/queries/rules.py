"""The rules of an edition as the pure code takes them: one `Rules` a group."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

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
from competitions.models import (
    DocumentRequirement,
    Edition,
    EligibilityRule,
    FormSection,
    Group,
    Stage,
)
from competitions.queries.wording import in_words
from sinovik.statements import kept_cursor
from sinovik.web.prepared import Prepared, put
from sinovik.web.zones import contest_day

_SECTIONS = Prepared(lambda edition: FormSection.objects.filter(edition=edition), "edition")
_DOCUMENTS = Prepared(
    lambda edition: DocumentRequirement.objects.filter(edition=edition), "edition"
)


def _keep(edition: Edition, name: str, question: Prepared[Any]) -> None:
    """As prefetching does it, without its work of writing the statement."""
    if name in getattr(edition, "_prefetched_objects_cache", {}):
        return
    rows = question.all(edition=edition.pk)
    for row in rows:
        row.edition = edition
    put(edition, name, rows)


def rules_of(
    edition: Edition, groups: Iterable[Group], *, holds_quota: bool = True
) -> dict[int, Rules]:
    """The rules of each group, by group id; three queries whatever the number of groups.

    Without `holds_quota` nothing counts against the quota: a unit that sends to its agency
    is not held to it, the agency chooses.
    """
    # Kept with the edition: the page that asks shows sections and documents as well.
    _keep(edition, "sections", _SECTIONS)
    _keep(edition, "documents", _DOCUMENTS)
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


_CALENDAR_CATEGORIES_AND_ROWS = """
    SELECT
        (
            SELECT greatest(closes_at, (
                SELECT max(new_closes_at) FROM competitions_deadlineextension
                WHERE stage_id = stage.id AND agency_id IS NULL AND state = 'confirmed'
            ))
            FROM competitions_stage AS stage
            WHERE edition_id = edition.id AND kind = 'registration'
        ),
        ARRAY(
            SELECT name FROM competitions_editioncategory AS line
            JOIN innovations_category AS category ON category.id = line.category_id
            WHERE line.edition_id = edition.id
        ),
        ARRAY(
            SELECT json_build_object(
                'group_id', group_id, 'key', key, 'severity', severity, 'parameters', parameters,
                'source', source, 'basis', basis, 'is_on', is_on
            )
            FROM competitions_eligibilityrule WHERE edition_id = edition.id ORDER BY id
        )
    FROM competitions_edition AS edition WHERE id = %s
"""


def _calendar_categories_and_rows(
    edition: Edition,
) -> tuple[datetime, frozenset[str], list[EligibilityRule]]:
    """When registration closes for everybody, extended or not, the admitted categories, and
    the edition's own rows of rules: one query.

    Written out: each submission asks it, and Django would compose it every time anew. An
    agency's own extension lets it write longer; nobody's innovation grows older by it.
    """
    with kept_cursor() as cursor:
        cursor.execute(_CALENDAR_CATEGORIES_AND_ROWS, [edition.pk])
        closes_at, categories, rows = cursor.fetchone()
    return (
        closes_at,
        frozenset(categories),
        [EligibilityRule(edition=edition, **row) for row in rows],
    )


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
