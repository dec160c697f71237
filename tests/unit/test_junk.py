"""Answers that answer nothing are found; short and honest ones, and the world's, are not."""

from datetime import date
from random import Random

import pytest

from competitions.eligibility.junk import Junk, JunkKind, JunkSettings, find_junk, junk_kind
from innovations.enums import NoveltyKind
from sinovik.management.world.blueprints import form_sections
from sinovik.management.world.corpus import Corpus
from sinovik.management.world.planning import JUNK as WORLD_JUNK
from sinovik.management.world.vocabulary import Scene

SETTINGS = JunkSettings()
PROMPTS = {
    section.key: (section.question, section.guidance, section.example)
    for section in form_sections(limited=True)
}
BACKGROUND = PROMPTS["background"]

ENDINGS = ("ka", "ni", "ru", "so", "te", "la", "mi", "pu")

HONEST = (
    "Antrean turun dari 3 jam menjadi 20 menit.",
    "Warga lanjut usia tidak perlu datang ke kantor lagi.",
    "Kami belum punya angka sebelum inovasi.",
    "Belum ada instansi lain yang meniru layanan ini.",
    "Tidak ada biaya tambahan bagi warga.",
    "Dua perawat dan satu sopir bertugas setiap Selasa.",
    "Perbup 12/2018 menjamin anggaran sampai 2023.",
    "RSUD, BPJS, dan Dinkes berbagi data rujukan.",
    "Sehari-hari kader memeriksa balita di posyandu.",
    "Satu loket, satu petugas, satu hari selesai.",
    "Dana desa Rp15 juta per tahun.",
    "Nelayan melaut, istri mengurus izin lewat ponsel.",
    "SKCK dapat diurus dari rumah sejak 2017.",
    "Petugas datang; warga menunggu di rumah.",
    "Stunting turun 38% → 21% dalam dua tahun.",
    "Menyusul keluhan warga, kami membuka loket malam untuk buruh pabrik dan pedagang pasar.",
    "Sama dengan kabupaten lain, kami kekurangan bidan, tetapi perahu kami datang tiap pekan.",
    "Strengths: kader terlatih. Kelemahan: sinyal lemah.",
    "Tes darah gratis di pasar setiap Minggu.",
    "Obat diantar tukang ojek.",
    "Menyusul 12 nelayan lain.",
    "Izin utk nelayan dlm satu hari.",
    "Petugas berseru horeeeee saat antrean selesai lebih cepat.",
    "Cepat cepat cepat murah mudah aman.",
    "Iya. Iya. Iya. Obat diantar ojek sampai rumah nelayan.",
    "Petugas mengantar obat kepada warga pulau kecil setiap sdfkjhsdf wkjrhwe bnmxcvb.",
)

BAD = [
    ("-", JunkKind.EMPTY),
    ("... 123 !!!", JunkKind.EMPTY),
    ("aaaaaaaaaaaaaaa", JunkKind.REPEATED),
    ("Inovasiiiiiiiiii baguuuuuuuuus", JunkKind.REPEATED),
    ("bagus bagus bagus", JunkKind.REPEATED),
    ("Horeeeee kami ada", JunkKind.REPEATED),
    ("Horeeeee kami bisa", JunkKind.FEW_WORDS),
    ("bagus bagus", JunkKind.FEW_WORDS),
    ("cepat cepat cepat cepat murah mudah", JunkKind.REPEATED),
    ("Siap. Siap. Siap. Obat diantar ojek sampai rumah nelayan.", JunkKind.REPEATED),
    ("inovasi " * 40, JunkKind.REPEATED),
    ("layanan cepat dan murah " * 12, JunkKind.REPEATED),
    ("Warga senang sekali hari ini. " * 3, JunkKind.REPEATED),
    ("Sama dengan ringkasan. Sama dengan ringkasan. Sama dengan ringkasan.", JunkKind.REPEATED),
    (BACKGROUND[0], JunkKind.COPIED),
    (BACKGROUND[1].upper(), JunkKind.COPIED),
    (BACKGROUND[2], JunkKind.COPIED),
    ("Terangkan masalah dengan angka dan sumbernya, kelompok warga", JunkKind.COPIED),
    (BACKGROUND[0] + " ya", JunkKind.COPIED),
    ("Lorem ipsum dolor sit amet, consectetur adipiscing elit.", JunkKind.FILLER),
    ("asdfgh jkl qwerty zxcvb", JunkKind.MASHED),
    ("sdfkjhsdf wkjrhwe bnmxcvb", JunkKind.MASHED),
    ("asdf qwer zxcv hjkl", JunkKind.MASHED),
    (
        "Petugas mengantar obat kepada warga pulau setiap sdfkjhsdf wkjrhwe bnmxcvb.",
        JunkKind.MASHED,
    ),
    ("Akan dilengkapi kemudian.", JunkKind.PUT_OFF),
    ("Sudah dijelaskan pada bagian sebelumnya.", JunkKind.PUT_OFF),
    ("Terlampir", JunkKind.PUT_OFF),
    ("tidak ada", JunkKind.PUT_OFF),
    ("Sama dengan ringkasan", JunkKind.PUT_OFF),
    ("Pelayanan lebih cepat", JunkKind.FEW_WORDS),
]


