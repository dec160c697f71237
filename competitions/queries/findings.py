"""What the edition's rules find in entries: rows in, `eligibility.Finding` out."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db.models import CharField, Count, Func, Value
from django.db.models.functions import Lower
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
TITLE_KEY = Func(
    Lower("innovation__title"),
    Value("[^[:alnum:]]"),
    Value(""),
    Value("g"),
    function="regexp_replace",
    output_field=CharField(),
)
"""`eligibility.same_title_key` in the database."""


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
        SectionRule(section.key, gettext(section.title), section.maximum_words)
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
    """Numbers of other entries with the same title: in the own agency, elsewhere.

    Others are those submitted already and those earlier among `entries`.
    """
    edition = entries[0].edition
    keys = {entry.pk: same_title_key(entry.innovation.title) for entry in entries}
    submitted = (
        Entry.objects.filter(edition=edition, state=EntryState.SUBMITTED)
        .exclude(pk__in=keys)
        .annotate(title_key=TITLE_KEY)
        .filter(title_key__in=set(keys.values()))
        .values_list("pk", "agency_id", "title_key")
    )
    seen: dict[str, list[tuple[int, int]]] = {}
    for pk, agency_id, key in submitted:
        seen.setdefault(key, []).append((pk, agency_id))
    twins: dict[int, tuple[list[str], list[str]]] = {}
    for entry in entries:
        others = seen.setdefault(keys[entry.pk], [])
        numbers: tuple[list[str], list[str]] = ([], [])
        for pk, agency_id in others:
            numbers[agency_id != entry.agency_id].append(f"P-{edition.year}-{pk:05d}")
        twins[entry.pk] = numbers
        others.append((entry.pk, entry.agency_id))
    return twins
