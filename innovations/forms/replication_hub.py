"""Forms of the replication hub: what an agency offers, what it needs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from innovations.actions.replication_hub import NeedText
from innovations.enums import ServiceSize
from innovations.forms.life import TOO_LONG
from innovations.forms.replications import OnBehalfForm
from innovations.models import Category

LONGEST = 1500


def _size() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Untuk berapa orang"),
        choices=ServiceSize.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih untuk berapa orang")},
    )


class OfferForm(forms.Form):
    """What the agency gives to whoever replicates."""

    text = forms.CharField(
        label=_("Yang ditawarkan"),
        help_text=_("Misalnya pendampingan dua hari, kode sumber, naskah SOP, kunjungan belajar."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Tuliskan apa yang ditawarkan"),
            "max_length": TOO_LONG,
        },
    )
    size = _size()


class NeedForm(OnBehalfForm):
    """The problem, its field, and for how many."""

    title = forms.CharField(
        label=_("Masalah dalam satu kalimat"),
        help_text=_("Misalnya: antrean rujukan puskesmas lebih dari tiga jam."),
        max_length=120,
        error_messages={
            "required": _("Tuliskan masalahnya"),
            "max_length": TOO_LONG,
        },
    )
    text = forms.CharField(
        label=_("Uraian"),
        help_text=_("Tampil untuk umum. Jangan tulis nama warga atau nomor telepon."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Tuliskan uraiannya"),
            "max_length": TOO_LONG,
        },
    )
    category = forms.ModelChoiceField(
        label=_("Kategori"),
        queryset=Category.objects.all(),
        empty_label=_("Pilih kategori"),
        error_messages={"required": _("Pilih kategori"), "invalid_choice": _("Pilih kategori")},
    )
    size = _size()

    def need(self) -> NeedText:
        """What the answers tell."""
        answers = self.cleaned_data
        return NeedText(answers["title"], answers["text"], answers["category"], answers["size"])
