"""What tells a person in a comment, and what only looks like it."""

import time

import pytest

from competitions.anonymity import Found, Names, Trait, find_personal, names_of

NEAR = ["Dr. Rina Wulandari, M.Si.", "Nur'aini Siregar", "Suharto", "Ida Bagus Made Utama"]
FAR = ["Bambang Jaya Lestari", "Sri", "H. Adi"]
NAMES = names_of(NEAR, stand_alone=True) | names_of(FAR, stand_alone=False)


def found(text: str, names: Names = NAMES) -> list[tuple[str, str]]:
    return [(one.trait.value, text[one.start : one.end]) for one in find_personal(text, names)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Paparan Rina sudah jelas.", "Rina"),
        ("Rina sudah jelas.", "Rina"),
        ("menurut rina wulandari sudah jelas", "rina wulandari"),
        ("WULANDARI perlu data", "WULANDARI"),
        ("Wulandari, Rina perlu data", "Wulandari, Rina"),
        ("kata R. Wulandari", "R. Wulandari"),
        ("oleh rina w. tahun lalu", "rina w"),
        ("saran bu rina tepat", "bu rina"),
        ("lihat rina_wulandari", "rina_wulandari"),
        ("berkas rinawulandari lengkap", "rinawulandari"),
        ("R\u200bi\u00adna sudah jelas", "R\u200bi\u00adna"),
        ("Rína sudah jelas", "Rína"),
        ("Ri\u0301na sudah jelas", "Ri\u0301na"),
        ("Ｒｉｎａ sudah jelas", "Ｒｉｎａ"),
        ("Nur’aini menjawab", "Nur’aini"),
        ("Suharto menjawab", "Suharto"),
        ("bambang jaya menjawab", "bambang jaya"),
        ("Bambang Lestari menjawab", "Bambang Lestari"),
        ("pak bambang menjawab", "pak bambang"),
        ("Bapak Hartono menjawab", "Bapak Hartono"),
        ("dr. Siti menjawab", "dr. Siti"),
        ("Sri menjawab pak sri", "pak sri"),
    ],
)
def test_names_are_found_however_they_are_written(text: str, word: str) -> None:
    assert ("name", word) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tujuan utama tercapai dan layanan berjalan lestari.",
        "Bambang menulis tentang Jaya.",
        "Ibu hamil dan Ibu Kota, Bapak Bupati, Bapak/Ibu Guru, Ibu PKK.",
        "pak tani dan ibu rumah tangga",
        "Marina dan Karina bukan Rin",
        "Rp62.000.000.000, naik 0,75 atau 0.123456789012",
        "pukul 08.00-16.00 tahun 2017 2018 2019 2020",
        "dari 1.234.567.890 menjadi 12 345 678 901",
        "Peraturan 12/2019 dan 01/02/2019",
        "skor @ 5 per 10",
        "",
    ],
)
def test_ordinary_words_and_figures_are_left(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "trait"),
    [
        ("kirim ke rina.w@contoh.go.id segera", Trait.EMAIL),
        ("kirim ke rina.w＠contoh.go.id segera", Trait.EMAIL),
        ("kirim ke dewi [at] contoh (dot) go [titik] id", Trait.EMAIL),
        ("hubungi 0812-3456-7890", Trait.PHONE),
        ("hubungi 0812 3456 789", Trait.PHONE),
        ("hubungi (0274) 512345", Trait.PHONE),
        ("hubungi +62 812 3456 7890", Trait.PHONE),
        ("hubungi (+62) 812 3456 7890", Trait.PHONE),
        ("hubungi 62 812 3456 7890", Trait.PHONE),
        ("hubungi ０８１２３４５６７８９０", Trait.PHONE),
        ("hubungi 0812\u200b34567890 ½", Trait.PHONE),
        ("hubungi +65 6123 4567 8", Trait.PHONE),
        ("NIP 19800101 200501 1 001", Trait.NUMBER),
        ("nomor 198001012005011001", Trait.NUMBER),
        ("nomor 1980.01.01 2005-01 2 001", Trait.NUMBER),
        ("nip: 131 234 567", Trait.NUMBER),
        ("NIK 3404012345678901", Trait.NUMBER),
        ("nomor 3404012345678901", Trait.NUMBER),
    ],
)
def test_addresses_and_numbers_are_found(text: str, trait: Trait) -> None:
    (one,) = find_personal(text, Names())
    assert one.trait is trait


def test_what_overlaps_is_one_finding() -> None:
    text = "Dr. Rina Wulandari (rina.wulandari@contoh.go.id)"
    assert found(text) == [
        ("name", "Dr. Rina Wulandari"),
        ("email", "rina.wulandari@contoh.go.id"),
    ]
    assert find_personal("Rina", NAMES) == (Found(0, 4, Trait.NAME),)


def test_a_name_of_degrees_only_is_nobody() -> None:
    assert names_of(["Dr.", ""], stand_alone=True) == Names()


def test_degrees_behind_a_single_name_are_not_taken_for_it() -> None:
    names = names_of(["Suharto, S.E.", "Al Bo"], stand_alone=False)
    assert found("Suharto hadir", names) == [("name", "Suharto")]
    assert found("al bo hadir", names) == []


def test_a_long_hostile_text_takes_no_time() -> None:
    started = time.process_time()
    for text in (
        "0" * 4000,
        "a@" * 2000,
        "0 8 " * 1000,
        "1 9 " * 1000,
        "(at) " * 800,
        "a.b" * 1300,
    ):
        find_personal(text, NAMES)
    assert time.process_time() - started < 2
