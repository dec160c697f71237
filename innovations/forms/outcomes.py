"""Forms of outcome indicators: begin to measure, record, put right, answer an alarm."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from innovations.actions.outcomes import Figure, check_target
from innovations.enums import Direction, ValueKind
from innovations.exceptions import ReportRefused
from innovations.forms.dates import DateBoxesField, dating
from innovations.forms.life import TOO_LONG, ProofForm, long_text
from innovations.models import Innovation
from sinovik.web.numbers import NumberField


def short_text(label: Any, longest: int, help_text: Any = "", **kwargs: Any) -> forms.CharField:
    """One line of plain text."""
    errors = {"max_length": TOO_LONG, **kwargs.pop("error_messages", {})}
    return forms.CharField(
        label=label, help_text=help_text, max_length=longest, error_messages=errors, **kwargs
    )


class FigureForm(ProofForm):
    """A value with its day, who measured it and the proof."""

    value = NumberField(
        label=pgettext_lazy("angka", "Nilai"), error_messages={"required": _("Isi nilainya")}
    )
    dated_on = DateBoxesField(
        label=_("Tanggal pengukuran"),
        takes_year_alone=True,
        error_messages={"required": _("Isi tanggalnya")},
    )
    measured_by = short_text(
        _("Diukur oleh"),
        150,
        _("Nama orang, unit, atau lembaga."),
        error_messages={"required": _("Sebutkan siapa yang mengukur")},
    )
    correction_reason = short_text(
        _("Alasan pembetulan"),
        300,
        _("Angka lama tetap terbaca bersama alasan ini."),
        error_messages={"required": _("Tuliskan alasan pembetulan")},
    )
    field_order: Sequence[str] = (
        "value",
        "dated_on",
        "measured_by",
        "note",
        "link",
        "attachment",
    )

    def __init__(
        self,
        *args: Any,
        innovation: Innovation,
        kind: str = ValueKind.MEASURED,
        corrects: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, innovation=innovation, **kwargs)
        self.kind = kind
        if kind == ValueKind.TARGET:
            for name in ("measured_by", "note", "link", "attachment"):
                self.fields.pop(name, None)
            self.fields["dated_on"].label = _("Hendak dicapai pada")
        if not corrects:
            del self.fields["correction_reason"]

    def clean(self) -> dict[str, Any]:
        """Ask for proof of what was measured."""
        answers = super().clean() or self.cleaned_data
        is_measured = self.kind != ValueKind.TARGET
        if is_measured and self.lacks_proof:
            self.add_error("note", _("Tuliskan buktinya, atau isi tautan atau lampiran"))
        return answers

    def figure(self) -> Figure:
        """What was typed."""
        answers = self.cleaned_data
        known = dating(answers["dated_on"])
        if self.kind == ValueKind.TARGET:
            return Figure(answers["value"], **known)
        measured_by, proof = answers["measured_by"], self.proof()
        return Figure(answers["value"], measured_by=measured_by, proof=proof, **known)


class IndicatorForm(FigureForm):
    """An indicator with its baseline and, if there is one, its target."""

    name = short_text(
        _("Nama indikator"),
        150,
        _("Yang diukur, misalnya waktu tunggu pasien."),
        error_messages={"required": _("Isi nama indikator")},
    )
    unit = short_text(
        _("Satuan"),
        40,
        _("Misalnya menit, persen, atau orang."),
        error_messages={"required": _("Isi satuannya")},
    )
    direction = forms.ChoiceField(
        label=_("Arah yang baik"),
        choices=[(Direction.DOWN, Direction.DOWN.label), (Direction.UP, Direction.UP.label)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih arah yang baik")},
    )
    target_value = NumberField(label=_("Sasaran"), required=False)
    target_on = DateBoxesField(
        label=_("Sasaran hendak dicapai pada"), takes_year_alone=True, required=False
    )
    field_order: Sequence[str] = ("name", "unit", "direction", *FigureForm.field_order)

    def __init__(self, *args: Any, innovation: Innovation, **kwargs: Any) -> None:
        super().__init__(*args, innovation=innovation, kind=ValueKind.BASELINE, **kwargs)
        self.fields["value"].label = _("Angka awal, sebelum inovasi")

    def clean(self) -> dict[str, Any]:
        """A target needs its day, and a day its target."""
        answers = super().clean()
        for name, other in (("target_value", "target_on"), ("target_on", "target_value")):
            is_lacking = answers.get(other) is not None and answers.get(name) is None
            if is_lacking and name not in self.errors:
                self.add_error(name, _("Isi sasaran dan tanggalnya, atau kosongkan keduanya"))
        begun, until = answers.get("dated_on"), answers.get("target_on")
        if begun and until and until <= begun:
            self.add_error("target_on", _("Tanggal sasaran harus sesudah tanggal angka awal."))
        before, wanted = answers.get("value"), answers.get("target_value")
        if before is not None and wanted is not None and answers.get("direction"):
            try:
                check_target(answers["direction"], before, wanted)
            except ReportRefused as refusal:
                self.add_error("target_value", str(refusal))
        return answers

    def target(self) -> Figure | None:
        """The target, if one was typed."""
        answers = self.cleaned_data
        if answers["target_value"] is None:
            return None
        return Figure(answers["target_value"], **dating(answers["target_on"]))


class AlarmAnswerForm(forms.Form):
    """What the agency says to an alarm."""

    text = long_text(
        _("Jawaban instansi"),
        _("Apa sebabnya, apa yang dilakukan, dan kapan diukur lagi. Dibaca umum."),
        asks=_("Tuliskan jawaban instansi"),
    )
