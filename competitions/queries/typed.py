"""What the rules find in a text that is typed and not saved. Reads only."""

from dataclasses import replace
from datetime import date
from typing import Any

from agencies.models import Agency, User
from competitions.eligibility import (
    Candidate,
    Finding,
    Policy,
    Rules,
    default_policies,
    examine,
    examine_section,
    findings_of,
)
from competitions.enums import RuleKey
from competitions.models import Entry
from competitions.queries.lookalikes import Titled, lookalikes
from competitions.queries.rules import rules_of
from competitions.queries.tasks import WRITABLE
from competitions.queries.wording import in_words
from innovations.models import Innovation

IDENTITY_RULES = (RuleKey.AGE, RuleKey.CATEGORY, RuleKey.SIMILAR_TITLE)
SHORTEST_TITLE = 5


def typed_section(entry: Entry, key: str, text: str) -> list[Finding]:
    """What the entry's rules say of one section as typed; `entry` with group and innovation."""
    innovation = entry.innovation
    rules = rules_of(entry.edition, [entry.group])[entry.group_id]
    texts = {"summary": innovation.summary, **innovation.sections, key: text}
    candidate = Candidate(title="", started_on=None, category=None, texts=texts)
    if not text.strip():
        return []
    return examine_section(candidate, rules, key, in_words())


def written_entry(innovation: Innovation) -> Entry | None:
    """The dossier's newest proposal that is still being written."""
    rows = Entry.objects.filter(innovation=innovation, state__in=WRITABLE)
    related = rows.select_related("edition", "group", "innovation")
    return related.order_by("-edition__year").first()


def typed_title(
    title: str,
    *,
    agency: Agency,
    reader: User,
    replicates: Innovation | None,
    innovation: Innovation | None = None,
) -> list[Finding]:
    """Titles alike, when there is no proposal and perhaps no dossier yet."""
    policy = default_policies()[RuleKey.SIMILAR_TITLE]
    known = innovation.pk if innovation else 0
    candidate = _titled(title, policy, agency.pk, known, reader, replicates)
    rules = Rules(date.max, 0, (), policies={RuleKey.SIMILAR_TITLE: policy})
    return findings_of(examine(candidate, rules, in_words()))


def typed_identity(entry: Entry, reader: User, typed: dict[str, Any]) -> list[Finding]:
    """Age, category and titles alike of an identity as typed: title, started_on, category,
    replicates. What is missing yet is not told: the form asks for it when it is sent.
    """
    rules = rules_of(entry.edition, [entry.group])[entry.group_id]
    policy = rules.policies.get(RuleKey.SIMILAR_TITLE)
    candidate = Candidate(title=typed["title"], started_on=None, category=None, texts={})
    if policy:
        candidate = _titled(
            typed["title"],
            policy,
            entry.agency_id,
            entry.innovation_id,
            reader,
            typed["replicates"],
        )
    candidate = replace(candidate, started_on=typed["started_on"], category=typed["category"])
    only = [
        key
        for key, is_told in zip(
            IDENTITY_RULES, (typed["started_on"], typed["category"], typed["title"]), strict=True
        )
        if is_told
    ]
    return findings_of(examine(candidate, rules, in_words(), only=only))


def _titled(
    title: str,
    policy: Policy,
    agency_id: int,
    innovation_id: int,
    reader: User,
    replicates: Innovation | None,
) -> Candidate:
    alike = []
    if len(title.strip()) >= SHORTEST_TITLE:
        asked = {0: Titled(title, agency_id, innovation_id)}
        alike = lookalikes(asked, reader=reader, **policy.parameters)[0]
    return Candidate(
        title=title,
        started_on=None,
        category=None,
        texts={},
        lookalikes=alike,
        replicates=replicates.pk if replicates else None,
        origin=f"“{replicates.title}” ({replicates.code})" if replicates else "",
    )
