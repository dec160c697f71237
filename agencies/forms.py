"""Forms of the members page and of the invitation link."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.enums import AGENCY_ROLES, Role
from agencies.models import Agency, Unit, User


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
        roles = list(Role) if by.has_role(Role.SECRETARIAT_HEAD) else sorted_roles()
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
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


def sorted_roles() -> list[Role]:
    """The roles of an agency in the order of the vocabulary."""
    return [role for role in Role if role in AGENCY_ROLES]
