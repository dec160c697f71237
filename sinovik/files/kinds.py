"""The kinds of file that are taken."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FileKind(StrEnum):
    """A kind of file, by its content."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    XLSX = "xlsx"
    DOCX = "docx"

    @property
    def extension(self) -> str:
        """How names of this kind end, without the dot."""
        return "jpg" if self is FileKind.JPEG else self.value

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self]

    @property
    def label(self) -> str | Promise:
        return LABELS[self]

    @property
    def is_image(self) -> bool:
        return self in (FileKind.JPEG, FileKind.PNG, FileKind.WEBP)


_OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.WEBP: "image/webp",
    FileKind.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    FileKind.DOCX: f"{_OFFICE}.wordprocessingml.document",
}
LABELS: dict[FileKind, str | Promise] = {
    FileKind.PDF: "PDF",
    FileKind.JPEG: _("Gambar JPEG"),
    FileKind.PNG: _("Gambar PNG"),
    FileKind.WEBP: _("Gambar WebP"),
    FileKind.XLSX: "Excel (XLSX)",
    FileKind.DOCX: "Word (DOCX)",
}
KIND_OF_EXTENSION = {
    **{kind.value: kind for kind in FileKind},
    "jpg": FileKind.JPEG,
    "jpe": FileKind.JPEG,
    "jfif": FileKind.JPEG,
}
