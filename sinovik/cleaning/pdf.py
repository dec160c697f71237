"""PDF: everything that acts, hides or tells about its author is taken out."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from sinovik.cleaning.faults import Fault, Unclean

MAX_PAGES = 1_000
MAX_OBJECTS = 200_000
MAX_DEPTH = 60
HEAD = 1_024
# Names may be written with #xx escapes, so the clear spelling is not the only one.
ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
MARKUP = re.compile(rb"<(?:!doctype|html|script|svg|body|iframe)\b", re.IGNORECASE)

ACTIVE_KEYS = (
    "/AA /OpenAction /JavaScript /JS /EmbeddedFiles /EF /AF /XFA /RichMediaContent"
    " /RichMediaSettings /Collection /Requirements"
).split()
TELLING_KEYS = ["/Metadata", "/PieceInfo", "/LastModified"]
ACTIVE_ACTIONS = set(
    "/JavaScript /Launch /SubmitForm /ImportData /ResetForm /Rendition /RichMediaExecute /GoToE"
    " /GoToR /GoTo3DView /Movie /Sound /Hide /SetOCGState /Trans /Thread".split()
)
CALM_ACTIONS = set("/GoTo /URI /Named".split())
ACTIVE_ANNOTATIONS = set("/FileAttachment /RichMedia /Movie /Screen /3D /Sound".split())
CALM_ANNOTATIONS = set(
    "/Link /Text /FreeText /Line /Square /Circle /Polygon /PolyLine /Highlight /Underline"
    " /Squiggly /StrikeOut /Stamp /Caret /Ink /Popup /Widget /PrinterMark /TrapNet /Watermark"
    " /Redact".split()
)
"""Of ISO 32000; what no reader knows is not kept either."""
CATALOG = set(
    "/Type /Version /Extensions /Pages /PageLabels /Names /Dests /ViewerPreferences /PageLayout"
    " /PageMode /Outlines /Threads /URI /AcroForm /StructTreeRoot /MarkInfo /Lang /OutputIntents"
    " /OCProperties /Perms /Legal /NeedsRendering /DSS".split()
)
PAGE = set(
    "/Type /Parent /Resources /MediaBox /CropBox /BleedBox /TrimBox /ArtBox /BoxColorInfo /Contents"
    " /Rotate /Group /Dur /Trans /Annots /StructParents /ID /PZ /SeparationInfo /Tabs"
    " /TemplateInstantiated /PresSteps /UserUnit /VP /OutputIntents /DPart".split()
)
"""Not its thumbnail: a page that was changed since may still show what it was."""
TRAILER = set("/Root /Size /ID /Prev /XRefStm".split()) | set(
    "/Type /W /Index /Filter /DecodeParms /Length".split()
)
SAFE_ADDRESS = re.compile(rb"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)


def check_pdf(path: Path) -> None:
    """Look at the outside only, without a parser; raise Unclean on what can be seen there."""
    content = path.read_bytes()
    if not content.startswith(b"%PDF-"):
        raise Unclean(Fault.DAMAGED)
    if MARKUP.search(content[:HEAD]) or zipfile.is_zipfile(path):
        raise Unclean(Fault.TWO_TYPES)
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Unclean(Fault.DAMAGED)
    if content[end + 5 :].strip(b"\0\t\n\x0c\r \x1a"):
        raise Unclean(Fault.TWO_TYPES)
    if ENCRYPTED.search(content):
        raise Unclean(Fault.ENCRYPTED)


def clean_pdf(source: Path, target: Path) -> tuple[int, bool]:
    """Write the cleaned document; return its pages and whether anything had to change.

    A document with an electronic signature and nothing active in it stays byte for byte,
    because rewriting it would break the signature.
    """
    check_pdf(source)
    try:
        return _cleaned(source, target)
    except pikepdf.PasswordError as error:
        raise Unclean(Fault.ENCRYPTED) from error
    except (Unclean, MemoryError):
        raise
    # A hostile structure may trip any accessor; whatever it is, the file is not taken.
    except Exception as error:
        raise Unclean(Fault.DAMAGED) from error


def _cleaned(source: Path, target: Path) -> tuple[int, bool]:
    with pikepdf.open(source, attempt_recovery=False, suppress_warnings=True) as pdf:
        if pdf.is_encrypted:
            raise Unclean(Fault.ENCRYPTED)
        if len(pdf.objects) > MAX_OBJECTS:
            raise Unclean(Fault.TOO_HARD)
        pages = len(pdf.pages)
        if not pages:
            raise Unclean(Fault.DAMAGED)
        if pages > MAX_PAGES:
            raise Unclean(Fault.TOO_MANY_PAGES)
        is_signed = _is_signed(pdf)
        if not _strip(pdf) and is_signed:
            target.write_bytes(source.read_bytes())
            return pages, False
        _forget(pdf)
        pdf.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
        )
    _prove(target, pages)
    return pages, True


def _prove(path: Path, pages: int) -> None:
    """Read what was written as a stranger would: nothing active may be left in it."""
    check_pdf(path)
    with pikepdf.open(path, suppress_warnings=True) as pdf:
        if len(pdf.pages) != pages:
            raise Unclean(Fault.DAMAGED)
        if _strip(pdf):
            raise Unclean(Fault.ACTIVE)


def _is_signed(pdf: Pdf) -> bool:
    return any(_signs(value) for value in _dictionaries(pdf))


def _signs(value: Dictionary | Stream) -> bool:
    return "/ByteRange" in value and "/Contents" in value


def _strip(pdf: Pdf) -> bool:
    """Take out what acts; return whether there was any."""
    found = False
    for value in _dictionaries(pdf):
        for key in ACTIVE_KEYS:
            if key in value:
                del value[key]
                found = True
        if _is_strange_action(value.get("/A")):
            del value["/A"]
            found = True
        # Wherever it hangs: a reader that is lenient about names may find it.
        if _acts(value) or _subtype(value) in ACTIVE_ANNOTATIONS:
            for key in list(value.keys()):
                del value[key]
            found = True
        if isinstance(annotations := value.get("/Annots"), Array):
            found |= _strip_annotations(annotations)
    return found


def _acts(value: Dictionary | Stream) -> bool:
    if isinstance(value, Stream):
        return False
    kind = str(value.get("/S", ""))
    if kind in ACTIVE_ACTIONS:
        return True
    if value.get("/Type") == Name.Action and kind not in CALM_ACTIONS:
        return True
    if "/URI" not in value or isinstance(value.get("/URI"), Dictionary):
        return False
    return not SAFE_ADDRESS.match(bytes(value["/URI"]).strip())


def _is_strange_action(value: Any) -> bool:
    """Whether what hangs where actions hang is none that is calm; `/O` marks a layout's style."""
    if not isinstance(value, Dictionary) or "/O" in value:
        return False
    return str(value.get("/S", "")) not in CALM_ACTIONS


