"""DOCX and XLSX: zip files of XML parts. Checked before unpacking, then written anew."""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from sinovik.cleaning.faults import Fault, Unclean
from sinovik.cleaning.images import check_image, clean_image
from sinovik.cleaning.parts import rewritten, without_names
from sinovik.cleaning.relations import check_relations

MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200
# Little may be packed as tightly as it likes: it can't fill anything.
RATIO_FROM = 1024 * 1024
CONTENT_TYPES = "[Content_Types].xml"


@dataclass(frozen=True)
class Family:
    """What makes a zip file this kind of document."""

    main_part: str
    content_type: str


FAMILIES = {
    "docx": Family(
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    "xlsx": Family(
        "xl/workbook.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    ),
}
MACROS = re.compile(r"vbaproject|vbadata|macrosheets|dialogsheets|activex|customui", re.IGNORECASE)
EMBEDDINGS = re.compile(r"(^|/)(embeddings|webextensions|attachedtoolbars)/", re.IGNORECASE)
EXTERNAL = re.compile(r"(^|/)(externallinks|querytables)/|(^|/)connections\.xml$", re.IGNORECASE)
XML_SUFFIXES = {"xml", "rels", "vml"}
PICTURES = {"jpg": "jpeg", "jpeg": "jpeg", "png": "png", "tif": "tiff", "tiff": "tiff"}
# Drawings without a program in them, printer settings and obfuscated fonts.
STILL_SUFFIXES = {"gif", "bmp", "emf", "wmf", "odttf", "fntdata"}
FIELDS = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT)\b")
SVG = re.compile(rb"<script|\son\w+\s*=|<foreignObject|javascript:", re.IGNORECASE)


def check_office(path: Path, kind: str) -> None:
    """Refuse what is not a plain document of this kind; unpacks nothing that isn't bounded."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(path, archive)
            _check_names(archive, FAMILIES[kind])
            for entry in archive.infolist():
                _check_entry(archive, entry)
            check_relations(archive)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise Unclean(Fault.DAMAGED) from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise Unclean(Fault.DAMAGED) from error


def clean_office(source: Path, target: Path, kind: str) -> None:
    """Write the document anew without names, hidden parts and what pictures tell."""
    check_office(source, kind)
    with (
        zipfile.ZipFile(source) as archive,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for entry in archive.infolist():
            content = rewritten(entry.filename, archive.read(entry))
            if content is not None and not entry.is_dir():
                # A fixed time: when it was saved is nobody's business either.
                written.writestr(zipfile.ZipInfo(entry.filename), _cleaned(entry, content), 8)
    check_office(target, kind)


def _cleaned(entry: zipfile.ZipInfo, content: bytes) -> bytes:
    suffix = _suffix(entry.filename)
    if suffix in PICTURES:
        drawn = io.BytesIO()
        clean_image(io.BytesIO(content), drawn, PICTURES[suffix])
        return drawn.getvalue()
    return without_names(entry.filename, content)


def _check_directory(path: Path, archive: zipfile.ZipFile) -> None:
    """The zip fills the file, no entries overlap, and what it would unpack to is bounded."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unclean(Fault.BOMB)
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Unclean(Fault.BOMB)
        end = entry.header_offset + entry.compress_size
        if entry.file_size > max(RATIO_FROM, MAX_RATIO * entry.compress_size):
            raise Unclean(Fault.BOMB)
        if entry.flag_bits & 0x1:
            raise Unclean(Fault.ENCRYPTED)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unclean(Fault.DAMAGED)
    with path.open("rb") as file:
        starts_at_once = file.read(4) == b"PK\x03\x04"
    if not starts_at_once or min(entry.header_offset for entry in entries) or archive.comment:
        raise Unclean(Fault.TWO_TYPES)


def _check_names(archive: zipfile.ZipFile, family: Family) -> None:
    names = archive.namelist()
    if len({name.lower() for name in names}) != len(names):
        raise Unclean(Fault.DAMAGED)
    for name in names:
        if MACROS.search(name):
            raise Unclean(Fault.MACRO)
        if EMBEDDINGS.search(name):
            raise Unclean(Fault.EMBEDDED)
        if EXTERNAL.search(name):
            raise Unclean(Fault.EXTERNAL)
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise Unclean(Fault.UNKNOWN_PART)
    if CONTENT_TYPES not in names or family.main_part not in names:
        raise Unclean(Fault.DAMAGED)
    types = archive.read(CONTENT_TYPES)
    if b"macroenabled" in types.lower() or b"vbaproject" in types.lower():
        raise Unclean(Fault.MACRO)
    if family.content_type.encode() not in types:
        raise Unclean(Fault.DAMAGED)


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if entry.is_dir():
        return
    suffix = _suffix(entry.filename)
    if suffix in XML_SUFFIXES:
        _check_xml(archive, entry)
    elif suffix in PICTURES:
        with archive.open(entry) as file:
            check_image(io.BytesIO(file.read()), PICTURES[suffix])
    elif suffix == "svg":
        _check_xml(archive, entry)
        if SVG.search(archive.read(entry)):
            raise Unclean(Fault.ACTIVE)
    elif suffix == "bin" and "printersettings" in entry.filename.lower():
        return
    elif suffix not in STILL_SUFFIXES:
        raise Unclean(Fault.UNKNOWN_PART)


class _Fields(ContentHandler):
    """Gathers the instructions of Word's fields, which may be cut into many runs."""

    def __init__(self) -> None:
        super().__init__()
        self.instructions: list[str] = []
        self.is_inside = False

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        local = name.rpartition(":")[2]
        self.is_inside = local == "instrText"
        if local == "fldSimple":
            self.instructions += [attrs[key] for key in attrs.getNames() if key.endswith("instr")]
        elif local == "fldChar":
            self.instructions.append(" ")

    def endElement(self, name: str) -> None:  # noqa: N802
        self.is_inside = False

    def characters(self, content: str) -> None:
        if self.is_inside:
            self.instructions.append(content)


def _check_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Well-formed, UTF-8, without a document type, and without fields that fetch or run."""
    fields = _Fields()
    with archive.open(entry) as file:
        head = file.read(200)
    declared = re.search(rb"""encoding\s*=\s*["']([\w-]+)["']""", head)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
        raise Unclean(Fault.DAMAGED)
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        raise Unclean(Fault.DAMAGED)
    try:
        with archive.open(entry) as file:
            defusedxml.sax.parse(file, fields, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unclean(Fault.ENTITIES) from error
    except SAXException as error:
        raise Unclean(Fault.DAMAGED) from error
    if FIELDS.search("".join(fields.instructions).upper()):
        raise Unclean(Fault.EXTERNAL)
