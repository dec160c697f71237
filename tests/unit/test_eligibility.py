"""The edition's rules as one table."""

from dataclasses import replace
from datetime import date

import pytest

from competitions.eligibility import (
    Candidate,
    Finding,
    Rules,
    SectionRule,
    Severity,
    Wording,
    blocking,
    examine,
    findings_of,
    indonesian_day,
    months_before,
    same_title_key,
    word_count,
)
from competitions.enums import FailReason, RuleKey

RULES = Rules(
    registration_closes_on=date(2019, 4, 21),
    minimum_age_months=12,
    sections=(
        SectionRule("summary", "Ringkasan", 5),
        SectionRule("background", "Latar belakang"),
        SectionRule("extra", "Tambahan", 3, is_required=False),
    ),
    quota=2,
    categories=frozenset({1, 2}),
)
SOUND = Candidate(
    title="Samsat keliling",
    started_on=date(2018, 4, 21),
    category=1,
    texts={"summary": "satu dua tiga empat lima", "background": "Antrean panjang."},
    submitted_by_agency=1,
)


def found(rules: Rules = RULES, **changes: object) -> list[Finding]:
    results = examine(replace(SOUND, **changes), rules)  # type: ignore[arg-type]
    # Short texts keep the tables readable; the junk rule has a table of its own.
    return [one for one in findings_of(results) if one.rule != RuleKey.JUNK]


def test_sound_candidate_has_no_finding() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "rule", "section", "reason"),
    [
        ({"title": " "}, "title", None, FailReason.INCOMPLETE),
        ({"started_on": date(2018, 4, 22)}, "age", None, FailReason.TOO_YOUNG),
        ({"started_on": None}, "age", None, FailReason.INCOMPLETE),
        ({"category": None}, "category", None, FailReason.INCOMPLETE),
        ({"category": 9}, "category", None, FailReason.WRONG_CATEGORY),
        (
            {"texts": {"summary": "Ada.", "background": " \n"}},
            "completeness",
            "background",
            FailReason.INCOMPLETE,
        ),
        (
            {"texts": {"summary": "satu dua tiga empat lima enam", "background": "Ada."}},
            "word_limit",
            "summary",
            FailReason.INCOMPLETE,
        ),
        ({"submitted_by_agency": 2}, "quota", None, FailReason.OVER_QUOTA),
        ({"twins_in_agency": ("P-2019-00001",)}, "same_title", None, FailReason.SAME_TITLE),
    ],
)
def test_each_rule_blocks_with_its_reason(
    changes: dict[str, object], rule: str, section: str | None, reason: FailReason
) -> None:
    (finding,) = found(**changes)
    assert (finding.rule, finding.section_key, finding.reason) == (rule, section, reason)
    assert finding.is_blocking
    assert finding.sentence.endswith(".")
    assert finding.remedy.endswith(".")
    assert "{" not in finding.sentence + finding.remedy


def test_same_title_elsewhere_only_warns() -> None:
    (finding,) = found(twins_elsewhere=("P-2019-00009",))
    assert finding.severity == Severity.WARNING
    assert blocking([finding]) == []
    both = found(twins_elsewhere=("P-2019-00009",), twins_in_agency=("P-2019-00001",))
    assert [one.is_blocking for one in both] == [True, False]
    assert len(blocking(both)) == 1


def test_sentences_name_the_numbers() -> None:
    (long,) = found(texts={"summary": "a b c d e f g", "background": "Ada.", "extra": "a b c"})
    assert long.sentence == "“Ringkasan” paling banyak 5 kata, kini 7."
    assert long.remedy == "Kurangi 2 kata."
    (young,) = found(started_on=date(2018, 12, 1))
    assert (
        young.sentence == "Inovasi mulai diterapkan 1 Desember 2018, paling lambat 21 April 2018."
    )


def test_optional_section_may_stay_empty_but_not_grow_too_long() -> None:
    texts = dict(SOUND.texts)
    assert found(texts=texts | {"extra": ""}) == []
    (finding,) = found(texts=texts | {"extra": "a b c d"})
    assert finding.section_key == "extra"


def test_no_quota_and_no_categories_admit_all() -> None:
    open_rules = replace(RULES, quota=None, categories=frozenset())
    assert found(open_rules, submitted_by_agency=99, category=77) == []


def test_wording_translates_templates_and_days() -> None:
    wording = Wording(translate=lambda text: text.upper(), day=lambda day: day.isoformat())
    rules = replace(RULES, quota=1)
    results = examine(replace(SOUND, title=""), replace(rules, quota=None), wording, only=["title"])
    (finding,) = findings_of(results)
    assert finding.sentence == "JUDUL BELUM DIISI."


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2019, 4, 21), 12, date(2018, 4, 21)),
        (date(2019, 4, 21), 24, date(2017, 4, 21)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2023, 5, 31), 3, date(2023, 2, 28)),
        (date(2023, 1, 15), 1, date(2022, 12, 15)),
        (date(2023, 12, 31), 0, date(2023, 12, 31)),
    ],
)
def test_months_before_counts_calendar_months(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


def test_small_parts() -> None:
    assert word_count(" satu\tdua\n tiga-empat ") == 3
    assert same_title_key("SAMSAT  Keliling!") == same_title_key("Samsat keliling")
    assert indonesian_day(date(2026, 8, 12)) == "12 Agustus 2026"
