"""The form of a stage's policy steps."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from competitions.enums import PolicyKind, PolicyTrait
from competitions.forms.design import Row, RowForm, whole


class PolicyForm(RowForm):
    """One step between the ranking and the list."""

    key_field: ClassVar[str] = ""
    unmarked = frozenset({"number", "trait"})
    kind = forms.ChoiceField(
        label=_("Langkah"),
        choices=[("", _("Pilih langkah")), *PolicyKind.choices],
        error_messages={"required": _("Pilih langkah")},
    )
    number = whole(
        _("Angka"),
        1,
        999,
        is_required=False,
        help_text=_(
            "Nominasi: berapa kali jatah kursi jenis instansi. Paling banyak: berapa per instansi."
            " Paling sedikit: berapa tempat dijaga. Nilai kelulusan: kosongkan, angkanya dari"
            " ketentuan tahap yang menilai."
        ),
    )
    trait = forms.ChoiceField(
        label=_("Menurut"),
        choices=[("", _("Tidak dipakai")), *PolicyTrait.choices],
        required=False,
        help_text=_("Hanya untuk paling sedikit per wilayah atau kelompok."),
    )

    @property
    def title(self) -> str:
        kind = self.initial.get("kind")
        return str(PolicyKind(kind).label) if kind else ""

    def clean(self) -> dict[str, Any]:
        """A step has the number and the trait that its kind uses, and no other."""
        typed = super().clean() or {}
        kind, number, trait = (typed.get(name) for name in ("kind", "number", "trait"))
        if not kind or self.errors:
            return typed
        is_grade, keeps = kind == PolicyKind.PASSING_GRADE, kind == PolicyKind.LEAST_PER_REGION
        if is_grade and number:
            self.add_error("number", _("Kosongkan: angkanya dari ketentuan tahap yang menilai."))
        if not is_grade and not number:
            self.add_error("number", _("Isi angka langkah ini, paling sedikit 1."))
        if keeps and not trait:
            self.add_error("trait", _("Pilih menurut apa tempat dijaga."))
        if not keeps and trait:
            self.add_error("trait", _("Pilih “Tidak dipakai” untuk langkah ini."))
        return typed

    def as_content(self) -> Row:
        """A step as content; its fields are what it is."""
        return {name: self.cleaned_data[name] for name in ("kind", "number", "trait")}
