"""What an edition asks of a proposal: one set of rules for form, guard and secretariat. Pure."""

from competitions.eligibility.examining import (
    Result,
    ResultState,
    blocking,
    examine,
    examine_section,
    findings_of,
)
from competitions.eligibility.junk import JunkSettings
from competitions.eligibility.policies import (
    DEFAULT_PARAMETERS,
    Policy,
    check_parameters,
    default_policies,
)
from competitions.eligibility.proposals import (
    Candidate,
    EarlierAward,
    Finding,
    Lookalike,
    Proof,
    RequiredDocument,
    Rules,
    SectionRule,
)
from competitions.eligibility.statements import Statement, statements
from competitions.eligibility.titles import Likeness, likest, telling_words
from competitions.eligibility.wording import (
    Wording,
    indonesian_day,
    months_before,
    word_count,
)
from competitions.enums import Severity

__all__ = [
    "DEFAULT_PARAMETERS",
    "Candidate",
    "EarlierAward",
    "Finding",
    "JunkSettings",
    "Likeness",
    "Lookalike",
    "Policy",
    "Proof",
    "RequiredDocument",
    "Result",
    "ResultState",
    "Rules",
    "SectionRule",
    "Severity",
    "Statement",
    "Wording",
    "blocking",
    "check_parameters",
    "default_policies",
    "examine",
    "examine_section",
    "findings_of",
    "indonesian_day",
    "likest",
    "months_before",
    "statements",
    "telling_words",
    "word_count",
]
