"""Applying the rules: every rule's result, met ones included, and the findings among them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from competitions.eligibility.likeness_rules import former_winner, replication, similar_title
from competitions.eligibility.proposals import Candidate, Finding, Rules
from competitions.eligibility.rules import RULES, Rule
from competitions.eligibility.wording import Wording
from competitions.enums import FailReason, RuleBasis, RuleKey, Severity

ALL_RULES: dict[str, Rule] = {
    **RULES,
    RuleKey.SIMILAR_TITLE: similar_title,
    RuleKey.FORMER_WINNER: former_winner,
    RuleKey.REPLICATION: replication,
}
"""Every rule, in the order in which people read the findings."""

REASONS = {
    RuleKey.TITLE: FailReason.INCOMPLETE,
    RuleKey.AGE: FailReason.TOO_YOUNG,
    RuleKey.CATEGORY: FailReason.WRONG_CATEGORY,
    RuleKey.COMPLETENESS: FailReason.INCOMPLETE,
    RuleKey.WORD_LIMIT: FailReason.INCOMPLETE,
    RuleKey.JUNK: FailReason.JUNK,
    RuleKey.DOCUMENTS: FailReason.MISSING_DOCUMENT,
    RuleKey.QUOTA: FailReason.OVER_QUOTA,
    RuleKey.SAME_TITLE: FailReason.SAME_TITLE,
    RuleKey.SIMILAR_TITLE: FailReason.SAME_TITLE,
    RuleKey.FORMER_WINNER: FailReason.FORMER_WINNER,
    RuleKey.REPLICATION: FailReason.WRONG_CATEGORY,
}
"""Under which of the ministry's reasons a proposal fails that breaks the rule."""


class ResultState(StrEnum):
    """How a proposal stands before one rule."""

    MET = "met"
    UNMET = "unmet"
    WARNING = "warning"
    NOTED = "noted"


@dataclass(frozen=True)
class Result:
    """One rule as it went: met, or what it found. `reason` is the ministry's word for it."""

    rule: str
    reason: FailReason
    source: str
    basis: RuleBasis
    findings: tuple[Finding, ...] = ()

    @property
    def state(self) -> ResultState:
        """The gravest of the findings, MET without any."""
        severities = {finding.severity for finding in self.findings}
        if Severity.BLOCKING in severities:
            return ResultState.UNMET
        if Severity.WARNING in severities:
            return ResultState.WARNING
        return ResultState.NOTED if severities else ResultState.MET

    @property
    def is_met(self) -> bool:
        """Whether nothing was found but perhaps a note."""
        return self.state in (ResultState.MET, ResultState.NOTED)


def examine(
    candidate: Candidate,
    rules: Rules,
    wording: Wording | None = None,
    *,
    only: Iterable[str] | None = None,
) -> list[Result]:
    """The result of every rule that the edition applies (of `only`), in reading order."""
    words = wording or Wording()
    wanted = set(ALL_RULES if only is None else only)
    results = []
    for key, rule in ALL_RULES.items():
        policy = rules.policies.get(key)
        if policy is None or key not in wanted:
            continue
        findings = tuple(rule(candidate, rules, policy, words))
        results.append(Result(key, REASONS[RuleKey(key)], policy.source, policy.basis, findings))
    return results


def examine_section(
    candidate: Candidate, rules: Rules, section_key: str, wording: Wording | None = None
) -> list[Finding]:
    """What the rules say of one section's text, for the person who is writing it."""
    results = examine(candidate, rules, wording, only=(RuleKey.WORD_LIMIT, RuleKey.JUNK))
    return [one for one in findings_of(results) if one.section_key == section_key]


def findings_of(results: Iterable[Result]) -> list[Finding]:
    """All findings, in the order of the rules."""
    return list(chain.from_iterable(result.findings for result in results))


def blocking(findings: Sequence[Finding]) -> list[Finding]:
    """Those that stop a submission."""
    return [finding for finding in findings if finding.is_blocking]
