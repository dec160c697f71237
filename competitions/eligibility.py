"""What an edition asks of a proposal: one table of rules for form, guard and secretariat.

Pure. Sentences are Indonesian; `wording` turns them into the reader's language.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import chain

from competitions.enums import FailReason

MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()


class Severity(StrEnum):
    """Whether a finding stops the submission or only asks for a second look."""

    BLOCKING = "blocking"
    WARNING = "warning"


@dataclass(frozen=True)
class SectionRule:
    """A form section: required unless said otherwise, at most `maximum_words` words."""

    key: str
    title: str
    maximum_words: int | None = None
    is_required: bool = True


@dataclass(frozen=True)
class Rules:
    """The rules of one group of one edition.

    `registration_closes_on` is the local date of the close; `categories` empty admits all.
    """

    registration_closes_on: date
    minimum_age_months: int
    sections: Sequence[SectionRule]
    quota: int | None = None
    categories: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A proposal as the rules see it.

    `submitted_by_agency` counts the agency's other submitted entries in the group;
    `twins_in_agency` and `twins_elsewhere` number other entries of the edition with the
    same title.
    """

    title: str
    started_on: date | None
    category: int | None
    texts: Mapping[str, str]
    submitted_by_agency: int = 0
    twins_in_agency: Sequence[str] = ()
    twins_elsewhere: Sequence[str] = ()


@dataclass(frozen=True)
class Finding:
    """What is wrong, where, how to mend it, and under which reason it would fail."""

    rule: str
    severity: Severity
    section_key: str | None
    sentence: str
    remedy: str
    reason: FailReason

    @property
    def is_blocking(self) -> bool:
        """Whether the proposal can't be submitted like this."""
        return self.severity == Severity.BLOCKING


def indonesian_day(day: date) -> str:
    """12 Agustus 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class Wording:
    """How sentences reach the reader: `translate` gets the Indonesian template."""

    translate: Callable[[str], str] = field(default=str)
    day: Callable[[date], str] = field(default=indonesian_day)


Rule = Callable[[Candidate, Rules, Wording], list[Finding]]


def word_count(text: str) -> int:
    r"""Runs of non-space (`\S+`), as the forms count."""
    return len(text.split())


def months_before(day: date, months: int) -> date:
    """The same day `months` calendar months earlier, or that month's last day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def same_title_key(title: str) -> str:
    """What two titles share that a person would call the same: letters and digits only."""
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def _age(candidate: Candidate, rules: Rules, wording: Wording) -> list[Finding]:
    _ = wording.translate
    latest = months_before(rules.registration_closes_on, rules.minimum_age_months)
    if candidate.started_on is None:
        sentence = _("Tanggal mulai penerapan belum diisi.")
        remedy = _("Isi tanggal mulai penerapan pada dosir.")
    elif candidate.started_on > latest:
        sentence = _("Inovasi mulai diterapkan {start}, paling lambat {latest}.").format(
            start=wording.day(candidate.started_on), latest=wording.day(latest)
        )
        remedy = _("Periksa tanggal mulai. Bila sudah benar, ajukan pada edisi berikutnya.")
    else:
        return []
    reason = FailReason.TOO_YOUNG if candidate.started_on else FailReason.INCOMPLETE
    return [Finding("age", Severity.BLOCKING, None, sentence, remedy, reason)]


def _title(candidate: Candidate, _rules: Rules, wording: Wording) -> list[Finding]:
    _ = wording.translate
    if candidate.title.strip():
        return []
    return [
        Finding(
            "title",
            Severity.BLOCKING,
            None,
            _("Judul belum diisi."),
            _("Isi judul inovasi pada dosir."),
            FailReason.INCOMPLETE,
        )
    ]


def _category(candidate: Candidate, rules: Rules, wording: Wording) -> list[Finding]:
    _ = wording.translate
    if candidate.category is None:
        sentence, reason = _("Kategori belum dipilih."), FailReason.INCOMPLETE
    elif rules.categories and candidate.category not in rules.categories:
        sentence = _("Kategori inovasi tidak dilombakan pada edisi ini.")
        reason = FailReason.WRONG_CATEGORY
    else:
        return []
    remedy = _("Pilih kategori yang dibuka pada edisi ini.")
    return [Finding("category", Severity.BLOCKING, None, sentence, remedy, reason)]


def _completeness(candidate: Candidate, rules: Rules, wording: Wording) -> list[Finding]:
    _ = wording.translate
    return [
        Finding(
            "completeness",
            Severity.BLOCKING,
            section.key,
            _("Bagian “{section}” belum diisi.").format(section=section.title),
            _("Isi bagian ini."),
            FailReason.INCOMPLETE,
        )
        for section in rules.sections
        if section.is_required and not candidate.texts.get(section.key, "").strip()
    ]


def _word_limits(candidate: Candidate, rules: Rules, wording: Wording) -> list[Finding]:
    _ = wording.translate
    findings = []
    for section in rules.sections:
        words = word_count(candidate.texts.get(section.key, ""))
        if section.maximum_words is None or words <= section.maximum_words:
            continue
        sentence = _("“{section}” paling banyak {limit} kata, kini {words}.").format(
            section=section.title, limit=section.maximum_words, words=words
        )
        remedy = _("Kurangi {count} kata.").format(count=words - section.maximum_words)
        findings.append(
            Finding(
                "word_limit",
                Severity.BLOCKING,
                section.key,
                sentence,
                remedy,
                FailReason.INCOMPLETE,
            )
        )
    return findings


def _quota(candidate: Candidate, rules: Rules, wording: Wording) -> list[Finding]:
    _ = wording.translate
    if rules.quota is None or candidate.submitted_by_agency < rules.quota:
        return []
    return [
        Finding(
            "quota",
            Severity.BLOCKING,
            None,
            _("Kuota instansi di kelompok ini, {quota} proposal, sudah terpakai.").format(
                quota=rules.quota
            ),
            _("Tarik proposal lain lebih dahulu, atau ajukan di kelompok lain."),
            FailReason.OVER_QUOTA,
        )
    ]


def _same_title(candidate: Candidate, _rules: Rules, wording: Wording) -> list[Finding]:
    _ = wording.translate
    findings = []
    if candidate.twins_in_agency:
        findings.append(
            Finding(
                "same_title",
                Severity.BLOCKING,
                None,
                _("Instansi Anda sudah mengajukan proposal berjudul sama: {numbers}.").format(
                    numbers=", ".join(candidate.twins_in_agency)
                ),
                _("Ubah judul bila inovasinya berbeda, atau ajukan satu saja."),
                FailReason.SAME_TITLE,
            )
        )
    if candidate.twins_elsewhere:
        findings.append(
            Finding(
                "same_title",
                Severity.WARNING,
                None,
                _("Instansi lain mengajukan proposal berjudul sama."),
                _("Beri judul yang khas agar tidak tertukar."),
                FailReason.SAME_TITLE,
            )
        )
    return findings


RULES: tuple[Rule, ...] = (
    _title,
    _age,
    _category,
    _completeness,
    _word_limits,
    _quota,
    _same_title,
)
"""Every rule, in the order in which people read the findings."""


def examine(candidate: Candidate, rules: Rules, wording: Wording | None = None) -> list[Finding]:
    """All findings, blocking or not, in the order of RULES."""
    words = wording or Wording()
    return list(chain.from_iterable(rule(candidate, rules, words) for rule in RULES))


def blocking(findings: Sequence[Finding]) -> list[Finding]:
    """Those that stop a submission."""
    return [finding for finding in findings if finding.is_blocking]
