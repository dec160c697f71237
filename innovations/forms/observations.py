"""Forms by which observers file what they found."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from innovations.actions.observations import Finding
from innovations.forms.dates import DateBoxesField
from innovations.forms.life import long_text
from innovations.forms.outcomes import short_text
from sinovik.web.numbers import NumberField


class FindingForm(forms.Form):
    """When, by which body, from where; a correction says why."""

    dated_on = DateBoxesField(label=_("Tanggal"), error_messages={"required": _("Isi tanggalnya")})
    observed_by = short_text(
        _("Lembaga yang memeriksa"), 150, error_messages={"required": _("Isi nama lembaga")}
    )
    note = long_text(_("Catatan"))
    source = short_text(_("Sumber"), 400, _("Laporan atau alamatnya."), required=False)
    correction_reason = short_text(
        _("Alasan pembetulan"), 300, error_messages={"required": _("Tuliskan alasan pembetulan")}
    )

    def __init__(self, *args: Any, corrects: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not corrects:
            del self.fields["correction_reason"]

    def finding(self) -> Finding:
        """What every finding has."""
        answers = self.cleaned_data
        return Finding(
            answers["dated_on"], answers["observed_by"], answers["note"], answers["source"]
        )

    def reason(self) -> str:
        """Why an earlier record is put right."""
        return str(self.cleaned_data.get("correction_reason", ""))


class MysteryCheckForm(FindingForm):
    """How it went to use the service like anybody else."""

    place = short_text(
        _("Tempat"),
        150,
        _("Loket atau kantornya."),
        error_messages={"required": _("Isi tempatnya")},
    )
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
    """What a survey found."""

    survey = short_text(_("Nama survei"), 150, error_messages={"required": _("Isi nama surveinya")})
    value = NumberField(label=_("Nilai IKM (0-100)"), decimal_places=2, required=False)
    weakest_part = short_text(
        _("Unsur dengan nilai terburuk"), 150, _("Misalnya waktu tunggu."), required=False
    )
    source = short_text(
        _("Sumber"),
        400,
        _("Laporan atau alamatnya."),
        error_messages={"required": _("Isi sumbernya")},
    )
    field_order = ("dated_on", "observed_by", "survey", "value", "weakest_part", "source", "note")

    def clean_value(self) -> Any:
        """Between 0 and 100."""
        value = self.cleaned_data["value"]
        if value is not None and not 0 <= value <= 100:
            raise forms.ValidationError(_("Nilai IKM antara 0 dan 100."))
        return value
