import csv
import io
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy as _

from sinovik.exports import csv_bytes, harmless


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_cell_that_starts_a_formula_becomes_text(start: str) -> None:
    assert harmless(f"{start}SUM(A1)") == f"'{start}SUM(A1)"


@pytest.mark.parametrize("cell", ["Inovasi", "", 3, -1.5, Decimal("-2.50")])
def test_harmless_cell_stays(cell: object) -> None:
    assert harmless(cell) == cell


def test_csv_read_back_keeps_cells() -> None:
    written = csv_bytes([_("Judul"), "=nilai"], [['a, "b"\nc', Decimal("-1.5")], [None, "@x"]])
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert rows == [["Judul", "'=nilai"], ['a, "b"\nc', "-1.5"], ["", "'@x"]]
