"""allauth's forms of the second factor, in our words, each code good for once."""

import textwrap
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

LAST = "last_counter"
"""In the row of an app: the newest thirty seconds whose code was used."""


def _counter_of(secret: str, code: str) -> int | None:
    """The thirty seconds that a code belongs to, None where it is none of now."""
    for counter in auth.yield_hotp_counters_from_time():
        expected = auth.format_hotp_value(auth.hotp_value(secret, counter))
        if compare_user_code(actual=code, expected=expected):
            return int(counter)
    return None


def use_code(app: Authenticator, code: str) -> bool:
    """Note that a code was used; False where it, or a later one, was used before.

    allauth notes it in the cache for thirty seconds only, which a restart forgets and the
    tolerance outlives. Call it with the row locked.
    """
    counter = _counter_of(decrypt(app.data["secret"]), code)
    if counter is None or counter <= app.data.get(LAST, -1):
        return False
    app.data[LAST] = counter
    app.save(update_fields=["data"])
    return True


def demo_code(user: Any) -> str:
    """The next good code of somebody made up, for whoever looks at the demo; else empty."""
    if not (settings.DEMO and user.is_simulated):
        return ""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if app is None:
        return ""
    secret, last = decrypt(app.data["secret"]), app.data.get(LAST, -1)
    _before, now, after = auth.yield_hotp_counters_from_time()
    counter = min(max(now, last + 1), after)
    return str(auth.format_hotp_value(auth.hotp_value(secret, counter)))


class CodeInOurWords:
    """One field for six digits, or eight of a recovery code."""

    fields: dict[str, Any]
    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = _("Kode"), self.code_help
        field.max_length = 20
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs |= {"inputmode": "numeric", "maxlength": "20", "spellcheck": "false"}
        field.error_messages["required"] = _("Isi kode")

    code_help: Any = _(
        "6 angka dari aplikasi autentikator, atau satu kode pemulihan yang belum dipakai."
    )


class _OnceForm(CodeInOurWords):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.demo_code = demo_code(self.user)
        self.fields["code"].initial = self.demo_code

    def clean_code(self) -> str:
        """Check the code while the person's factors are locked: of two uses one wins."""
        with transaction.atomic():
            list(Authenticator.objects.select_for_update().filter(user=self.user).order_by("pk"))
            code: str = super().clean_code()  # type: ignore[misc]
            used: Authenticator = self.authenticator  # type: ignore[attr-defined]
            if used.type == Authenticator.Type.TOTP and not use_code(used, code):
                raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_OnceForm, base_forms.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ReauthenticateForm(_OnceForm, base_forms.ReauthenticateForm):  # type: ignore[misc]
    """Fresh proof by a code."""


class ActivateForm(CodeInOurWords, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app: shows that it was set up rightly."""

    @property
    def secret_in_groups(self) -> str:
        """The key as people type it over, four by four."""
        return " ".join(textwrap.wrap(self.secret, 4))

    code_help = _("6 angka yang sekarang tampil di aplikasi untuk SINOVIK.")
