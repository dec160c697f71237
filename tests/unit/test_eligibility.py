"""The edition's rules as one table."""

from dataclasses import replace
from datetime import date

import pytest

from competitions.eligibility import (
    DEFAULT_PARAMETERS,
    Candidate,
    EarlierAward,
    Finding,
    Likeness,
    Lookalike,
    Policy,
    Proof,
    RequiredDocument,
    ResultState,
    Rules,
    SectionRule,
    Severity,
    Wording,
    blocking,
    check_parameters,
    default_policies,
    examine,
    examine_section,
    findings_of,
    indonesian_day,
    likest,
    months_before,
    statements,
    telling_words,
    word_count,
)
from competitions.enums import FailReason, RuleBasis, RuleKey
from innovations.versions import title_key

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
    assert title_key("SAMSAT  Keliling!") == title_key("Samsat keliling")
    assert title_key("Samsat ke-2") == "samsatke2"
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
    assert (result.reason, result.basis) == (FailReason.TOO_YOUNG, RuleBasis.MINISTRY)
    (finding,) = result.findings
    assert (finding.source, finding.basis) == ("Ketentuan", RuleBasis.MINISTRY)
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


def test_the_same_title_comes_first_then_the_most_alike_then_by_key() -> None:
    others = {9: "Antar Obat", 4: "ANTAR-OBAT", 3: "Antar Obats", 2: "Antar Obata", 7: "Panen Padi"}
    found = likest("Antar Obat", others, threshold=80, most=9)
    assert found[:2] == [Likeness(4, 100, True), Likeness(9, 100, True)]
    assert [(one.key, one.is_same) for one in found[2:]] == [(2, False), (3, False)]
    assert likest("Antar Obat", others, threshold=80, most=3) == found[:3]
    # The more alike wins over the smaller key, the same title over everything.
    near = {1: "Antar Obat Rumah", 5: "Antar Obat Rumahan", 6: "antar obat rumahan!"}
    order = likest("Antar Obat Rumahan", near, threshold=80, most=9)
    assert [one.key for one in order] == [5, 6, 1]
    assert likest("s.i.a.p", {1: "SIAP"}, threshold=100, most=1) == [Likeness(1, 100, True)]


def test_as_many_are_found_as_are_asked_for() -> None:
    others = {key: f"Antar Obat Rumah {key}" for key in range(1, 10)}
    assert len(likest("Antar Obat Rumah", others, threshold=80, most=9)) == 9
    assert len(likest("Antar Obat Rumah", others, threshold=80, most=4)) == 4


@pytest.mark.parametrize(
    ("title", "other", "percent"),
    [
        # One word is compared as a whole, with a word as short as itself, too.
        ("Sipandu", "Sipanda", 85),
        ("Sipandu", "Sipandu bagi Nelayan Kepulauan Seribu", None),
        ("Sipandu bagi Nelayan Kepulauan Seribu", "Sipandu", None),
        # Two telling words among others weigh 0.95; a part of twelve letters weighs 0.9.
        ("Ojek Obat", "Ojek Obat bagi Nelayan Kepulauan Seribu", 95),
        ("Ojek Obat bagi Nelayan Kepulauan Seribu", "Ojek Obat", 95),
        ("Perpustakaan", "Perpustakaan Terapung bagi Anak Pulau", 90),
        ("Kepustakaan", "Kepustakaan Terapung bagi Anak Pulau", None),
        ("Perpustakaan Terapung bagi Anak Pulau", "Perpustakaan", 90),
    ],
)
def test_what_is_inside_a_title_weighs_less_and_must_tell_enough(
    title: str, other: str, percent: int | None
) -> None:
    found = likest(title, {1: other}, threshold=80, most=3)
    assert [one.percent for one in found] == ([] if percent is None else [percent])
    if percent is not None:
        assert likest(title, {1: other}, threshold=percent, most=3) == found
        assert likest(title, {1: other}, threshold=percent + 1, most=3) == []


def test_titles_without_words_are_like_nothing() -> None:
    assert likest(" -- ", {1: "Antar Obat", 2: ""}, threshold=88, most=3) == []
    assert telling_words("di ke a") == []
    assert telling_words("Sistem Informasi") == ["informasi", "sistem"]
    assert telling_words("Ibu Sehat Posyandu") == ["posyandu", "sehat", "ibu"]
    nine = "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii"
    assert telling_words(nine) == nine.split()[:8]


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
    # What isn't written yet is no mistake while it is written.
    assert examine_section(replace(SOUND, texts={}), RULES, "summary") == []
    quoting = Wording(translate=lambda text: f"> {text}")
    (finding,) = examine_section(candidate, RULES, "summary", quoting)
    assert finding.remedy == "> Kurangi 1 kata."


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
    assert set(default_policies()) == set(RuleKey.values) - {RuleKey.REPLICATION}


