"""The edition's rules as one table."""

from dataclasses import replace
from datetime import date

import pytest

from competitions.eligibility import (
    Candidate,
    EarlierAward,
    Finding,
    Lookalike,
    Policy,
    RequiredDocument,
    ResultState,
    Rules,
    SectionRule,
    Severity,
    Wording,
    blocking,
    default_policies,
    examine,
    examine_section,
    findings_of,
    indonesian_day,
    likest,
    months_before,
    same_title_key,
    statements,
    telling_words,
    word_count,
)
from competitions.enums import FailReason, RuleBasis, RuleKey

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


def test_missing_document_is_named() -> None:
    asked = (RequiredDocument("surat", "Surat pernyataan"), RequiredDocument("foto", "Foto"))
    rules = replace(RULES, required_documents=asked)
    (finding,) = found(rules, documents=frozenset({"foto"}))
    assert finding.reason == FailReason.MISSING_DOCUMENT
    assert "Surat pernyataan" in finding.sentence
    assert found(rules, documents=frozenset({"foto", "surat"})) == []


def test_rules_without_a_policy_are_not_applied() -> None:
    policies = {RuleKey.AGE: Policy(RuleKey.AGE, source="Ketentuan", basis=RuleBasis.MINISTRY)}
    rules = replace(RULES, policies=policies)
    (result,) = examine(replace(SOUND, title="", started_on=None), rules)
    assert (result.rule, result.state, result.source) == ("age", ResultState.UNMET, "Ketentuan")
    (finding,) = result.findings
    assert (finding.source, finding.basis) == ("Ketentuan", RuleBasis.MINISTRY)
    assert finding.rule_name == result.name
    (met,) = examine(SOUND, rules)
    assert (met.state, met.is_met) == (ResultState.MET, True)


def test_state_of_a_result_is_its_gravest_finding() -> None:
    twins = {"twins_elsewhere": ("P-2019-00009",)}
    states = []
    for changes in (
        {**twins, "twins_in_agency": ("P-2019-00001",)},
        twins,
        {**twins, "replicates": 7, "origin": "“Antre”"},
    ):
        results = examine(replace(SOUND, **changes), RULES)  # type: ignore[arg-type]
        (result,) = [one for one in results if one.rule == RuleKey.SAME_TITLE]
        states.append((result.state, result.is_met))
    assert states == [
        (ResultState.UNMET, False),
        (ResultState.WARNING, False),
        (ResultState.NOTED, True),
    ]


def alike(key: int, title: str = "Antre", *, own: bool = False, same: bool = False) -> Lookalike:
    return Lookalike(key, title, "Dinas", f"INO-{key:05d}", 2018, 90, own, same)


def test_like_titles_own_agency_first_and_hidden_ones_once() -> None:
    others = (alike(1), alike(2, ""), alike(3, ""), alike(4, own=True, same=True))
    findings = found(lookalikes=others)
    assert [one.lookalike.key for one in findings if one.lookalike] == [4, 1, 2]
    assert "sama dengan" in findings[0].sentence
    assert "mirip “Antre” (INO-00001, Dinas, 2018)" in findings[1].sentence
    assert findings[2].sentence == "Instansi lain memiliki usulan dengan judul yang mirip."
    assert not any(one.is_blocking for one in findings)


def test_declared_origin_must_be_among_what_was_found() -> None:
    others = (alike(1), alike(2), alike(3, own=True))
    noted = found(lookalikes=others, replicates=2, origin="“Antre”")
    assert [one.is_note for one in noted] == [False, True, True]
    assert not any(one.is_note for one in found(lookalikes=others, replicates=9, origin="“X”"))


@pytest.mark.parametrize(
    ("awards", "blocks"),
    [
        ([], []),
        ([EarlierAward("top-99", "Top 99", 2018, "A")], []),
        ([EarlierAward("top-99", "Top 99", year, "A") for year in (2017, 2018)], [True]),
        ([EarlierAward("top-45", "Top 45", 2018, "A")], [True]),
        ([EarlierAward("top-45", "Top 45", 2018, "A", is_certain=False)], [False]),
        (
            [
                EarlierAward("top-99", "Top 99", 2017, "A"),
                EarlierAward("top-99", "Top 99", 2018, "A 2", is_certain=False),
            ],
            [False],
        ),
        ([EarlierAward("harapan", "Harapan", 2018, "A")], []),
    ],
)
def test_former_winner_at_the_border(awards: list[EarlierAward], blocks: list[bool]) -> None:
    assert [one.is_blocking for one in found(awards=awards)] == blocks


def test_threshold_exactly_met_is_found_and_one_above_is_not() -> None:
    title, other = "Antar Obat Sampai Rumah", {1: "Antar Obat Sampai Pasar"}
    (one,) = likest(title, other, threshold=50, most=3)
    assert likest(title, other, threshold=one.percent, most=3) == [one]
    assert likest(title, other, threshold=min(100, one.percent + 1), most=3) == []


def test_titles_without_words_are_like_nothing() -> None:
    assert likest(" -- ", {1: "Antar Obat", 2: ""}, threshold=88, most=3) == []
    assert telling_words("di ke a") == []
    assert telling_words("Sistem Informasi") == ["informasi", "sistem"]


def test_short_title_inside_a_long_one_is_no_likeness() -> None:
    others = {1: "SIAP Melayani Warga Kepulauan dengan Perahu", 2: "SIAP", 3: "s.i.a.p"}
    assert [one.key for one in likest("SIAP", others, threshold=88, most=3)] == [2, 3]
    long = "Perahu Sehat Keliling Pulau"
    inside = {1: f"{long}: Layanan Dokter di Atas Ombak bagi Nelayan", 2: "Perahu"}
    assert [one.key for one in likest(long, inside, threshold=88, most=3)] == [1]


def test_section_is_examined_alone_while_it_is_written() -> None:
    texts = {"summary": "satu dua tiga empat lima enam", "background": "-"}
    candidate = replace(SOUND, texts=texts, title="")
    assert [one.rule for one in examine_section(candidate, RULES, "summary")] == ["word_limit"]
    assert [one.rule for one in examine_section(candidate, RULES, "background")] == ["junk"]


def test_statements_come_from_the_same_numbers() -> None:
    texts = {one.rule: one.sentence for one in statements(RULES)}
    assert "12 bulan" in texts["age"]
    assert "21 April 2018" in texts["age"]
    assert texts["quota"] == "Paling banyak 2 usulan tiap instansi."
    assert "documents" not in texts
    assert texts["former_winner"].endswith("Belum 2 kali masuk Top 99.")
    bare = replace(RULES, quota=None, categories=frozenset(), sections=(SectionRule("a", "A"),))
    texts = {one.rule: one.sentence for one in statements(bare)}
    assert "tidak dibatasi" in texts["quota"]
    assert {"category", "word_limit"}.isdisjoint(texts)
    asked = replace(RULES, required_documents=(RequiredDocument("surat", "Surat"),))
    assert "Dokumen dilampirkan: Surat." in [one.sentence for one in statements(asked)]
    once = replace(Policy(RuleKey.FORMER_WINNER), parameters={"bands": {"top-99": 3}})
    terms = statements(replace(RULES, policies={RuleKey.FORMER_WINNER: once}))
    assert [term.sentence for term in terms] == ["Belum 3 kali masuk Top 99."]
    assert terms[0].is_inferred
    assert terms[0].is_blocking
    assert set(default_policies()) == set(RuleKey.values)
