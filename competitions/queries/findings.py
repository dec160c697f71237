"""What the edition's rules find in entries: rows in, `eligibility.Finding` out."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import Upper
from django.utils.translation import gettext

from competitions.eligibility import (
    Candidate,
    Finding,
    Rules,
    SectionRule,
    Wording,
    blocking,
    examine,
    same_title_key,
)
from competitions.enums import EntryState, StageKind
from competitions.models import Edition, EditionCategory, Entry, FormSection, Stage

WIB = ZoneInfo("Asia/Jakarta")


def find(entries: Sequence[Entry], *, at_submission: bool = True) -> dict[int, list[Finding]]:
    """Findings of each entry of one edition, by entry id, in a constant number of queries.

    `entries` need `innovation` and `group` loaded. Entries count against the quota in the
    given order, so the one too many is found also inside a batch. A unit that sends to its
    agency (`at_submission=False`) is not held to the quota: the agency chooses.
    """
    if not entries:
        return {}
    edition = entries[0].edition
    rules = _rules(edition, entries, at_submission=at_submission)
    counts = _submitted_counts(entries)
    twins = _twins(entries)
    wording = Wording(translate=gettext)
    findings = {}
    for entry in entries:
        place = (entry.agency_id, entry.group_id)
        inside, elsewhere = twins[entry.pk]
        innovation = entry.innovation
        candidate = Candidate(
            title=innovation.title,
            started_on=innovation.started_on,
            category=innovation.category_id,
            texts={"summary": innovation.summary, **innovation.sections},
            submitted_by_agency=counts.get(place, 0),
            twins_in_agency=inside,
            twins_elsewhere=elsewhere,
        )
        findings[entry.pk] = examine(candidate, rules[entry.group_id], wording)
        if entry.state != EntryState.SUBMITTED:
            counts[place] = counts.get(place, 0) + 1
    return findings


def blocking_findings(
    entries: Sequence[Entry], *, at_submission: bool = True
) -> list[tuple[Entry, list[Finding]]]:
    """The entries that can't be sent as they are, each with what stops it."""
    found = find(entries, at_submission=at_submission)
    pairs = [(entry, blocking(found[entry.pk])) for entry in entries]
    return [(entry, stops) for entry, stops in pairs if stops]


def _rules(edition: Edition, entries: Sequence[Entry], *, at_submission: bool) -> dict[int, Rules]:
    stage = Stage.objects.get(edition=edition, kind=StageKind.REGISTRATION)
    sections = [
        SectionRule(section.key, section.title, section.maximum_words)
        for section in FormSection.objects.filter(edition=edition)
    ]
    categories = EditionCategory.objects.filter(edition=edition).values_list(
        "category_id", flat=True
    )
    admitted = frozenset(categories)
    return {
        group.pk: Rules(
            registration_closes_on=stage.closes_at.astimezone(WIB).date(),
            minimum_age_months=group.minimum_age_months,
            sections=sections,
            quota=group.quota if at_submission else None,
            categories=admitted,
        )
        for group in {entry.group_id: entry.group for entry in entries}.values()
    }


def _submitted_counts(entries: Sequence[Entry]) -> dict[tuple[int, int], int]:
    """Submitted entries by agency and group, those under examination left out."""
    rows = (
        Entry.objects.filter(
            edition=entries[0].edition,
            agency__in={entry.agency_id for entry in entries},
            state=EntryState.SUBMITTED,
        )
        .exclude(pk__in=[entry.pk for entry in entries])
        .values("agency_id", "group_id")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {(row["agency_id"], row["group_id"]): row["count"] for row in rows}


def _twins(entries: Sequence[Entry]) -> dict[int, tuple[list[str], list[str]]]:
    """Numbers of other submitted entries with the same title: own agency, elsewhere."""
    edition = entries[0].edition
    submitted = (
        Entry.objects.filter(edition=edition, state=EntryState.SUBMITTED)
        .annotate(title=Upper("innovation__title"))
        .filter(title__in={entry.innovation.title.upper() for entry in entries})
        .values_list("pk", "agency_id", "innovation__title")
    )
    by_key: dict[str, list[tuple[int, int]]] = {}
    for pk, agency_id, title in submitted:
        by_key.setdefault(same_title_key(title), []).append((pk, agency_id))
    twins: dict[int, tuple[list[str], list[str]]] = {}
    for entry in entries:
        inside: list[str] = []
        elsewhere: list[str] = []
        for pk, agency_id in by_key.get(same_title_key(entry.innovation.title), []):
            if pk != entry.pk:
                number = f"P-{edition.year}-{pk:05d}"
                (inside if agency_id == entry.agency_id else elsewhere).append(number)
        twins[entry.pk] = (inside, elsewhere)
    return twins
