"""Forms of the public page on which anybody checks a receipt."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from competitions.queries.receipts import LARGEST_FILE
from sinovik.audit.codes import grouped, read_code

TOO_LARGE = _("Berkas terlalu besar untuk sebuah tanda terima. Pilih berkas JSON-nya.")


class CodeForm(forms.Form):
    """The code as it stands on a receipt or certificate, typed by hand."""

    kode = forms.CharField(
        label=_("Kode tanda terima atau sertifikat"),
        help_text=_("10 huruf dan angka, misalnya 7K3F-9QXA-22. Tanda hubung boleh dilewati."),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "govuk-input--width-20",
            }
        ),
        error_messages={
            "required": _("Isi kode tanda terima atau sertifikat"),
            "max_length": _("Kode terdiri dari 10 huruf dan angka. Periksa kembali."),
        },
    )

    def clean_kode(self) -> str:
        """Read O as 0 and I as 1, in any case, with or without dashes."""
        code = read_code(self.cleaned_data["kode"])
        if not code:
            raise forms.ValidationError(_("Kode terdiri dari 10 huruf dan angka. Periksa kembali."))
        return grouped(code)


class ReceiptFileForm(forms.Form):
    """A receipt's JSON, as a file or pasted."""

    unmarked = frozenset({"file", "text"})

    file = forms.FileField(
        label=_("Berkas tanda terima"),
        help_text=_("Berkas JSON yang diunduh dari halaman tanda terima."),
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".json", "data-max-bytes": str(LARGEST_FILE)}),
        error_messages={"empty": _("Berkas kosong. Unduh kembali tanda terimanya.")},
    )
    text = forms.CharField(
        label=_("Atau tempel isinya"),
        required=False,
        strip=True,
        max_length=LARGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        error_messages={"max_length": TOO_LARGE},
    )

    def clean_file(self) -> Any:
        """Refuse what can't be a receipt before reading it."""
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError(TOO_LARGE)
        return file

    def clean(self) -> dict[str, Any]:
        """One of the two must be there; the file is believed first."""
        found = super().clean() or {}
        if not self.errors and not found.get("file") and not found.get("text"):
            raise forms.ValidationError(_("Pilih berkas tanda terima atau tempel isinya."))
        return found

    def octets(self) -> bytes:
        """The bytes to examine."""
        file = self.cleaned_data.get("file")
        if file:
            octets: bytes = file.read()
            return octets
        return str(self.cleaned_data["text"]).encode("utf-8", "replace")
