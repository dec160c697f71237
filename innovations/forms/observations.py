"""Forms by which observers file what they found."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from innovations.actions.observations import Finding, check_can_be_found_on, check_says_enough
from innovations.exceptions import ReportRefused
from innovations.forms.dates import DateBoxesField, dating
from innovations.forms.life import long_text
from innovations.forms.outcomes import short_text
from innovations.models import Innovation
from sinovik.web.numbers import NumberField


def line(label: Any, longest: int, help_text: Any = "", *, asks: Any = "") -> forms.CharField:
    """One line of plain text; `asks` is said where it must not be empty."""
    return short_text(
        label,
        longest,
        help_text,
        required=bool(asks),
        error_messages={"required": asks},
    )


class FindingForm(forms.Form):
    """When, by which body, from where; a correction says why."""

    dated_on = DateBoxesField(
        label=_("Tanggal"),
        takes_year_alone=True,
        error_messages={"required": _("Isi tanggalnya")},
    )
    observed_by = line(_("Lembaga yang memeriksa"), 150, asks=_("Isi nama lembaga"))
    note = long_text(_("Catatan"))
    source = line(_("Sumber"), 400, _("Laporan atau alamatnya."))
    correction_reason = line(_("Alasan pembetulan"), 300, asks=_("Tuliskan alasan pembetulan"))

    def __init__(
        self, *args: Any, innovation: Innovation, corrects: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.innovation = innovation
        if not corrects:
            del self.fields["correction_reason"]

    def clean_dated_on(self) -> Any:
        """A day or year that has come, since the service began."""
        day = self.cleaned_data["dated_on"]
        known = dating(day)
        try:
            check_can_be_found_on(
                self.innovation, known["dated_on"], is_year_only=known["is_year_only"]
            )
        except ReportRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return day

    def finding(self) -> Finding:
        """What every finding has."""
        answers = self.cleaned_data
        return Finding(
            observed_by=answers["observed_by"],
            note=answers["note"],
            source=answers["source"],
            **dating(answers["dated_on"]),
        )

    def reason(self) -> str:
        """Why an earlier record is put right."""
        return str(self.cleaned_data.get("correction_reason", ""))


class MysteryCheckForm(FindingForm):
    """How it went to use the service like anybody else."""

    place = line(_("Tempat"), 150, _("Loket atau kantornya."), asks=_("Isi tempatnya"))
    result = long_text(
        _("Hasil"),
        _("Apa yang dialami, dari datang sampai selesai."),
        asks=_("Tuliskan apa yang dialami"),
    )
    waiting_minutes = NumberField(label=_("Waktu tunggu (menit)"), decimal_places=1, required=False)
    field_order = ("dated_on", "observed_by", "place", "result", "waiting_minutes", "note")

    def clean_waiting_minutes(self) -> Any:
        """No less than nothing, no more than a month."""
        minutes = self.cleaned_data["waiting_minutes"]
        if minutes is not None and not 0 <= minutes <= 45_000:
            raise forms.ValidationError(_("Waktu tunggu antara 0 dan 45.000 menit"))
        return minutes


class SatisfactionForm(FindingForm):
    """What a survey found: an index, the part rated worst, or both."""

    unmarked = frozenset({"value", "weakest_part"})

    survey = line(_("Nama survei"), 150, asks=_("Isi nama surveinya"))
    value = NumberField(label=_("Nilai IKM (0-100)"), decimal_places=2, required=False)
    weakest_part = line(_("Unsur dengan nilai terburuk"), 150, _("Misalnya waktu tunggu."))
    source = line(_("Sumber"), 400, _("Laporan atau alamatnya."), asks=_("Isi sumbernya"))
    field_order = ("dated_on", "observed_by", "survey", "value", "weakest_part", "source", "note")

    def clean_value(self) -> Any:
        """Between 0 and 100."""
        value = self.cleaned_data["value"]
        if value is not None and not 0 <= value <= 100:
            raise forms.ValidationError(_("Nilai IKM antara 0 dan 100."))
        return value

    def clean(self) -> dict[str, Any]:
        """Ask for what was found, at the field for it."""
        answers = super().clean() or self.cleaned_data
        if "value" in answers and "weakest_part" in answers:
            try:
                check_says_enough(answers["value"], answers["weakest_part"])
            except ReportRefused as refusal:
                self.add_error("value", str(refusal))
        return answers