@pytest.mark.parametrize(("text", "kind"), BAD, ids=[text[:25] for text, _kind in BAD])
def test_junk_is_found_by_its_kind(text: str, kind: JunkKind) -> None:
    assert junk_kind(text, ["", *BACKGROUND], SETTINGS) == kind


@pytest.mark.parametrize("text", HONEST)
def test_short_and_honest_passes(text: str) -> None:
    assert junk_kind(text, BACKGROUND, SETTINGS) is None


def test_fewest_words_and_copy_threshold_are_the_editions() -> None:
    text = "Obat diantar tukang ojek."
    assert junk_kind(text, (), JunkSettings(least_words=4)) is None
    assert junk_kind(text, (), JunkSettings(least_words=5)) == JunkKind.FEW_WORDS
    nearly = BACKGROUND[0].replace("Masalah", "Soal").replace("tujuannya", "maksudnya")
    assert junk_kind(nearly, BACKGROUND, JunkSettings(copy_threshold=70)) == JunkKind.COPIED
    assert junk_kind(nearly, BACKGROUND, JunkSettings(copy_threshold=100)) is None


def test_same_answer_in_two_sections_names_the_first() -> None:
    text = "Antrean turun dari tiga jam menjadi dua puluh menit sejak loket dibuka malam hari."
    almost = text.replace("dua puluh", "dua puluh dua")
    texts = {"background": text, "novelty": "Obat diantar tukang ojek.", "resources": almost}
    assert find_junk(texts, {}, SETTINGS) == [Junk("resources", JunkKind.PASTED, "background")]
    twice = {"a": "Obat diantar tukang ojek.", "b": " obat  diantar tukang OJEK", "c": "", "d": " "}
    assert find_junk(twice, {}, SETTINGS) == [Junk("b", JunkKind.PASTED, "a")]
    thrice = dict.fromkeys("abc", "Obat diantar tukang ojek.")
    assert find_junk(thrice, {}, SETTINGS) == [
        Junk("b", JunkKind.PASTED, "a"),
        Junk("c", JunkKind.PASTED, "a"),
    ]


def test_short_answers_are_pasted_only_where_they_are_the_same() -> None:
    # Twenty-five letters and spaces that differ in one, and twenty-four.
    long = {"a": "Obat diantar ke 7 desa di.", "b": "Obat diantar ke 8 desa di."}
    assert find_junk(long, {}, SETTINGS) == [Junk("b", JunkKind.PASTED, "a")]
    short = {"a": "Obat diantar ke 12 dusun.", "b": "Obat diantar ke 13 dusun."}
    assert find_junk(short, {}, SETTINGS) == []


def test_an_answer_is_compared_with_the_text_of_its_own_section() -> None:
    texts = {"background": BACKGROUND[1], "novelty": PROMPTS["resources"][1]}
    assert find_junk(texts, PROMPTS, SETTINGS) == [Junk("background", JunkKind.COPIED)]


def test_twenty_five_letters_of_a_prompt_are_a_copy() -> None:
    prompt = "Siapa saja yang ikut serta dalam penerapan inovasi ini?"
    assert junk_kind(prompt[:25], [prompt], SETTINGS) == JunkKind.COPIED
    assert junk_kind(prompt[:24], [prompt], SETTINGS) is None


def test_long_texts_may_repeat_their_words_if_forty_differ() -> None:
    # Variety is asked of the first two hundred words: a fifth of them.
    words = [first + second for first in ("ba", "ci", "du", "lo", "me") for second in ENDINGS]
    assert junk_kind(" ".join(words * 8), (), SETTINGS) is None
    assert junk_kind(" ".join(words[1:] * 8), (), SETTINGS) == JunkKind.REPEATED


def test_worst_fault_of_a_section_is_told_alone() -> None:
    found = find_junk({"a": "bagus bagus bagus", "b": "bagus bagus bagus"}, {}, SETTINGS)
    assert [(junk.key, junk.kind) for junk in found] == [
        ("a", JunkKind.REPEATED),
        ("b", JunkKind.REPEATED),
    ]


def test_long_texts_are_compared_in_bounded_time() -> None:
    # Ten megabytes are refused at the form; the rule reads its beginning only.
    assert junk_kind("ab" * 2_000_000, BACKGROUND, SETTINGS) is not None


@pytest.mark.parametrize("seed", range(8))
def test_no_false_alarm_on_the_worlds_texts(seed: int) -> None:
    corpus, random = Corpus(), Random(seed)
    scene = Scene(
        place="Kabupaten Sleman",
        short_place="Sleman",
        unit="Dinas Kesehatan",
        rule="peraturan bupati",
        budget="APBD",
        started_on=date(2016, 3, 1),
        last_year=2018,
    )
    for topic in corpus.topics:
        text = corpus.write(topic, scene, random.choice(NoveltyKind.values), random)
        texts = {"summary": text.summary, **text.sections}
        assert find_junk(texts, PROMPTS, SETTINGS) == []


def test_the_worlds_careless_proposals_are_found() -> None:
    random = Random(1)
    for _ in range(200):
        texts = {key: random.choice(WORLD_JUNK) for key in PROMPTS}
        assert find_junk(texts, PROMPTS, SETTINGS)
