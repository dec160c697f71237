"""The form that hands in a decree."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DecreeFileForm(forms.Form):
    """The signed decree as PDF."""

    file = forms.FileField(
        label=_("Berkas keputusan"),
        help_text=_("PDF yang ditandatangani, paling besar 5 MB."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        error_messages={
            "required": _("Pilih berkas keputusan."),
            "empty": _("Berkas ini kosong. Pilih berkas yang berisi."),
            "max_length": _("Nama berkas terlalu panjang. Pendekkan namanya lalu unggah lagi."),
        },
    )
