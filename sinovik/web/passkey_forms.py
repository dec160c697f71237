"""allauth's forms of passkeys: the person is always verified, and nothing hostile breaks them."""

import struct
from typing import Any

from allauth.mfa.webauthn import forms as theirs
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

BROKEN = (
    ArithmeticError,
    AttributeError,
    InvalidSignature,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
    ValidationError,
    struct.error,
)
"""What fido2 and allauth raise on answers that no key gave."""
REFUSED = _("Kunci sandi tidak cocok. Coba sekali lagi.")


class _Answered(forms.Form):
    """A form whose one hidden field the browser fills with what the key signed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        messages = self.fields["credential"].error_messages
        messages["required"] = _("Kunci sandi memerlukan JavaScript di peramban Anda.")
        messages["invalid"] = REFUSED


class AddForm(_Answered, theirs.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, which asks for the finger, face or PIN each time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]
        self.fields["name"] = forms.CharField(
            label=_("Nama"),
            help_text=_("Supaya Anda mengenalinya nanti, misalnya “Ponsel saya”."),
            max_length=60,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def clean(self) -> dict[str, Any]:
        """Take the answer only from a key that verified its person."""
        self.cleaned_data["passwordless"] = True
        try:
            return super().clean() or {}
        except BROKEN as error:
            raise ValidationError(REFUSED) from error


class _CheckedForm(_Answered):
    def clean_credential(self) -> Any:
        """Whose key signed; of too many tries allauth's own words."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except BROKEN as error:
            if getattr(error, "code", "") == "too_many_login_attempts":
                raise
            raise ValidationError(REFUSED) from error


class AuthenticateForm(_CheckedForm, theirs.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of signing in."""


class LoginForm(_CheckedForm, theirs.LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in by the key alone."""


class ReauthenticateForm(_CheckedForm, theirs.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Fresh proof by a key."""
