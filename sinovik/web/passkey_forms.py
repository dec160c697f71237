"""allauth's forms of passkeys: the person is always verified, and nothing hostile breaks them."""

import struct
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as theirs
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse

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

COPIED = _(
    "Kunci sandi ini tidak diterima: hitungannya mundur, seperti pada salinan. Masuk dengan cara"
    " lain, lepas kunci ini, lalu buat yang baru."
)
key_copied = Signal()
"""Sent with `authenticator` when a key answers that somebody may have copied."""


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
        """Whose key signed, and none that was copied; of too many tries allauth's own words."""
        answer = self.cleaned_data["credential"]
        try:
            key = super().clean_credential()  # type: ignore[misc]
            told = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
        except BROKEN as error:
            if getattr(error, "code", "") == "too_many_login_attempts":
                raise
            raise ValidationError(REFUSED) from error
        if not _count(key, told):
            key_copied.send(Authenticator, authenticator=key)
            raise ValidationError(COPIED)
        return key


def is_going_on(seen: int, told: int) -> bool:
    """Whether a key's counter went up, as one of a kind does; keys that count nothing send zero."""
    return told > seen or told == seen == 0


@transaction.atomic
def _count(key: Authenticator, told: int) -> bool:
    """Keep the counter of a key that goes on; of two answers at once the second is compared."""
    row = Authenticator.objects.select_for_update().get(pk=key.pk)
    seen = row.data.get("counter", row.wrap().authenticator_data.counter)
    if is_going_on(seen, told):
        row.data["counter"] = told
        row.save(update_fields=["data"])
        return True
    return False


class AuthenticateForm(_CheckedForm, theirs.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of signing in."""


class LoginForm(_CheckedForm, theirs.LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in by the key alone."""


class ReauthenticateForm(_CheckedForm, theirs.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Fresh proof by a key."""
