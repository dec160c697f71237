"""What is written down when somebody's password or second factor changes."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.actions.devices import end_sessions
from agencies.models import User
from sinovik import audit, notifications
from sinovik.notifications import in_each_language
from sinovik.notifications.kinds import ACCOUNT


@transaction.atomic
def note_credential_change(*, by: User, event: str, kind: str = "") -> None:
    """One event about the person's own account; never the credential itself."""
    audit.record(by=by, event=event, obj=by, payload={"kind": kind} if kind else {})


@transaction.atomic
def note_factor_used(*, by: User, authenticator: Authenticator) -> None:
    """A recovery code is gone once it is used: written down, and told to its owner."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        return
    authenticator.refresh_from_db()
    left = len(authenticator.wrap().get_unused_codes())
    audit.record(by=by, event="recovery_code_used", obj=by, payload={"left": left})
    get_adapter().send_notification_mail("mfa/email/recovery_code_used", by, {"left": left})


@transaction.atomic
def release_factor(*, by: User | None, user: User, reason: str) -> bool:
    """Take a lost factor away, on an operator's word; False where there was none.

    The person enrols anew at the next sign-in and is told at once. `by` is None for the
    command line.
    """
    gone, _rows = Authenticator.objects.filter(user=user).delete()
    if not gone:
        return False
    audit.record(by=by, event="factor_released", obj=user, payload={"reason": reason})
    end_sessions(by=by, user=user)
    with translation.override(settings.LANGUAGE_CODE):
        notifications.send_letter(
            address=user.email,
            subject=_("Faktor kedua akun SINOVIK Anda dilepas"),
            body=_(
                "Operator melepas faktor kedua akun Anda. Pasang yang baru saat masuk. Bila bukan"
                " Anda yang meminta, segera hubungi sekretariat."
            ),
            path=reverse("account_login"),
        )
    return True


def listen(event: str) -> Any:
    """A receiver of allauth's signals that writes `event` about the user it names."""

    def tell(*, user: User, authenticator: Authenticator | None = None, **kwargs: Any) -> None:
        kind = str(authenticator.type) if authenticator else ""
        note_credential_change(by=user, event=event, kind=kind)

    return tell


def note_factor(*, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A receiver: a factor was used."""
    note_factor_used(by=user, authenticator=authenticator)


@transaction.atomic
def note_key_refused(*, by: User, key: str) -> None:
    """A key was refused that may be a copy; its owner can tell, and must hear."""
    audit.record(by=by, event="passkey_counter_went_back", obj=by)
    _tell_of_copy(by, key)


@in_each_language
def _tell_of_copy(owner: User, key: str) -> None:
    notifications.notify(
        recipients=[owner],
        subject=_("Kunci sandi Anda mungkin disalin"),
        body=_(
            "Kunci sandi “%(key)s” menjawab dengan hitungan yang mundur, dan kami tolak. Kunci yang"
            " hanya satu selalu menghitung maju. Lepas kunci ini, buat yang baru, dan periksa di"
            " mana akun Anda terbuka."
        )
        % {"key": key},
        path=reverse("mfa_index"),
        kind=ACCOUNT,
    )


def note_national_account(*, sociallogin: Any, **kwargs: Any) -> None:
    """A receiver: a national account was linked."""
    note_credential_change(by=sociallogin.user, event="national_account_linked")


def note_copied_key(*, authenticator: Authenticator, **kwargs: Any) -> None:
    """A receiver: a key may be a copy."""
    owner: Any = authenticator.user
    note_key_refused(by=owner, key=authenticator.wrap().name)