def test_only_a_suspicion_warns_where_an_edition_says_nothing() -> None:
    policies = default_policies()
    assert {key for key, one in policies.items() if one.severity == Severity.WARNING} == {
        RuleKey.JUNK,
        RuleKey.SIMILAR_TITLE,
    }
    assert all(one.key == key and not one.source for key, one in policies.items())
    assert policies[RuleKey.JUNK].parameters == DEFAULT_PARAMETERS[RuleKey.JUNK]
    assert policies[RuleKey.AGE].parameters == {}


@pytest.mark.parametrize(
    ("key", "given"),
    [
        (RuleKey.JUNK, {"least_words": 1, "copy_threshold": 50}),
        (RuleKey.JUNK, {"least_words": 20, "copy_threshold": 100}),
        (RuleKey.SIMILAR_TITLE, {"threshold": 100, "most": 1}),
        (RuleKey.FORMER_WINNER, {"bands": {"x": 1, "b" * 20: 20}}),
        (RuleKey.FORMER_WINNER, {"bands": {}}),
        (RuleKey.AGE, {}),
    ],
)
def test_numbers_of_a_rule_complete_its_defaults(key: RuleKey, given: dict[str, object]) -> None:
    assert check_parameters(key, given) == DEFAULT_PARAMETERS.get(key, {}) | given


@pytest.mark.parametrize(
    ("key", "given", "said"),
    [
        (RuleKey.JUNK, {"least_words": 0}, "junk: least_words can't be 0"),
        (RuleKey.JUNK, {"least_words": 21}, "junk: least_words can't be 21"),
        (RuleKey.JUNK, {"least_words": True}, "junk: least_words can't be True"),
        (RuleKey.JUNK, {"least_words": 4.0}, "junk: least_words can't be 4.0"),
        (RuleKey.JUNK, {"copy_threshold": 49}, "junk: copy_threshold can't be 49"),
        (RuleKey.JUNK, {"copy_threshold": 101}, "junk: copy_threshold can't be 101"),
        (RuleKey.SIMILAR_TITLE, {"most": "3"}, "similar_title: most can't be '3'"),
        (RuleKey.SIMILAR_TITLE, {"threshold": None}, "similar_title: threshold can't be None"),
        (RuleKey.FORMER_WINNER, {"bands": ["top-9"]}, "former_winner: bands can't be ['top-9']"),
        (RuleKey.FORMER_WINNER, {"bands": {"": 1}}, "former_winner: bands can't be {'': 1}"),
        (RuleKey.FORMER_WINNER, {"bands": {9: 1}}, "former_winner: bands can't be {9: 1}"),
        (RuleKey.FORMER_WINNER, {"bands": {"a": 0}}, "former_winner: bands can't be {'a': 0}"),
        (
            RuleKey.FORMER_WINNER,
            {"bands": {"a": 1, "b" * 21: 1}},
            f"former_winner: bands can't be {{'a': 1, '{'b' * 21}': 1}}",
        ),
        (RuleKey.AGE, {"most": 1, "bands": {}}, "age: unknown parameters ['bands', 'most']"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_by_name(
    key: RuleKey, given: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError) as refusal:
        check_parameters(key, given)
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("proof", "state"),
    [
        (Proof.NONE, ResultState.UNMET),
        (Proof.AGREED, ResultState.NOTED),
        (Proof.VERIFIED, ResultState.MET),
    ],
)
def test_replication_is_asked_where_the_group_asks_it(proof: Proof, state: ResultState) -> None:
    asked = replace(RULES, policies={RuleKey.REPLICATION: Policy(RuleKey.REPLICATION)})
    candidate = replace(SOUND, replication=proof)
    (result,) = examine(candidate, asked)
    assert (result.state, result.reason) == (state, FailReason.WRONG_CATEGORY)
    assert [one.rule for one in statements(asked)] == [RuleKey.REPLICATION]
    assert RuleKey.REPLICATION not in {one.rule for one in examine(candidate, RULES)}
