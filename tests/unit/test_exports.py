import csv
import io
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.utils.translation import gettext_lazy as _

from sinovik.exports import csv_bytes, harmless, pdf_bytes


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


TYPST = '#set document(title: "T")\n#let given = json(bytes(sys.inputs.document))\n#given.text'


def template(directory: Path, text: str = TYPST) -> Path:
    file = directory / "page.typ"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    "text", ["Layanan “cepat” – 50%", "\x07 bel", "😀 漢字 \u202e", "#panic()"]
)
def test_pdf_is_made_whatever_was_typed(tmp_path: Path, text: str) -> None:
    made = pdf_bytes(template(tmp_path), {"text": text, "more": [text, 1, {"a": text}]})
    assert made.startswith(b"%PDF-")


def test_pdf_of_a_broken_template_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="panicked"):
        pdf_bytes(template(tmp_path, "#panic()"), {})


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/passwd", "../../etc/passwd"])
def test_pdf_template_reads_nothing_outside_its_directory(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(Exception, match=r"(not found|outside|denied|escape)"):
        pdf_bytes(template(inside, f'#read("{path}")'), {})


@pytest.mark.parametrize("call", ["image", "read", "include"])
def test_pdf_template_itself_reaches_no_network(tmp_path: Path, call: str) -> None:
    with canary() as (port, knocked):
        way = f'"http://127.0.0.1:{port}/x.typ"'
        asked = f"#include {way}" if call == "include" else f"#{call}({way})"
        with pytest.raises(Exception, match=r"(not found|denied|escape)"):
            pdf_bytes(template(tmp_path, asked), {})
    assert knocked == []


@contextmanager
def canary() -> Iterator[tuple[int, list[str]]]:
    """A server on the loopback that writes down who knocks."""
    knocked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            knocked.append(self.path)
            self.send_error(404)

        def log_message(self, *told: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, knocked
    finally:
        server.shutdown()
        server.server_close()


def test_pdf_asks_nobody_for_anything_that_was_typed(tmp_path: Path) -> None:
    """ASVS 1.3.6: what people typed makes the renderer open no address and no file."""
    with canary() as (port, knocked):
        for way in (f"http://127.0.0.1:{port}/x.png", "file:///etc/passwd", "/etc/passwd"):
            typed = f'#image("{way}") #read("{way}") #include "{way}" [x]({way}) @preview/a:1.0.0'
            made = pdf_bytes(template(tmp_path), {"text": typed, "more": [typed]})
            assert made.startswith(b"%PDF-")
            assert b"root:" not in made
        assert knocked == []
        # The control: whoever asks it is written down.
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/alive", timeout=5)
    assert knocked == ["/alive"]


def test_what_the_typesetter_remembers_is_not_kept_here(tmp_path: Path) -> None:
    """typst holds on to the last ten documents; a reading pack left 1.3 GB in the job worker."""
    shape = "#set document(title: [x])\n#for part in json(bytes(sys.inputs.document)) [#part\n\n]"

    def grown() -> int:
        before = resident()
        for number in range(3):
            parts = [f"{number} {part} " + "kata " * 100 for part in range(200)]
            assert pdf_bytes(template(tmp_path, shape), parts).startswith(b"%PDF-")  # type: ignore[arg-type]
        return resident() - before

    grown()
    assert grown() < 8_000


def resident() -> int:
    """Kilobytes of memory of this process."""
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmRSS:")[2].split()[0])
