"""What the rules read and what they answer: rules, candidate, finding."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from competitions.eligibility.policies import Policy, default_policies
from competitions.enums import FailReason, RuleBasis, Severity


@dataclass(frozen=True)
class SectionRule:
    """A form section: required unless said otherwise, at most `maximum_words` words.

    `prompts` are texts of the form itself (question, guidance, example): no answers.
    """

    key: str
    title: str
    maximum_words: int | None = None
    is_required: bool = True
    prompts: Sequence[str] = ()


@dataclass(frozen=True)
class RequiredDocument:
    """A document that must be attached; `key` is what `Candidate.documents` holds."""

    key: str
    name: str


@dataclass(frozen=True)
class Rules:
    """The rules of one group of one edition.

    `registration_closes_on` is the local date of the close; `categories` empty admits all.
    Only rules with a policy are applied.
    """

    registration_closes_on: date
    minimum_age_months: int
    sections: Sequence[SectionRule]
    quota: int | None = None
    categories: frozenset[Hashable] = frozenset()
    required_documents: Sequence[RequiredDocument] = ()
    policies: Mapping[str, Policy] = field(default_factory=default_policies)


@dataclass(frozen=True)
class Lookalike:
    """Another dossier with the same or nearly the same title.

    `title` is empty where the reader may not see it: then all that may be said is that
    there is one. `number` is its entry's or the dossier's own `code`; `likeness` from 0 to 100.
    """

    key: int
    title: str
    agency: str
    number: str
    year: int | None
    likeness: int
    is_own_agency: bool
    is_same: bool = False
    code: str = ""


@dataclass(frozen=True)
class EarlierAward:
    """An announced award of an earlier edition; `is_certain` when the dossier is the same.

    Uncertain are awards of a dossier of the same agency whose title is only alike.
    """

    band: str
    band_name: str
    year: int
    title: str
    is_certain: bool = True


class Proof(StrEnum):
    """How far the replication behind a proposal has come."""

    NONE = "none"
    AGREED = "agreed"
    VERIFIED = "verified"


@dataclass(frozen=True)
class Candidate:
    """A proposal as the rules see it.

    `submitted_by_agency` counts the agency's other submitted entries in the group;
    `twins_in_agency` and `twins_elsewhere` number other entries of the edition with the
    same title. `replicates` is the key of the declared origin, `origin` how people call it;
    `replication` says how far that replication has come.
    """

    title: str
    started_on: date | None
    category: Hashable | None
    texts: Mapping[str, str]
    submitted_by_agency: int = 0
    twins_in_agency: Sequence[str] = ()
    twins_elsewhere: Sequence[str] = ()
    lookalikes: Sequence[Lookalike] = ()
    replicates: int | None = None
    origin: str = ""
    replication: Proof = Proof.NONE
    awards: Sequence[EarlierAward] = ()
    documents: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finding:
    """What is wrong, where, how to mend it, under which reason it would fail, says who."""

    rule: str
    severity: Severity
    section_key: str | None
    sentence: str
    remedy: str
    reason: FailReason
    source: str = ""
    basis: RuleBasis = RuleBasis.INFERRED
    lookalike: Lookalike | None = None

    @property
    def is_blocking(self) -> bool:
        """Whether the proposal can't be submitted like this."""
        return self.severity == Severity.BLOCKING

    @property
    def is_note(self) -> bool:
        """Whether it only tells something."""
        return self.severity == Severity.NOTE
