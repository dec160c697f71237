"""Forms about deadlines: a later one, and what came late."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.enums import Role
from agencies.models import Agency
from competitions.forms.rankings import DAY, TIME


def _letter() -> forms.CharField:
    return forms.CharField(
        label=_("Nomor surat"),
        help_text=_("Surat yang mendasarinya, misalnya B/412/PP.03/2027."),
        max_length=80,
        error_messages={"required": _("Isi nomor surat.")},
    )


def _reason(label: Any, required: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": required},
    )


class ExtensionForm(forms.Form):
    """A later close, for everybody or for one agency, on a letter."""

    unmarked = frozenset({"agency"})

    agency = forms.ModelChoiceField(
        label=_("Hanya untuk instansi"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("Semua instansi"),
    )
    closes_on = forms.DateField(
        label=_("Tanggal tenggat baru"),
        widget=DAY,
        error_messages={
            "required": _("Isi tanggal tenggat baru."),
            "invalid": _("Isi tanggal tenggat baru, misalnya 22 Januari 2027."),
        },
    )
    closes_time = forms.TimeField(
        label=_("Jam tenggat baru (WIB)"),
        widget=TIME,
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        error_messages={
            "required": _("Isi jam tenggat baru."),
            "invalid": _("Isi jam tenggat baru, misalnya 23.59."),
        },
    )
    letter_number = _letter()
    reason = _reason(
        _("Alasan perpanjangan"),
        _("Isi alasan perpanjangan."),
        _("Diumumkan di halaman edisi bila berlaku untuk semua instansi."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        admins = Agency.objects.filter(
            memberships__role=Role.AGENCY_ADMIN, memberships__ended_at__isnull=True
        )
        field: forms.ModelChoiceField[Agency] = self.fields["agency"]  # type: ignore[assignment]
        field.queryset = admins.distinct().order_by("name")

    @property
    def new_closes_at(self) -> datetime:
        """The instant, in the site's zone (WIB) whatever the reader's."""
        naive = datetime.combine(self.cleaned_data["closes_on"], self.cleaned_data["closes_time"])
        return timezone.make_aware(naive, timezone.get_default_timezone())


class RejectExtensionForm(forms.Form):
    """Why the second person declines."""

    reason = _reason(_("Alasan menolak"), _("Isi alasan menolak."))


class AdmissionForm(forms.Form):
    """On what letter and why something late is let in."""

    letter_number = _letter()
    reason = _reason(_("Alasan menerima"), _("Isi alasan menerima."))


class DeclineForm(forms.Form):
    """Why something late is not let in; its agency reads it."""

    decline_reason = _reason(
        _("Alasan tidak menerima"),
        _("Isi alasan tidak menerima."),
        _("Instansi membaca alasan ini."),
    )
