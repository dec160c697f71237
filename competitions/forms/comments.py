"""Releasing a held comment."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 4000


class CommentForm(forms.Form):
    """What the entrant will read, why, and that the rest was looked at."""

    text = forms.CharField(
        label=_("Komentar yang dirilis"),
        help_text=_("Biarkan apa adanya untuk merilisnya utuh, atau hapus nama dan nomor."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Isi komentar yang dirilis.")},
    )
    reason = forms.CharField(
        label=_("Alasan"),
        help_text=_("Tercatat dalam buku kejadian. Jangan menulis nama orang."),
        max_length=300,
        error_messages={"required": _("Tuliskan alasan melepas komentar ini.")},
    )
    is_checked = forms.BooleanField(
        label=_("Saya sudah memeriksa: yang tersisa tidak menunjuk seseorang"), required=False
    )
