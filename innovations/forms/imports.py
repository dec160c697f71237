"""The table that somebody uploads: XLSX or CSV, read on arrival."""

import hashlib
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from innovations.actions.importing import MOST_ROWS, GivenTable
from sinovik.exports import Table, read_csv, read_xlsx
from sinovik.files import FileKind, examine
from sinovik.web.access import Refusal
from sinovik.web.templatetags.web import number

MEGABYTE = 1024 * 1024
LONGEST_NAME = 120


class ImportForm(forms.Form):
    """A table of the own agency's dossiers."""

    file = forms.FileField(
        label=gettext_lazy("Berkas tabel"),
        help_text=format_lazy(
            gettext_lazy("XLSX atau CSV, paling banyak {most} baris. Belum ada yang disimpan."),
            most=lazy(number, str)(MOST_ROWS),
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": gettext_lazy("Pilih berkas tabel"),
            "empty": gettext_lazy("Berkas ini kosong. Pilih berkas yang berisi."),
            "missing": gettext_lazy("Pilih berkas tabel"),
            "invalid": gettext_lazy("Pilih berkas tabel"),
        },
    )

    def clean_file(self) -> GivenTable:
        """Read the table; the sentence of whatever is wrong stands at the field."""
        uploaded = self.cleaned_data["file"]
        if (uploaded.size or 0) > settings.UPLOAD_LIMIT:
            raise forms.ValidationError(
                _("Berkas paling besar %d MB. Bagi tabel menjadi beberapa berkas.")
                % (settings.UPLOAD_LIMIT // MEGABYTE)
            )
        content = uploaded.read()
        name = PurePosixPath(str(uploaded.name).replace("\\", "/")).name
        try:
            table = _read(content, name)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        shown = "".join(letter for letter in name if letter.isprintable())
        return GivenTable(table, shown[-LONGEST_NAME:], hashlib.sha256(content).hexdigest())


class RegisterImportForm(ImportForm):
    """An earlier year's list; the register names where it comes from."""

    source = forms.CharField(
        label=gettext_lazy("Sumber daftar"),
        help_text=gettext_lazy(
            "Dokumen asal daftar ini, misalnya “Daftar peserta KIPP 2018, KemenPANRB”. Dibaca umum."
        ),
        max_length=400,
        error_messages={
            "required": gettext_lazy("Isi sumber daftar"),
            "max_length": gettext_lazy("Sumber paling panjang 400 karakter"),
        },
    )
    field_order = ["source", "file"]


def _read(content: bytes, name: str) -> Table:
    if name.lower().endswith(".csv"):
        return read_csv(content, most_rows=MOST_ROWS)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        path = Path(file.name)
        kind: Any = examine(path, name)
        if kind is not FileKind.XLSX:
            raise Refusal(_("Tabel harus XLSX atau CSV. Simpan ulang dengan jenis itu."))
        return read_xlsx(path, most_rows=MOST_ROWS)
