"""Forms of a plenary: asking for a move across the line."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from competitions.actions.motions import LONGEST
from competitions.enums import MoveReason
from competitions.models import Entry, Result

LONGEST_NUMBER = 12
"""Digits of an entry's number that a row can have."""


def _number(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "list": "peserta-sidang",
                "autocomplete": "off",
                "class": "govuk-input--width-20",
            }
        ),
    )


class MotionForm(forms.Form):
    """Which entry comes in, which goes out, and why. `results` are those the mover may see."""

    unmarked = frozenset({"entry_in", "entry_out"})

    entry_in = _number(
        _("Nomor peserta yang masuk"), _("Kosongkan bila hanya mengeluarkan peserta.")
    )
    entry_out = _number(_("Nomor peserta yang keluar"), _("Kosongkan bila masih ada kursi."))
    reason = forms.ChoiceField(
        label=_("Alasan"),
        choices=[
            ("", _("Pilih alasan")),
            *((one.value, one.label) for one in MoveReason.offered()),
        ],
        help_text=_("Kode alasan terbuka untuk umum setelah pengumuman."),
        error_messages={"required": _("Pilih alasan.")},
    )
    text = forms.CharField(
        label=_("Uraian"),
        help_text=_("Untuk sidang dan berita acaranya. Paling panjang 500 huruf."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Tulis alasan perpindahan ini.")},
    )

    def __init__(self, *args: Any, results: "QuerySet[Result]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.results = results

    def clean_entry_in(self) -> Entry | None:
        """The entry of that number among those that can be seen."""
        return self._entry("entry_in")

    def clean_entry_out(self) -> Entry | None:
        """The entry of that number among those that can be seen."""
        return self._entry("entry_out")

    def clean(self) -> dict[str, Any]:
        """Somebody has to move."""
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned["entry_in"] or cleaned["entry_out"]):
            self.add_error(
                "entry_in", _("Isi nomor peserta yang masuk, yang keluar, atau keduanya.")
            )
        return cleaned

    def _entry(self, name: str) -> Entry | None:
        number = self.cleaned_data[name].strip()
        if not number:
            return None
        digits = number.rsplit("-", 1)[-1]
        is_number = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER
        found = self.results.filter(entry=int(digits)).first() if is_number else None
        if found is None:
            raise forms.ValidationError(
                _("Nomor %(number)s tidak ada dalam daftar ini. Periksa lagi nomornya."),
                params={"number": number},
            )
        return found.entry
