"""How accounts come about and what a password must be; rendered by allauth's views."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: an invitation leads to every account."""

    # Never which of the two was wrong.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Akun ini tidak aktif. Hubungi admin instansi Anda."),
        "email_password_mismatch": _("Surel atau sandi tidak cocok."),
        "enter_current_password": _("Kata sandi sekarang tidak cocok."),
        "incorrect_password": _("Kata sandi tidak cocok."),
        "invalid_login": _("Surel atau sandi tidak cocok."),
        "too_many_login_attempts": _(
            "Terlalu banyak percobaan. Coba lagi beberapa menit lagi atau atur ulang sandi."
        ),
        "rate_limited": _("Terlalu banyak permintaan. Coba lagi beberapa menit lagi."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no, always."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Lead to the site's own address: the host that a request names is a stranger's word."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.SITE_ADDRESS}{path}"


class MaximumLengthValidator:
    """Refuses passwords so long that hashing them becomes an attack."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        """Raise with a sentence when the password is too long."""
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """Tell the rule."""
        return ngettext(
            "Kata sandi paling panjang %(limit)d karakter.",
            "Kata sandi paling panjang %(limit)d karakter.",
            self.max_length,
        ) % {"limit": self.max_length}