def _subtype(value: Dictionary | Stream) -> str:
    return "" if isinstance(value, Stream) else str(value.get("/Subtype", ""))


def _strip_annotations(annotations: Array) -> bool:
    kept = [
        note
        for note in annotations
        if not isinstance(note, Dictionary) or _subtype(note) in CALM_ANNOTATIONS
    ]
    if len(kept) == len(annotations):
        return False
    while len(annotations):
        del annotations[0]
    annotations.extend(kept)
    return True


def _forget(pdf: Pdf) -> None:
    """Take out who wrote it, when and with what."""
    known_keys = [(pdf.trailer, TRAILER), (pdf.Root, CATALOG)]
    for place, known in known_keys + [(page.obj, PAGE) for page in pdf.pages]:
        for key in list(place.keys()):
            if key not in known:
                del place[key]
    for value in _dictionaries(pdf):
        # A signature that writing anew breaks proves nothing any more, but names its signer.
        for key in list(value.keys()) if _signs(value) else TELLING_KEYS:
            if key in value:
                del value[key]
        if isinstance(value, Stream) and value.get("/Type") == Name.Metadata:
            value.write(b"")
        if isinstance(value, Stream) and value.get("/Filter") == Name.DCTDecode:
            value.write(_without_exif(value.read_raw_bytes()), filter=Name.DCTDecode)


def _without_exif(jpeg: bytes) -> bytes:
    """Drop the segments of a JPEG that tell where and with what it was taken (APP1, APP13, COM)."""
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    kept, place = [jpeg[:2]], 2
    while jpeg[place : place + 1] == b"\xff" and (marker := jpeg[place + 1 : place + 2]) != b"\xda":
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if end < place + 4 or end > len(jpeg):
            break
        if marker not in (b"\xe1", b"\xed", b"\xfe"):
            kept.append(jpeg[place:end])
        place = end
    return b"".join([*kept, jpeg[place:]])


def _dictionaries(pdf: Pdf) -> Iterator[Dictionary | Stream]:
    """Walk every dictionary there is, in objects and within them."""
    yield from _within(pdf.trailer, 0)
    for number in range(len(pdf.objects)):
        yield from _within(pdf.objects[number], 0)


def _within(value: Any, depth: int) -> Iterator[Dictionary | Stream]:
    if depth > MAX_DEPTH:
        raise Unclean(Fault.TOO_HARD)
    if isinstance(value, Dictionary | Stream):
        yield value
        children = [value.get(key) for key in list(value.keys())]
    elif isinstance(value, Array):
        children = list(value)
    else:
        return
    for child in children:
        # Indirect objects are visited by the outer loop, so that circles end.
        if isinstance(child, Array | Dictionary) and not child.is_indirect:
            yield from _within(child, depth + 1)
