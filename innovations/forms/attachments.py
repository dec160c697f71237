"""The form that hands in files; uploads.js sends them in pieces where it can."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agencies.models import User
from innovations.actions.uploads import Wanted, attach_file, bare_name
from innovations.models import Attachment, Innovation
from sinovik.files.kinds import KIND_OF_EXTENSION
from sinovik.web.access import Refusal

PIECE = 1024 * 1024
DOCUMENT, SECTION, EVIDENCE = "dokumen", "bagian", "bukti"
ACCEPT = ",".join(f".{ending}" for ending in KIND_OF_EXTENSION)
PURPOSE = re.compile(rf"(?P<what>{DOCUMENT}|{SECTION}):(?P<key>[-a-zA-Z0-9_]{{1,40}})\Z")
DIGEST = re.compile(r"[0-9a-f]{64}\Z")

Purposes = Sequence[tuple[str, Any]]
"""Choices of a select: what a file may be for; groups of choices are allowed."""


class FilesInput(forms.ClearableFileInput):
    """A picker of several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; the cleaned value is a list."""

    widget = FilesInput

    def clean(self, value: Any, initial: Any = None) -> Any:
        """Check each file as a field for one does."""
        files = value if isinstance(value, list | tuple) else [value]
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


class AttachmentForm(forms.Form):
    """What the files are for, and the files."""

    purpose = forms.ChoiceField(
        label=_("Untuk apa berkas ini?"),
        error_messages={
            "required": _("Pilih kegunaan berkas"),
            "invalid_choice": _("Pilih kegunaan berkas dari daftar"),
        },
    )
    file = FilesField(
        label=_("Berkas"),
        help_text=_("PDF, JPG, PNG, WebP, XLSX, atau DOCX. Boleh lebih dari satu."),
        max_length=255,
        error_messages={
            "required": _("Pilih berkas yang akan diunggah"),
            "max_length": _("Nama berkas terlalu panjang. Pendekkan namanya lalu unggah lagi."),
            "empty": _("Berkas ini kosong. Pilih berkas yang berisi."),
        },
    )

    def __init__(self, *args: Any, purposes: Purposes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["purpose"]
        field.choices = list(purposes)  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs |= {
            "accept": ACCEPT,
            "multiple": True,
            "data-max-bytes": str(settings.UPLOAD_LIMIT),
        }

    def attach(self, *, by: User, innovation: Innovation) -> list[Attachment]:
        """Take the files one by one; those refused become errors that name them."""
        document, section = keys_of(self.cleaned_data["purpose"])
        taken = []
        for file in self.cleaned_data["file"]:
            wanted = Wanted(file.name, file.size, "", document, section)
            try:
                taken.append(
                    attach_file(
                        by=by, innovation=innovation, wanted=wanted, chunks=file.chunks(PIECE)
                    )
                )
            except Refusal as refusal:
                self.add_error("file", f"{bare_name(file.name)}: {refusal}")
        return taken


class UploadForm(forms.Form):
    """What uploads.js says before it sends the first piece."""

    name = forms.CharField(max_length=255, strip=False)
    size = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    sha256 = forms.RegexField(DIGEST, required=False)
    purpose = forms.CharField(max_length=60, required=False)

    def wanted(self) -> Wanted:
        """The same as the action takes it."""
        answers = self.cleaned_data
        document, section = keys_of(answers["purpose"])
        return Wanted(answers["name"], answers["size"], answers["sha256"], document, section)


def keys_of(purpose: str) -> tuple[str, str]:
    """Document key and section key of a choice; at most one is not empty."""
    found = PURPOSE.match(purpose)
    if not found:
        return "", ""
    key = found["key"]
    return (key, "") if found["what"] == DOCUMENT else ("", key)


def said_taken(taken: Sequence[Attachment]) -> str:
    """What the person reads after sending files."""
    count = len(taken)
    return (
        ngettext(
            "%d berkas diterima dan sedang diperiksa.",
            "%d berkas diterima dan sedang diperiksa.",
            count,
        )
        % count
    )
