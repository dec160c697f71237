"""How an edition applies a rule: severity, numbers, source. Interpreted, never guessed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from competitions.enums import RuleBasis, RuleKey, Severity

LONGEST_BAND = 20
MOST_TIMES = 20
DEFAULT_PARAMETERS: dict[str, dict[str, Any]] = {
    RuleKey.JUNK: {"least_words": 4, "copy_threshold": 90},
    RuleKey.SIMILAR_TITLE: {"threshold": 88, "most": 3},
    RuleKey.FORMER_WINNER: {
        "bands": {
            "top-9": 1,
            "top-25": 1,
            "top-35": 1,
            "top-40": 1,
            "top-45": 1,
            "top-99": 2,
        },
        "threshold": 92,
    },
}
"""Numbers of the rules that have any. `bands`: how many times a band bars from entering."""

# A machine's suspicion stops nobody unless the edition says so.
ONLY_WARNING = frozenset({RuleKey.JUNK, RuleKey.SIMILAR_TITLE})
# Asked where an edition asks it: of its Replikasi group.
ONLY_WHEN_NAMED = frozenset({RuleKey.REPLICATION})


@dataclass(frozen=True)
class Policy:
    """One rule as the edition applies it. `parameters` are complete and checked."""

    key: str
    severity: Severity = Severity.BLOCKING
    parameters: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    basis: RuleBasis = RuleBasis.INFERRED


def default_policies() -> dict[str, Policy]:
    """The rules that hold where an edition says nothing, as they then hold."""
    return {
        key: Policy(
            key,
            Severity.WARNING if key in ONLY_WARNING else Severity.BLOCKING,
            DEFAULT_PARAMETERS.get(key, {}),
        )
        for key in RuleKey
        if key not in ONLY_WHEN_NAMED
    }


def check_parameters(key: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` over the defaults of the rule. Raises ValueError naming what is wrong."""
    known = DEFAULT_PARAMETERS.get(key, {})
    if unknown := set(given) - set(known):
        raise ValueError(f"{key}: unknown parameters {sorted(unknown)}")
    complete = {**known, **given}
    for name, value in complete.items():
        if not CHECKS[name](value):
            raise ValueError(f"{key}: {name} can't be {value!r}")
    return complete


def _is_percentage(value: Any) -> bool:
    return _is_whole(value) and 50 <= value <= 100


def _is_small(value: Any) -> bool:
    return _is_whole(value) and 1 <= value <= MOST_TIMES


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_bands(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(band, str) and 0 < len(band) <= LONGEST_BAND and _is_small(times)
        for band, times in value.items()
    )


CHECKS: dict[str, Callable[[Any], bool]] = {
    "least_words": _is_small,
    "copy_threshold": _is_percentage,
    "threshold": _is_percentage,
    "most": _is_small,
    "bands": _is_bands,
}
