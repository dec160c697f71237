"""What the rules say, word for word, with the numbers and names of the case, in two languages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from gettext import NullTranslations, translation
from pathlib import Path

import pytest

from competitions.eligibility import (
    Candidate,
    EarlierAward,
    Finding,
    Lookalike,
    Policy,
    Proof,
    RequiredDocument,
    Rules,
    SectionRule,
    Severity,
    Wording,
    examine,
    findings_of,
    statements,
)
from competitions.enums import FailReason, RuleBasis, RuleKey

LOCALE = Path(__file__).parent.parent.parent / "locale"
PROMPT = "Ceritakan masalah yang dihadapi warga sebelum inovasi ini ada."
RULES = Rules(
    registration_closes_on=date(2019, 4, 21),
    minimum_age_months=12,
    sections=(
        SectionRule("summary", "Ringkasan", 5),
        SectionRule("background", "Latar belakang", prompts=(PROMPT,)),
        SectionRule("extra", "Tambahan", is_required=False),
    ),
    quota=2,
    categories=frozenset({1, 2}),
    required_documents=(RequiredDocument("surat", "Surat pernyataan"),),
)
SOUND = Candidate(
    title="Samsat keliling",
    started_on=date(2018, 4, 21),
    category=1,
    texts={"summary": "Antrean turun tiga jam.", "background": "Warga antre sejak subuh hari."},
    documents=frozenset({"surat"}),
)
REPLICA = {"replicates": 7, "origin": "“Antre” (INO-7)"}
AWARD_99 = EarlierAward("top-99", "Top 99", 2017, "Samsat")
AWARD_45 = EarlierAward("top-45", "Top 45", 2018, "Samsat malam")
INCOMPLETE, SAME = FailReason.INCOMPLETE, FailReason.SAME_TITLE
Case = tuple[RuleKey, dict[str, object], FailReason, Severity, str, str]


def alike(title: str = "Antre", year: int | None = 2018, **traits: bool) -> Lookalike:
    is_own, is_same = traits.get("own", False), traits.get("same", False)
    return Lookalike(3, title, "Dinas", "P-2018-00003", year, 90, is_own, is_same)


def text(background: str, **others: str) -> dict[str, object]:
    return {"texts": {**SOUND.texts, "background": background, **others}}


OWN_WORDS = "Tulis jawaban dengan kalimat Anda sendiri."
CASES: list[Case] = [
    (
        RuleKey.TITLE,
        {"title": " "},
        INCOMPLETE,
        Severity.BLOCKING,
        "Judul belum diisi.",
        "Isi judul inovasi pada dosir.",
    ),
    (
        RuleKey.AGE,
        {"started_on": None},
        INCOMPLETE,
        Severity.BLOCKING,
        "Tanggal mulai penerapan belum diisi.",
        "Isi tanggal mulai penerapan pada dosir.",
    ),
    (
        RuleKey.AGE,
        {"started_on": date(2018, 12, 1)},
        FailReason.TOO_YOUNG,
        Severity.BLOCKING,
        "Inovasi mulai diterapkan 1 Desember 2018, paling lambat 21 April 2018.",
        "Periksa tanggal mulai. Bila sudah benar, ajukan pada edisi berikutnya.",
    ),
    (
        RuleKey.CATEGORY,
        {"category": None},
        INCOMPLETE,
        Severity.BLOCKING,
        "Kategori belum dipilih.",
        "Pilih kategori yang dibuka pada edisi ini.",
    ),
    (
        RuleKey.CATEGORY,
        {"category": 9},
        FailReason.WRONG_CATEGORY,
        Severity.BLOCKING,
        "Kategori inovasi tidak dilombakan pada edisi ini.",
        "Pilih kategori yang dibuka pada edisi ini.",
    ),
    (
        RuleKey.COMPLETENESS,
        {"texts": {"background": SOUND.texts["background"]}},
        INCOMPLETE,
        Severity.BLOCKING,
        "Bagian “Ringkasan” belum diisi.",
        "Isi bagian ini.",
    ),
    (
        RuleKey.WORD_LIMIT,
        {"texts": SOUND.texts | {"summary": "a b c d e f g"}},
        INCOMPLETE,
        Severity.BLOCKING,
        "“Ringkasan” paling banyak 5 kata, kini 7.",
        "Kurangi 2 kata.",
    ),
    (
        RuleKey.DOCUMENTS,
        {"documents": frozenset({"foto"})},
        FailReason.MISSING_DOCUMENT,
        Severity.BLOCKING,
        "Dokumen “Surat pernyataan” belum diunggah.",
        "Unggah dokumen itu pada bagian dokumen pendukung.",
    ),
    (
        RuleKey.QUOTA,
        {"submitted_by_agency": 2},
        FailReason.OVER_QUOTA,
        Severity.BLOCKING,
        "Kuota instansi di kelompok ini, 2 proposal, sudah terpakai.",
        "Tarik proposal lain lebih dahulu, atau ajukan di kelompok lain.",
    ),
    (
        RuleKey.SAME_TITLE,
        {"twins_in_agency": ("P-2019-00001", "P-2019-00002")},
        SAME,
        Severity.BLOCKING,
        "Instansi Anda sudah mengajukan proposal berjudul sama: P-2019-00001, P-2019-00002.",
        "Ubah judul bila inovasinya berbeda, atau ajukan satu saja.",
    ),
    (
        RuleKey.SAME_TITLE,
        {"twins_elsewhere": ("P-2019-00009",)},
        SAME,
        Severity.WARNING,
        "Instansi lain mengajukan proposal berjudul sama.",
        "Beri judul yang khas agar tidak tertukar.",
    ),
    (
        RuleKey.SAME_TITLE,
        {"twins_elsewhere": ("P-2019-00009",), **REPLICA},
        SAME,
        Severity.NOTE,
        "Instansi lain mengajukan proposal berjudul sama.",
        "Tercatat sebagai replikasi “Antre” (INO-7).",
    ),
    (
        RuleKey.SIMILAR_TITLE,
        {"lookalikes": (alike(""),)},
        SAME,
        Severity.WARNING,
        "Instansi lain memiliki usulan dengan judul yang mirip.",
        "Beri judul yang khas agar tidak tertukar.",
    ),
    (
        RuleKey.SIMILAR_TITLE,
        {"lookalikes": (alike(year=None, own=True, same=True),)},
        SAME,
        Severity.WARNING,
        "Judul ini sama dengan “Antre” (P-2018-00003, Dinas).",
        "Bila inovasinya sama, pakai dosir itu. Bila berbeda, bedakan judulnya.",
    ),
    (
        RuleKey.SIMILAR_TITLE,
        {"lookalikes": (alike(),)},
        SAME,
        Severity.WARNING,
        "Judul ini mirip “Antre” (P-2018-00003, Dinas, 2018).",
        "Bila Anda meniru inovasi itu, nyatakan “Kami mereplikasi ini”.",
    ),
    (
        RuleKey.SIMILAR_TITLE,
        {"lookalikes": (alike(),), "replicates": 3, "origin": "“Antre” (INO-3)"},
        SAME,
        Severity.NOTE,
        "Judul ini mirip “Antre” (P-2018-00003, Dinas, 2018).",
        "Tercatat sebagai replikasi “Antre” (INO-3).",
    ),
    (
        RuleKey.FORMER_WINNER,
        {"awards": (AWARD_45,)},
        FailReason.FORMER_WINNER,
        Severity.BLOCKING,
        "Inovasi ini sudah menerima Top 45 (2018) dan tidak dapat ikut lagi.",
        "Ajukan inovasi lain; pemenang terdahulu dapat ditiru instansi lain.",
    ),
    (
        RuleKey.FORMER_WINNER,
        {"awards": (replace(AWARD_99, year=2018), AWARD_99, replace(AWARD_99, year=2016))},
        FailReason.FORMER_WINNER,
        Severity.BLOCKING,
        "Inovasi ini sudah 3 kali masuk Top 99 (2016, 2017, 2018), paling banyak 2.",
        "Ajukan inovasi lain; pemenang terdahulu dapat ditiru instansi lain.",
    ),
    (
        RuleKey.FORMER_WINNER,
        {"awards": (AWARD_99, replace(AWARD_99, year=2016, title="Samsat Desa", is_certain=False))},
        FailReason.FORMER_WINNER,
        Severity.WARNING,
        "Judulnya mirip “Samsat Desa”, penerima Top 99 (2016, 2017) dari instansi Anda.",
        "Bila ini pengembangan dari pemenang itu, ajukan inovasi lain.",
    ),
    *(
        (RuleKey.JUNK, changes, FailReason.JUNK, Severity.WARNING, sentence, remedy)
        for changes, sentence, remedy in (
            (text("-"), "“Latar belakang” hanya berisi tanda baca atau angka.", OWN_WORDS),
            (
                text("bagus bagus bagus"),
                "“Latar belakang” mengulang kata atau kalimat yang sama.",
                OWN_WORDS,
            ),
            (
                text(PROMPT),
                "“Latar belakang” menyalin pertanyaan, petunjuk, atau contoh jawaban.",
                OWN_WORDS,
            ),
            (
                text("Warga antre sejak subuh.", extra="Warga antre sejak subuh!"),
                "“Tambahan” sama dengan isi bagian “Latar belakang”.",
                "Tulis jawaban yang khusus untuk bagian ini.",
            ),
            (text("sdfkjhsdf wkjrhwe bnmxcvb"), "“Latar belakang” berisi ketikan acak.", OWN_WORDS),
            (
                text("Lorem ipsum dolor sit amet."),
                "“Latar belakang” masih berisi teks contoh (lorem ipsum).",
                OWN_WORDS,
            ),
            (
                text("Terlampir."),
                "“Latar belakang” menunda atau merujuk ke tempat lain.",
                "Tulis jawabannya di sini; penilai membaca setiap bagian tersendiri.",
            ),
            (
                text("Pelayanan cepat."),
                "“Latar belakang” terlalu singkat untuk dinilai.",
                "Tulis paling sedikit satu kalimat dengan contoh atau angka.",
            ),
        )
    ),
]


def found(changes: dict[str, object], wording: Wording | None = None) -> list[Finding]:
    candidate = replace(SOUND, **changes)  # type: ignore[arg-type]
    return findings_of(examine(candidate, RULES, wording))


@pytest.mark.parametrize(("rule", "changes", "reason", "severity", "sentence", "remedy"), CASES)
def test_a_finding_says_what_is_wrong_and_what_to_do(
    rule: RuleKey,
    changes: dict[str, object],
    reason: FailReason,
    severity: Severity,
    sentence: str,
    remedy: str,
) -> None:
    (finding,) = found(changes)
    assert (finding.sentence, finding.remedy) == (sentence, remedy)
    assert (finding.rule, finding.reason, finding.severity) == (rule, reason, severity)


@pytest.mark.parametrize("severity", [Severity.BLOCKING, Severity.WARNING])
def test_a_replica_hears_how_far_its_replication_is(severity: Severity) -> None:
    policies = {RuleKey.REPLICATION: Policy(RuleKey.REPLICATION, severity=severity)}
    asked = replace(RULES, policies={**RULES.policies, **policies})
    told = {
        proof: [
            (one.sentence, one.remedy, one.reason, one.severity)
            for one in findings_of(examine(replace(SOUND, replication=proof), asked))
        ]
        for proof in Proof
    }
    assert told == {
        Proof.VERIFIED: [],
        Proof.AGREED: [
            (
                "Replikasinya sudah disepakati, tetapi belum terverifikasi.",
                "Laporkan replika agar instansi asal dan sekretariat memverifikasinya.",
                FailReason.WRONG_CATEGORY,
                Severity.NOTE,
            )
        ],
        Proof.NONE: [
            (
                "Belum ada replikasi yang disepakati dengan instansi asal.",
                "Minta replikasi dari halaman inovasi asal, atau ajukan di kelompok lain.",
                FailReason.WRONG_CATEGORY,
                severity,
            )
        ],
    }


class Missing(NullTranslations):
    def gettext(self, message: str) -> str:
        raise LookupError(message)


def in_english() -> Callable[[str], str]:
    """Translates; what the catalogue does not hold is an error."""
    catalogue = translation("django", LOCALE, ["en"])
    catalogue.add_fallback(Missing())
    return catalogue.gettext


def test_every_finding_and_every_statement_has_its_english() -> None:
    assert found({}) == []
    wording = Wording(translate=in_english(), day=date.isoformat)
    for rule, changes, _reason, _severity, sentence, remedy in CASES:
        (finding,) = found(changes, wording)
        assert finding.rule == rule
        assert finding.sentence != sentence
        assert finding.remedy != remedy
    said = {one.rule: one.sentence for one in statements(RULES)}
    for one in statements(RULES, wording):
        assert one.sentence != said[one.rule]
    with pytest.raises(LookupError):
        in_english()("Kalimat yang tidak ada di katalog.")


def test_statements_say_the_rules_word_for_word() -> None:
    asked = (RequiredDocument("surat", "Surat pernyataan"), RequiredDocument("foto", "Foto"))
    rules = replace(RULES, required_documents=asked)
    assert [one.sentence for one in statements(rules)] == [
        "Judul inovasi terisi.",
        "Sudah diterapkan paling sedikit 12 bulan saat pendaftaran ditutup, "
        "yaitu sejak 21 April 2018 atau sebelumnya.",
        "Kategori termasuk yang dibuka pada edisi ini.",
        "Semua bagian formulir terisi.",
        "Setiap bagian tidak melebihi batas katanya.",
        "Isian sungguh-sungguh: bukan ulangan, salinan petunjuk, atau teks yang sama di dua "
        "bagian, dan paling sedikit 4 kata berbeda.",
        "Dokumen dilampirkan: Surat pernyataan, Foto.",
        "Paling banyak 2 usulan tiap instansi.",
        "Judulnya berbeda dari proposal lain yang diajukan instansi yang sama.",
        "Judul yang mirip inovasi lain diperiksa; inovasi yang meniru menyatakan "
        "“Kami mereplikasi ini”.",
        "Belum pernah menerima Top 9, Top 25, Top 35, Top 40, Top 45. Belum 2 kali masuk Top 99.",
    ]


def test_replication_is_stated_where_an_edition_asks_for_it() -> None:
    policies = {RuleKey.REPLICATION: Policy(RuleKey.REPLICATION)}
    said = {one.rule: one.sentence for one in statements(replace(RULES, policies=policies))}
    assert said[RuleKey.REPLICATION] == (
        "Mereplikasi inovasi instansi lain: sudah disepakati dengan instansi asal di SINOVIK, "
        "atau sudah terverifikasi."
    )


def test_a_statement_carries_name_source_and_whether_it_blocks() -> None:
    policies = {
        RuleKey.QUOTA: Policy(RuleKey.QUOTA, source="Pasal 7", basis=RuleBasis.MINISTRY),
        RuleKey.FORMER_WINNER: Policy(
            RuleKey.FORMER_WINNER, Severity.WARNING, {"bands": {"top-9": 1}, "threshold": 92}
        ),
    }
    quota, former = statements(replace(RULES, quota=None, policies=policies))
    assert quota.name == str(RuleKey.QUOTA.label)
    assert (quota.rule, quota.source, quota.basis) == ("quota", "Pasal 7", RuleBasis.MINISTRY)
    assert quota.sentence == "Jumlah usulan tiap instansi tidak dibatasi."
    assert quota.is_blocking
    assert not quota.is_inferred
    assert former.sentence == "Belum pernah menerima Top 9."
    assert not former.is_blocking
