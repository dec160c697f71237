"""What the edition's rules find in entries: rows in, results and findings out.

The same rules for the form while somebody types (`typed`), for the guard of a submission
(`blocking_findings`) and for the secretariat (`results_of`), who reads the frozen version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, Func, Value
from django.db.models.functions import Lower

from competitions.eligibility import (
    Candidate,
    EarlierAward,
    Finding,
    Lookalike,
    Proof,
    Result,
    Rules,
    blocking,
    examine,
    findings_of,
)
from competitions.enums import EntryState, RuleKey, Severity
from competitions.models import Entry
from competitions.queries.documents import attached_documents
from competitions.queries.lookalikes import Titled, lookalikes
from competitions.queries.past_awards import earlier_awards
from competitions.queries.quotas import submitted_counts
from competitions.queries.rules import rules_of
from competitions.queries.wording import in_words
from competitions.workflow import HELD_BY_MINISTRY
from innovations.queries.replications import replications_behind
from innovations.versions import title_key
from sinovik.web.prepared import OneOf, Prepared

TITLE_KEY = Func(
    Lower("innovation__title"),
    Value("[^[:alnum:]]"),
    Value(""),
    Value("g"),
    function="regexp_replace",
    output_field=CharField(),
)
"""`versions.title_key` in the database."""


def results_of(
    entries: Sequence[Entry],
    *,
    at_submission: bool = True,
    reader: Any = None,
    only_blocking: bool = False,
) -> dict[int, list[Result]]:
    """Every rule's result for each entry of one edition, met ones included, by entry id.

    A constant number of queries. `entries` need edition, group and innovation loaded, and
    `version` where they are submitted: then the frozen text is examined. Entries count
    against the quota in the given order, so the one too many is found also inside a batch.
    A unit that sends to its agency (`at_submission=False`) is not held to the quota.
    `reader` decides which titles of others may be named; without one, public ones.
    `only_blocking` leaves out the rules that the edition lets only warn.
    """
    if not entries:
        return {}
    groups = {entry.group_id: entry.group for entry in entries}
    rules = rules_of(entries[0].edition, groups.values(), holds_quota=at_submission)
    wanted = {
        policy.key
        for rule in rules.values()
        for policy in rule.policies.values()
        if policy.severity == Severity.BLOCKING or not only_blocking
    }
    past = _Past(entries, rules, wanted, reader)
    is_limited = any(rule.quota is not None for rule in rules.values())
    counts = submitted_counts(entries) if is_limited else {}
    wording = in_words()
    results = {}
    for entry in entries:
        place = (entry.agency_id, entry.group_id)
        candidate = past.candidate(entry, counts.get(place, 0))
        results[entry.pk] = examine(candidate, rules[entry.group_id], wording, only=wanted)
        if entry.state not in HELD_BY_MINISTRY:
            counts[place] = counts.get(place, 0) + 1
    return results


def find(
    entries: Sequence[Entry],
    *,
    at_submission: bool = True,
    reader: Any = None,
    only_blocking: bool = False,
) -> dict[int, list[Finding]]:
    """The findings alone; see `results_of`. `only_blocking` spares what only warns."""
    if only_blocking:
        pairs = blocking_findings(entries, at_submission=at_submission)
        return {entry.pk: [] for entry in entries} | {entry.pk: found for entry, found in pairs}
    results = results_of(entries, at_submission=at_submission, reader=reader)
    return {key: findings_of(rows) for key, rows in results.items()}


def blocking_findings(
    entries: Sequence[Entry], *, at_submission: bool = True
) -> list[tuple[Entry, list[Finding]]]:
    """The entries that can't be sent as they are, each with what stops it.

    Rules that the edition lets only warn are not run: they can stop nobody.
    """
    results = results_of(entries, at_submission=at_submission, only_blocking=True)
    pairs = [(entry, blocking(findings_of(results[entry.pk]))) for entry in entries]
    return [(entry, stops) for entry, stops in pairs if stops]


@dataclass(frozen=True)
class _Text:
    """What is examined: the frozen version of a submitted entry, else the dossier."""

    title: str
    started_on: date | None
    category: str | None
    texts: Mapping[str, str]


def _text(entry: Entry) -> _Text:
    innovation = entry.innovation
    if entry.state == EntryState.SUBMITTED and entry.version is not None:
        content: dict[str, Any] = entry.version.content
        started = content["started_on"]
        return _Text(
            title=content["title"],
            started_on=date.fromisoformat(started) if started else None,
            category=content["category"] or None,
            texts={"summary": content["summary"], **content["sections"]},
        )
    return _Text(
        title=innovation.title,
        started_on=innovation.started_on,
        category=innovation.category.name if innovation.category else None,
        texts={"summary": innovation.summary, **innovation.sections},
    )


class _Past:
    """What the rules ask of other rows, read once for all entries."""

    def __init__(
        self, entries: Sequence[Entry], rules: Mapping[int, Rules], wanted: set[str], reader: Any
    ) -> None:
        self.texts = {entry.pk: _text(entry) for entry in entries}
        self.twins: dict[int, _Twins] = {}
        self.alike: dict[int, list[Lookalike]] = {}
        self.awards: dict[int, list[EarlierAward]] = {}
        self.documents: dict[int, frozenset[str]] = {}
        self.proofs: dict[int, Proof] = {}
        policies = next(iter(rules.values())).policies
        if RuleKey.SAME_TITLE in wanted:
            self.twins = _twins(entries, {pk: text.title for pk, text in self.texts.items()})
        similar = policies.get(RuleKey.SIMILAR_TITLE)
        if similar and RuleKey.SIMILAR_TITLE in wanted:
            asked = {
                entry.pk: Titled(self.texts[entry.pk].title, entry.agency_id, entry.innovation_id)
                for entry in entries
            }
            self.alike = lookalikes(asked, reader=reader, **similar.parameters)
        if RuleKey.FORMER_WINNER in wanted:
            thresholds = {group: _threshold(rule) for group, rule in rules.items()}
            self.awards = earlier_awards(entries, thresholds)
        if RuleKey.DOCUMENTS in wanted and any(rule.required_documents for rule in rules.values()):
            self.documents = attached_documents(entries)
        if RuleKey.REPLICATION in wanted:
            verified, agreed = replications_behind([entry.innovation for entry in entries])
            self.proofs = dict.fromkeys(agreed, Proof.AGREED)
            self.proofs |= dict.fromkeys(verified, Proof.VERIFIED)

    def candidate(self, entry: Entry, submitted: int) -> Candidate:
        """The entry as the rules see it."""
        text = self.texts[entry.pk]
        twins = self.twins.get(entry.pk, _Twins())
        alike = self.alike.get(entry.pk, [])
        shown = {one.key for one in alike if one.title}
        # A twin of this edition is told of once: by its number, or by what may be shown of it.
        return Candidate(
            title=text.title,
            started_on=text.started_on,
            category=text.category,
            texts=text.texts,
            submitted_by_agency=submitted,
            twins_in_agency=tuple(twins.inside.values()),
            twins_elsewhere=tuple(
                number for dossier, number in twins.elsewhere.items() if dossier not in shown
            ),
            lookalikes=[
                one
                for one in alike
                if one.key not in twins.inside and (one.title or one.key not in twins.elsewhere)
            ],
            replicates=entry.innovation.replicates_id,
            origin=_origin(entry),
            replication=self.proofs.get(entry.innovation_id, Proof.NONE),
            awards=self.awards.get(entry.pk, []),
            documents=self.documents.get(entry.pk, frozenset()),
        )


def _threshold(rules: Rules) -> int:
    policy = rules.policies.get(RuleKey.FORMER_WINNER)
    return int(policy.parameters["threshold"]) if policy else 100


def _origin(entry: Entry) -> str:
    origin = entry.innovation.replicates
    return f"“{origin.title}” ({origin.code}, {origin.agency.name})" if origin else ""


@dataclass(frozen=True)
class _Twins:
    """Numbers of other entries of the edition with the same title, by dossier id."""

    inside: Mapping[int, str] = field(default_factory=dict)
    elsewhere: Mapping[int, str] = field(default_factory=dict)


_TITLED = Prepared(
    lambda edition, own, keys: (
        Entry.objects.filter(edition=edition, state__in=HELD_BY_MINISTRY)
        .exclude(OneOf("pk", own))
        .annotate(title_key=TITLE_KEY)
        .filter(OneOf("title_key", keys, "text"))
        .values_list("pk", "agency_id", "innovation_id", "title_key")
    ),
    *("edition", "own", "keys"),
)


def _twins(entries: Sequence[Entry], titles: Mapping[int, str]) -> dict[int, _Twins]:
    """Others are those submitted already and those earlier among `entries`."""
    edition = entries[0].edition
    keys = {pk: title_key(title) for pk, title in titles.items()}
    submitted = _TITLED.all(edition=edition.pk, own=[*keys], keys=[*set(keys.values())])
    seen: dict[str, list[tuple[int, int, int]]] = {}
    for pk, agency_id, innovation_id, key in submitted:
        seen.setdefault(key, []).append((pk, agency_id, innovation_id))
    twins = {}
    for entry in entries:
        others = seen.setdefault(keys[entry.pk], [])
        inside: dict[int, str] = {}
        elsewhere: dict[int, str] = {}
        for pk, agency_id, innovation_id in others:
            place = inside if agency_id == entry.agency_id else elsewhere
            place[innovation_id] = f"P-{edition.year}-{pk:05d}"
        twins[entry.pk] = _Twins(inside, elsewhere)
        others.append((entry.pk, entry.agency_id, entry.innovation_id))
    return twins
