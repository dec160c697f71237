"""Plain documents for tests, made in code: each kind as an office would save it."""

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

import pikepdf
from openpyxl import Workbook
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

CANARY = "RAHASIA-CANARY"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "application/vnd.openxmlformats-officedocument"


def picture(kind: str = "JPEG", size: tuple[int, int] = (24, 16), **saved: Any) -> bytes:
    """A picture with a red upper left corner."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    stream = io.BytesIO()
    image.save(stream, kind, **saved)
    return stream.getvalue()


def pdf(change: Any = None, **saved: Any) -> bytes:
    """Two pages with text; `change(document)` may add to it before it is saved."""
    document = Pdf.new()
    for number in (1, 2):
        page = document.add_blank_page(page_size=(200, 200))
        text = f"BT /F1 12 Tf 20 100 Td (Halaman {number}) Tj ET".encode()
        page.obj.Contents = Stream(document, text)
        page.obj.Resources = Dictionary(
            Font=Dictionary(
                F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            )
        )
    if change:
        change(document)
    stream = io.BytesIO()
    document.save(stream, **saved)
    return stream.getvalue()


def action(kind: str, **parts: Any) -> Dictionary:
    """A PDF action of this kind."""
    return Dictionary(Type=Name.Action, S=Name(f"/{kind}"), **parts)


def annotate(document: Pdf, **parts: Any) -> None:
    """Put an annotation on the first page."""
    note = Dictionary(Type=Name.Annot, Rect=[0, 0, 50, 50], **parts)
    document.pages[0].obj.Annots = Array([document.make_indirect(note)])


def docx(parts: Mapping[str, bytes | str] | None = None, body: str = "", rels: str = "") -> bytes:
    """A document of Word with one paragraph; `parts` are added or put in another's place."""
    return package(
        {
            "[Content_Types].xml": content_types(
                "word/document.xml", f"{OFFICE}.wordprocessingml.document.main+xml"
            ),
            "_rels/.rels": relations(relation("officeDocument", "word/document.xml")),
            "word/document.xml": (
                f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}" xmlns:r="{R}">'
                f"<w:body><w:p><w:r><w:t>Isi dokumen</w:t></w:r></w:p>{body}</w:body></w:document>"
            ),
            "word/_rels/document.xml.rels": relations(rels),
            **(parts or {}),
        }
    )


def xlsx(parts: Mapping[str, bytes | str] | None = None, creator: str = "") -> bytes:
    """A workbook with one cell; `parts` are added or put in another's place."""
    book = Workbook()
    book.active["A1"] = "Isi lembar"
    book.properties.creator = creator or "openpyxl"
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        own = {name: archive.read(name) for name in archive.namelist()}
    return package({**own, **(parts or {})})


def package(parts: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def content_types(main: str, kind: str, more: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{TYPES}">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{more}'
        f'<Override PartName="/{main}" ContentType="{kind}"/></Types>'
    )


def relation(kind: str, target: str, mode: str = "") -> str:
    outside = f' TargetMode="{mode}"' if mode else ""
    name = f'Id="r{abs(hash((kind, target)))}"'
    return f'<Relationship {name} Type="{R}/{kind}" Target="{target}"{outside}/>'


def relations(inside: str) -> str:
    return f'<?xml version="1.0"?><Relationships xmlns="{RELS}">{inside}</Relationships>'


def text_of_pdf(content: bytes) -> bytes:
    """Every stream of the document unpacked, to look for what should be gone."""
    with pikepdf.open(io.BytesIO(content)) as document:
        stream = io.BytesIO()
        document.save(
            stream,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return stream.getvalue()


def everything_in(content: bytes) -> bytes:
    """What can be read from a file by somebody who unpacks all of it."""
    if content.startswith(b"%PDF-"):
        return text_of_pdf(content)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [name.encode() + b"\n" + archive.read(name) for name in archive.namelist()]
        return b"\n".join(members)
    return content


def write_title(file: Any, mark: str) -> None:
    """Text on the page: what is in the document's own facts would be cleaned away."""
    file.pages[0].obj.Contents = file.make_stream(f"BT ({mark}) Tj ET".encode())


def words_of_pdf(content: bytes) -> str:
    """What a person reads in a document of ours, without any blanks between the letters."""
    said: list[str] = []
    with pikepdf.open(io.BytesIO(content)) as document:
        for page in document.pages:
            fonts: Any = page.obj.Resources.get("/Font", {})
            maps = {name: _letters_of(font) for name, font in fonts.items()}
            letters: dict[bytes, str] = {}
            for step in pikepdf.parse_content_stream(page):
                if str(step.operator) == "Tf":
                    letters = maps[str(step.operands[0])]
                elif str(step.operator) in ("Tj", "TJ"):
                    said += _shown(step.operands[0], letters)
    return "".join("".join(said).split())


def _letters_of(font: Any) -> dict[bytes, str]:
    """Letters by glyph number, as the font's own table says."""
    table = font.ToUnicode.read_bytes().decode()
    found: dict[bytes, str] = {}
    for glyph, letters in re.findall(r"^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>$", table, re.MULTILINE):
        found[bytes.fromhex(glyph)] = bytes.fromhex(letters).decode("utf-16-be")
    return found


def _shown(operand: Any, letters: Mapping[bytes, str]) -> list[str]:
    runs = operand if isinstance(operand, Array) else [operand]
    octets = b"".join(bytes(run) for run in runs if isinstance(run, pikepdf.String))
    return [letters.get(octets[at : at + 2], "") for at in range(0, len(octets), 2)]
