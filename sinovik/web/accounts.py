"""How accounts come about and what a password must be; rendered by allauth's views."""

import base64
from typing import Any
from urllib.parse import urlsplit

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sinovik.web.factors import is_fresh


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: an invitation leads to every account."""

    # Never which of the two was wrong.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Akun ini tidak aktif. Hubungi admin instansi Anda."),
        "email_password_mismatch": _("Surel atau kata sandi tidak cocok."),
        "enter_current_password": _("Kata sandi sekarang tidak cocok."),
        "incorrect_password": _("Kata sandi tidak cocok."),
        "invalid_login": _("Surel atau kata sandi tidak cocok."),
        "too_many_login_attempts": _(
            "Terlalu banyak percobaan. Coba lagi beberapa menit lagi atau atur ulang kata sandi."
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

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within minutes of any proof: who has just signed in is not asked again."""
        return not is_fresh(self.request)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets encrypted at rest, words in Indonesian, no factor given up that a role needs."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Peran Anda mewajibkan faktor kedua. Ganti aplikasinya, jangan lepaskan."
        ),
        "cannot_generate_recovery_codes": _("Pasang aplikasi autentikator lebih dahulu."),
        "incorrect_code": _("Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya."),
    }

    def build_totp_svg(self, url: str) -> str:
        """The QR code that an app reads, as part of the page; black on white in every scheme."""
        code: str = segno.make(url, error="m").svg_inline(scale=4, border=4, light="#fff")
        return code

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        """What a passkey is called whose owner gave it no name."""
        return gettext("Kunci sandi")

    def encrypt(self, text: str) -> str:
        """With a key made from SECRET_KEY: a copy of the table alone opens nothing."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises where neither SECRET_KEY nor a fallback wrote it."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ValueError("no key opens this factor; keep SECRET_KEY_FALLBACKS") from error

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another main factor is left, or none is asked for."""
        if not authenticator.user.needs_second_factor:
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    salt = "sinovik.web.factors"
    digests = [salted_hmac(salt, "key", secret=key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
