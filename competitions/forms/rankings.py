"""Forms of the ranking board: the line, the lock, the decree."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sinovik.audit import clock
from sinovik.web.numbers import WholeNumberField

# Forms give minutes: an instant within the running minute still means now.
PRECISION = timedelta(minutes=1)
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"})
TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "govuk-input--width-10"})


class SeatsForm(forms.Form):
    """Where the line runs."""

    seats = WholeNumberField(
        label=_("Jumlah kursi"),
        min_value=1,
        max_value=9999,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}),
        error_messages={
            "required": _("Isi jumlah kursi."),
            "invalid": _("Jumlah kursi harus berupa angka."),
            "min_value": _("Jumlah kursi paling sedikit 1."),
        },
    )


class LockForm(forms.Form):
    """Why the list is ready to be locked."""

    reason = forms.CharField(
        label=_("Alasan penguncian"),
        help_text=_("Contoh: hasil pleno 10 Mei 2027, berita acara nomor 12."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis alasan penguncian.")},
    )


class RejectLockForm(forms.Form):
    """Why the second person sends the list back."""

    reason = forms.CharField(
        label=_("Alasan mengembalikan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis alasan mengembalikan daftar.")},
    )


class DecreeForm(forms.Form):
    """The decree and the instant from which the public sees the list."""

    decree_number = forms.CharField(
        label=_("Nomor keputusan"),
        help_text=_("Contoh: 636 Tahun 2019"),
        max_length=120,
        error_messages={"required": _("Isi nomor keputusan.")},
    )
    decree_dated_on = forms.DateField(
        label=_("Tanggal keputusan"),
        widget=DAY,
        error_messages={
            "required": _("Isi tanggal keputusan."),
            "invalid": _("Isi tanggal keputusan, misalnya 12 Agustus 2027."),
        },
    )
    announce_on = forms.DateField(
        label=_("Tanggal pengumuman"),
        widget=DAY,
        error_messages={
            "required": _("Isi tanggal pengumuman."),
            "invalid": _("Isi tanggal pengumuman, misalnya 12 Agustus 2027."),
        },
    )
    announce_time = forms.TimeField(
        label=_("Jam pengumuman (WIB)"),
        widget=TIME,
        error_messages={
            "required": _("Isi jam pengumuman."),
            "invalid": _("Isi jam pengumuman, misalnya 10.00."),
        },
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
    )

    def clean(self) -> dict[str, Any]:
        """Refuse an instant that has passed and a decree from after its announcement."""
        cleaned = super().clean() or {}
        dated, day = cleaned.get("decree_dated_on"), cleaned.get("announce_on")
        if day and cleaned.get("announce_time") and self.announce_at < clock.now() - PRECISION:
            self.add_error("announce_on", _("Waktu pengumuman harus di masa depan."))
        if dated and day and dated > day:
            self.add_error(
                "decree_dated_on", _("Keputusan tidak bisa bertanggal sesudah pengumuman.")
            )
        return cleaned

    @property
    def announce_at(self) -> datetime:
        """The instant, in the site's zone (WIB)."""
        naive = datetime.combine(
            self.cleaned_data["announce_on"], self.cleaned_data["announce_time"]
        )
        return timezone.make_aware(naive, timezone.get_default_timezone())
