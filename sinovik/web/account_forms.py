"""allauth's forms in the words and with the attributes of this site."""

from typing import Any

from allauth.account import forms as allauth_forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("Surel"),
    "email": _("Surel"),
    "password": _("Kata sandi"),
    "oldpassword": _("Kata sandi sekarang"),
    "password1": _("Kata sandi baru"),
    "password2": _("Ulangi kata sandi baru"),
}
REQUIRED = {
    "login": _("Isi surel"),
    "email": _("Isi surel"),
    "password": _("Isi kata sandi"),
    "oldpassword": _("Isi kata sandi sekarang"),
    "password1": _("Isi kata sandi baru"),
    "password2": _("Ulangi kata sandi baru"),
}
NEW_PASSWORD = _(
    "Paling sedikit %(minimum)d karakter. Jangan pakai kata sandi yang umum atau data pribadi Anda."
)


def _minimum() -> int:
    rules: list[dict[str, Any]] = settings.AUTH_PASSWORD_VALIDATORS  # type: ignore[assignment]
    return max(int(rule.get("OPTIONS", {}).get("min_length", 0)) for rule in rules)


class InOurWords:
    """Labels instead of placeholders, help in one sentence."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = ""
            field.widget.attrs.pop("placeholder", None)
            if name in REQUIRED:
                field.error_messages["required"] = REQUIRED[name]
        if "login" in self.fields:
            self.fields["login"].widget.attrs["autocomplete"] = "username"
        if "password1" in self.fields:
            self.fields["password1"].help_text = NEW_PASSWORD % {"minimum": _minimum()}


class LoginForm(InOurWords, allauth_forms.LoginForm):  # type: ignore[misc]
    """Sign in by e-mail address."""


class ResetPasswordForm(InOurWords, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """Ask for a link to a new password."""


class ResetPasswordKeyForm(InOurWords, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """Choose a new password after following the link."""


class ChangePasswordForm(InOurWords, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    """Change the password while signed in."""


class SetPasswordForm(InOurWords, allauth_forms.SetPasswordForm):  # type: ignore[misc]
    """Give a password to an account that has none."""


class ReauthenticateForm(InOurWords, allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    """Prove presence before something sensitive."""
