"""The form that asks what a list would be."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from competitions.enums import PolicyKind, PolicyTrait, RunBasis
from competitions.ranking import Step
from sinovik.web.numbers import WholeNumberField

NARROW = {"class": "govuk-input--width-4", "inputmode": "numeric"}
WHOLE = {
    "required": _("Isi jumlah kursi."),
    "invalid": _("Isi dengan angka."),
    "min_value": _("Paling sedikit 1."),
    "max_value": _("Paling banyak 9.999."),
}
UNLIMITED = _("Kosongkan bila tidak dibatasi.")
MOST = _("Angka ini terlalu besar.")


def _count(label: Any, *, most: int = 999, help_text: Any = UNLIMITED) -> WholeNumberField:
    return WholeNumberField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=1,
        max_value=most,
        widget=forms.NumberInput(attrs=NARROW),
        error_messages={**WHOLE, "max_value": MOST},
    )


class RunForm(forms.Form):
    """A ranking to be computed beside the one that decides."""

    unmarked = frozenset({"trait"})

    name = forms.CharField(
        label=_("Nama perhitungan"),
        help_text=_("Contoh: paling banyak dua per instansi."),
        max_length=80,
        error_messages={"required": _("Beri nama agar mudah dibandingkan.")},
    )
    seats = WholeNumberField(
        label=_("Jumlah kursi"),
        min_value=1,
        max_value=9999,
        widget=forms.NumberInput(attrs=NARROW),
        error_messages=WHOLE,
    )
    basis = forms.ChoiceField(
        label=_("Dasar peringkat"), choices=RunBasis.choices, initial=RunBasis.RAW
    )
    passing_grade = _count(_("Nilai kelulusan"), most=100)
    nominees_per_type = _count(
        _("Nominasi per jenis instansi"),
        help_text=_("Berapa kali jatah kursi tiap jenis; kosongkan bila tidak dibatasi."),
    )
    most_per_agency = _count(_("Paling banyak per instansi"))
    least_per_region = _count(
        _("Paling sedikit per wilayah atau kelompok"),
        help_text=_("Berapa tempat dijaga; kosongkan bila tidak ada."),
    )
    trait = forms.ChoiceField(
        label=_("Tempat dijaga menurut"),
        help_text=_("Hanya untuk paling sedikit per wilayah atau kelompok."),
        choices=PolicyTrait.choices,
        required=False,
    )

    def __init__(self, *args: Any, steps: Sequence[Step] = (), **kwargs: Any) -> None:
        """`steps` are those of the stage: they fill the form and give the order."""
        super().__init__(*args, **kwargs)
        self.steps = list(steps)
        for step in self.steps:
            self.initial.setdefault(step.kind, step.number)
            if step.trait:
                self.initial.setdefault("trait", step.trait)

    def chosen_steps(self) -> tuple[Step, ...]:
        """The steps that were asked for: in the stage's order, then those it doesn't have.

        Where the stage keeps places by more traits than one, the form speaks of the first.
        """
        typed = self.cleaned_data
        kinds = dict.fromkeys([*(step.kind for step in self.steps), *PolicyKind.values])
        return tuple(
            Step(kind, typed[kind], typed["trait"] if kind == PolicyKind.LEAST_PER_REGION else "")
            for kind in kinds
            if typed[kind]
        )
