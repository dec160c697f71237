"""What a file really is. Cheap and bounded: nothing is unpacked that could grow."""

import re
import unicodedata
import zipfile
from pathlib import Path, PurePosixPath

import puremagic
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sinovik.cleaning.faults import Fault, Unclean
from sinovik.cleaning.images import check_image
from sinovik.cleaning.office import FAMILIES, check_office
from sinovik.cleaning.pdf import check_pdf
from sinovik.files.kinds import KIND_OF_EXTENSION, FileKind
from sinovik.files.refusals import refusal

HEAD = 4_096
MEGABYTE = 1024 * 1024
LONGEST_NAME = 120
# Marks that turn the direction of text or have no width: the seen name is then a lie.
HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
SIGNATURES = [
    (FileKind.PDF, re.compile(rb"%PDF-")),
    (FileKind.JPEG, re.compile(rb"\xff\xd8\xff")),
    (FileKind.PNG, re.compile(rb"\x89PNG\r\n\x1a\n")),
    (FileKind.WEBP, re.compile(rb"RIFF....WEBP", re.DOTALL)),
]


def examine(path: Path, name: str) -> FileKind:
    """Return what the file at `path` is by its content; `name` is what the person calls it.

    Raises FileRefused where it is none of the kinds, not the one its name says, or unsafe
    to open. The file is not changed.
    """
    size = path.stat().st_size
    if not size:
        raise refusal(Fault.EMPTY)
    if size > settings.UPLOAD_LIMIT:
        raise refusal(Fault.TOO_LARGE, limit=settings.UPLOAD_LIMIT // MEGABYTE)
    if HIDDEN.search(name):
        raise refusal(Fault.BAD_NAME)
    ending = _ending(name)
    declared = KIND_OF_EXTENSION.get(ending)
    if declared is None:
        raise refusal(Fault.UNKNOWN_TYPE, found=f".{ending}" if ending else name[:40])
    kind = _kind(path)
    if kind is not declared:
        found = kind.label if kind else _guess(path)
        raise refusal(Fault.OTHER_TYPE, found=found, ending=f".{ending}")
    try:
        _check(path, kind)
    except Unclean as unclean:
        raise refusal(unclean.fault) from unclean
    return kind


def tidy_name(name: str, kind: FileKind) -> str:
    """A name that is safe to show and to save under, ending as files of this kind do."""
    bare = PurePosixPath(HIDDEN.sub("", name).replace("\\", "/")).name
    stem = unicodedata.normalize("NFC", bare)
    if KIND_OF_EXTENSION.get(_ending(stem)) is kind:
        stem = stem.rpartition(".")[0]
    stem = " ".join(re.sub(r'[<>:"|?*%;]', " ", stem).split()).strip(". ")
    stem = stem[: LONGEST_NAME - len(kind.extension) - 1].strip(". ")
    return f"{stem or 'berkas'}.{kind.extension}"


def _ending(name: str) -> str:
    return name.rpartition(".")[2].strip().lower()[:12] if "." in name else ""


def _kind(path: Path) -> FileKind | None:
    with path.open("rb") as file:
        head = file.read(HEAD)
    for kind, signature in SIGNATURES:
        if signature.match(head):
            return kind
    return _office_kind(path) if head.startswith(b"PK\x03\x04") else None


def _office_kind(path: Path) -> FileKind | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise refusal(Fault.DAMAGED) from error
    matching = [kind for kind, family in FAMILIES.items() if family.main_part in names]
    return FileKind(matching[0]) if len(matching) == 1 else None


def _guess(path: Path) -> str | Promise:
    """What the file seems to be, for the sentence only."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(b"PK\x03\x04"):
        return "ZIP"
    try:
        extension: str = puremagic.magic_string(head)[0].extension
    except (puremagic.PureError, ValueError, IndexError):
        extension = ""
    return extension.lstrip(".").upper() or _("jenis yang tidak dikenal")


def _check(path: Path, kind: FileKind) -> None:
    if kind is FileKind.PDF:
        check_pdf(path)
    elif kind.is_image:
        if zipfile.is_zipfile(path):
            raise Unclean(Fault.TWO_TYPES)
        with path.open("rb") as file:
            check_image(file, kind.value)
    else:
        check_office(path, kind.value)
