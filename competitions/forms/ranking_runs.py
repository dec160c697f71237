"""The form that asks what a list would be."""

from django import forms
from django.utils.translation import gettext_lazy as _

from competitions.enums import RunBasis

NARROW = {"class": "govuk-input--width-4", "inputmode": "numeric"}
WHOLE = {
    "required": _("Isi jumlah kursi."),
    "invalid": _("Isi dengan angka."),
    "min_value": _("Paling sedikit 1."),
    "max_value": _("Paling banyak 9.999."),
}


class RunForm(forms.Form):
    """A ranking to be computed beside the one that decides."""

    name = forms.CharField(
        label=_("Nama perhitungan"),
        help_text=_("Contoh: paling banyak dua per instansi."),
        max_length=80,
        error_messages={"required": _("Beri nama agar mudah dibandingkan.")},
    )
    seats = forms.IntegerField(
        label=_("Jumlah kursi"),
        min_value=1,
        max_value=9999,
        widget=forms.NumberInput(attrs=NARROW),
        error_messages=WHOLE,
    )
    basis = forms.ChoiceField(
        label=_("Dasar peringkat"), choices=RunBasis.choices, initial=RunBasis.RAW
    )
    agency_limit = forms.IntegerField(
        label=_("Paling banyak per instansi"),
        help_text=_("Kosongkan bila tidak dibatasi."),
        required=False,
        min_value=1,
        max_value=9999,
        widget=forms.NumberInput(attrs=NARROW),
        error_messages=WHOLE,
    )
