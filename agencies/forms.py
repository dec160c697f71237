"""Forms of the members page and of the invitation link."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.enums import Role
from agencies.models import Agency, Unit, User
from agencies.permissions import can_give_role


class InvitationForm(forms.Form):
    """Whom to invite, as what. Offers the roles and units that the person may give."""

    email = forms.EmailField(
        label=_("Surel"),
        help_text=_("Undangan dikirim ke alamat ini dan berlaku 14 hari."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Isi surel orang yang diundang")},
    )
    role = forms.ChoiceField(
        label=_("Peran"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih peran")},
    )
    unit = forms.ModelChoiceField(
        label=_("Unit pelayanan"),
        help_text=_("Inovator melihat dan menulis inovasi unitnya."),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Tanpa unit"),
    )

    def __init__(self, *args: Any, agency: Agency, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = [role for role in Role if can_give_role(by, agency, role)]
        self.fields["role"].choices = [(role.value, role.label) for role in self.roles]  # type: ignore[attr-defined]
        self.fields["unit"].queryset = agency.units.all()  # type: ignore[attr-defined]


class UnitForm(forms.Form):
    """A service unit to add."""

    name = forms.CharField(
        label=_("Nama unit"),
        help_text=_("Contoh: Puskesmas Tanjung Batu"),
        max_length=200,
        error_messages={"required": _("Isi nama unit")},
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency = agency

    def clean_name(self) -> str:
        """Refuse a name that the agency uses already, whatever its case."""
        name = " ".join(self.cleaned_data["name"].split())
        if self.agency.units.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("Unit dengan nama ini sudah ada di instansi Anda"))
        return name


class AcceptanceForm(forms.Form):
    """What an invited person without an account tells us."""

    name = forms.CharField(
        label=_("Nama lengkap"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Isi nama lengkap Anda")},
    )
    password = forms.CharField(
        label=_("Kata sandi"),
        help_text=_("Paling sedikit 12 karakter. Rangkaian beberapa kata paling aman."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Isi kata sandi")},
        strip=False,
    )


class AgencySearchForm(forms.Form):
    """Words of an agency's name."""

    unmarked = frozenset({"q"})

    q = forms.CharField(label=_("Nama instansi"), max_length=100, required=False)


class ExtensionForm(forms.Form):
    """The new last day of a role."""

    ends_on = forms.DateField(
        label=_("Hari terakhir"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Isi hari terakhir peran"),
            "invalid": _("Tulis hari terakhir, misalnya 31/12/2027"),
        },
    )


class SupportForm(forms.Form):
    """As whom somebody of the secretariat looks, and why."""

    email = forms.EmailField(
        label=_("Surel orangnya"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Isi surel orangnya")},
    )
    reason = forms.CharField(
        label=_("Alasan"),
        help_text=_("Orangnya membaca alasan ini."),
        max_length=300,
        error_messages={"required": _("Isi alasannya")},
    )


class LetterForm(forms.Form):
    """What stands on an official letter, and whom it names as the agency's admin."""

    number = forms.CharField(
        label=_("Nomor surat"),
        help_text=_("Seperti tertulis di surat, misalnya 065/1234/ORG."),
        max_length=120,
        error_messages={"required": _("Isi nomor surat")},
    )
    dated_on = forms.DateField(
        label=_("Tanggal surat"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Isi tanggal surat"),
            "invalid": _("Tulis tanggal surat, misalnya 31/01/2027"),
        },
    )
    email = forms.EmailField(
        label=_("Surel admin yang disebut surat"),
        help_text=_("Undangan dikirim ke alamat ini dan berlaku 14 hari."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Isi surel admin yang ditunjuk")},
    )
