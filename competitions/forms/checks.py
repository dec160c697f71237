"""Forms of the administrative selection."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from competitions.enums import FailReason, Outcome

STANDARD_REMARKS = {
    FailReason.TOO_YOUNG: _(
        "Inovasi belum mencapai usia paling muda yang ditetapkan pada saat pendaftaran ditutup."
    ),
    FailReason.INCOMPLETE: _("Formulir belum lengkap: masih ada bagian yang kosong."),
    FailReason.JUNK: _("Isian tidak menjelaskan inovasi sehingga tidak dapat dinilai."),
    FailReason.SAME_TITLE: _("Judul sama dengan proposal lain yang diajukan pada edisi ini."),
    FailReason.FORMER_WINNER: _("Inovasi sudah pernah menerima penghargaan tertinggi."),
    FailReason.OVER_QUOTA: _("Jumlah proposal instansi melebihi kuota kelompok ini."),
    FailReason.MISSING_DOCUMENT: _("Dokumen pendukung yang disyaratkan tidak tersedia."),
    FailReason.WRONG_CATEGORY: _("Kategori yang dipilih tidak sesuai dengan isi inovasi."),
}
"""What the agency reads for each reason when the officer writes nothing of their own."""


class DecisionForm(forms.Form):
    """Pass, or propose a fail with reasons; the second person comes later."""

    reasons = forms.MultipleChoiceField(
        label=_("Alasan tidak lolos"),
        choices=FailReason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("Catatan untuk instansi"),
        help_text=_("Kosongkan untuk memakai catatan baku dari alasan yang dipilih."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    decision = forms.ChoiceField(
        choices=[(one.value, one.label) for one in (Outcome.PASSED, Outcome.FAILED)],
        widget=forms.HiddenInput,
        error_messages={"required": _("Pilih Lolos atau Usulkan tidak lolos.")},
    )

    def clean(self) -> dict[str, Any]:
        """Hold reasons and decision together."""
        cleaned = super().clean() or {}
        reasons = cleaned.get("reasons", [])
        if cleaned.get("decision") == Outcome.FAILED and not reasons:
            self.add_error("reasons", _("Pilih paling sedikit satu alasan tidak lolos."))
        if cleaned.get("decision") == Outcome.PASSED and reasons:
            self.add_error(
                "reasons", _("Kosongkan alasan untuk meloloskan, atau usulkan tidak lolos.")
            )
        return cleaned

    @property
    def written_note(self) -> str:
        """The officer's own note, or the standard remarks of the reasons."""
        note: str = self.cleaned_data["note"].strip()
        if note:
            return note
        remarks = [STANDARD_REMARKS[FailReason(one)] for one in self.cleaned_data["reasons"]]
        # Kept with the decision, so Indonesian whatever the language of the page.
        with translation.override(settings.LANGUAGE_CODE):
            return "\n".join(str(remark) for remark in remarks)


class RejectFailForm(forms.Form):
    """The second person sends a proposed fail back to the queue and says why."""

    note = forms.CharField(
        label=_("Alasan mengembalikan"),
        help_text=_("Pemeriksa membaca catatan ini."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis alasan mengembalikan ke antrean.")},
    )
