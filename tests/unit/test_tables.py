"""Tables from people and for people: every encoding, every trap, text stays text (T16)."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook

from sinovik.exports import Sheet, TableUnreadable, csv_bytes, read_csv, read_xlsx, workbook_bytes

MOST = 100
TRAPS = [
    *("=1+1", "+62", "-5", "@a", "\tx", "\rx"),
    *('=HYPERLINK("http://jahat")', "=cmd|'/c calc'!A1"),
]


def workbook(tmp_path: Path, rows: list[list[Any]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    path = tmp_path / "given.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_every_office_is_read(separator: str, encoding: str) -> None:
    text = f'Judul{separator}Ringkasan\r\n"Antre; cepat, ""é"""{separator}dua\r\n\r\nb{separator}\n'
    table = read_csv(text.encode(encoding), most_rows=MOST)
    assert table.headings == ["Judul", "Ringkasan"]
    assert table.rows == [['Antre; cepat, "é"', "dua"], ["b", ""]]
    assert table.numbers == [2, 4]
    assert not table.notes


def test_csv_of_windows_is_read_with_a_note() -> None:
    table = read_csv("Judul\ncafé – “baik”\n".encode("cp1252"), most_rows=MOST)
    assert table.rows == [["café – “baik”"]]
    assert "Windows-1252" in table.notes[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "tidak berisi tabel"),
        (b"\n\n;;\n", "tidak berisi tabel"),
        (b"Judul\n\x81\x8d\n", "tidak terbaca"),
        (b"Judul\na\0b\n", "Baris 2 memuat tanda"),
        (b'Judul\n"tidak ditutup\n', "Baris 2 tidak bisa dibaca"),
        (b"Judul\n" + b"a" * 30_000, "Baris 2 memuat sel"),
        (b"Judul\n" + b"a" * 10_000_000, "Baris 2"),
        (b"Judul\n" + b"a\n" * 101, "paling banyak 100 baris"),
        (b"Judul;;Mulai\na;b;c\n", "Baris 2 berisi kolom yang tidak berjudul"),
        (b"Judul\na;b\n", "Baris 2"),
    ],
)
def test_csv_that_cannot_be_read_says_where(content: bytes, sentence: str) -> None:
    with pytest.raises(TableUnreadable, match=sentence):
        read_csv(content, most_rows=MOST)


def test_workbook_is_read_as_people_see_it(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [
            ["Judul", "Mulai", "Angka", "Ya"],
            [" Antre\r\ncepat ", date(2019, 3, 27), 3.0, True],
            [None, None, None, None],
            ["b", datetime(2019, 3, 27, 8, 30), 2.5, None],  # noqa: DTZ001
        ],
    )
    table = read_xlsx(path, most_rows=MOST)
    assert table.rows == [
        ["Antre\ncepat", "2019-03-27", "3", "True"],
        ["b", "2019-03-27 08:30:00", "2.5", ""],
    ]
    assert table.numbers == [2, 4]


def test_formula_is_found_and_never_run(tmp_path: Path) -> None:
    table = read_xlsx(workbook(tmp_path, [["Judul"], ["=1+1"], ["a"]]), most_rows=MOST)
    assert table.formulas == {(2, 0)}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "tidak berisi tabel"),
        ([["Judul"], ["a" * 30_000]], "Baris 2 memuat sel"),
        ([["Judul"], *[["a"]] * 101], "paling banyak 100 baris"),
    ],
)
def test_workbook_that_cannot_be_read_says_why(
    tmp_path: Path, rows: list[list[Any]], sentence: str
) -> None:
    with pytest.raises(TableUnreadable, match=sentence):
        read_xlsx(workbook(tmp_path, rows), most_rows=MOST)


def test_sheet_that_claims_a_million_rows_is_read_in_bounds(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "Judul"
    book.active["A2"] = "a"
    book.active["XFD1048576"] = "jauh"
    path = tmp_path / "far.xlsx"
    book.save(path)
    assert read_xlsx(path, most_rows=MOST).rows == [["a"]]


def test_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sinovik.exports.reading.MAX_UNPACKED", 1_000)
    with pytest.raises(TableUnreadable, match="paling banyak 100 baris"):
        read_xlsx(workbook(tmp_path, [["Judul"]]), most_rows=MOST)


def test_damaged_workbook_is_a_sentence(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["Judul"], ["a"]])
    damaged = path.read_bytes().replace(b"worksheets", b"worksheexx")
    path.write_bytes(damaged)
    with pytest.raises(TableUnreadable, match="templat"):
        read_xlsx(path, most_rows=MOST)


@pytest.mark.parametrize("trap", TRAPS)
def test_every_cell_that_looks_like_a_formula_is_text_again(tmp_path: Path, trap: str) -> None:
    path = tmp_path / "made.xlsx"
    path.write_bytes(workbook_bytes([Sheet("Lembar", [trap], [[trap], [1], [Decimal("2.5")]])]))
    sheet = openpyxl.load_workbook(path).active
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s"
        assert cell.hyperlink is None
        assert cell.value.replace("_x000D_", "\r") == trap
    assert (sheet["A3"].value, sheet["A4"].value) == (1, 2.5)
    rows = csv.reader(io.StringIO(csv_bytes([trap], [[trap]]).decode("utf-8-sig"), newline=""))
    assert [row[0] for row in rows] == [f"'{trap}"] * 2


def test_workbook_keeps_days_and_says_where_it_cuts(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    rows = [[date(2019, 3, 27), None, "a" * 40_000, True]]
    path.write_bytes(workbook_bytes([Sheet("A" * 40, ["h"], rows, widths=[20])]))
    sheet = openpyxl.load_workbook(path).active
    assert sheet["A2"].value == datetime(2019, 3, 27)  # noqa: DTZ001
    assert len(sheet["C2"].value) == 32_767
    assert sheet["C2"].value.endswith(" […]")
    assert sheet["D2"].value == "True"
