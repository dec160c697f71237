"""Kinds of message, and how soon each reaches a person by e-mail.

Apps above add their kinds when they start; here are those that every app has.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Rhythm(models.TextChoices):
    """When a message of a kind goes out by e-mail. In the application it is there at once."""

    DIRECT = "direct", _("Langsung")
    DAILY = "daily", _("Ringkasan harian, pukul 07.00")
    WEEKLY = "weekly", _("Ringkasan mingguan, Senin pukul 07.00")
    APP_ONLY = "app_only", _("Hanya di aplikasi")


@dataclass(frozen=True)
class Kind:
    """A kind of message; a mandatory one is always e-mailed at once."""

    key: str
    label: str | Promise
    hint: str | Promise = ""
    rhythm: str = Rhythm.DIRECT
    is_mandatory: bool = False


DECISION = Kind(
    "decision",
    _("Keputusan dan tanda terima"),
    _("Hasil seleksi, perubahan tenggat, tanda terima."),
    is_mandatory=True,
)
ACCOUNT = Kind(
    "account",
    _("Akun dan keamanan"),
    _("Undangan, kata sandi, peringatan masuk."),
    is_mandatory=True,
)
TASK = Kind("task", _("Pekerjaan yang menunggu Anda"), _("Proposal atau penilaian yang datang."))
NUDGE = Kind("nudge", _("Pengingat dari orang"), _("Dari rekan, provinsi, atau sekretariat."))
REMINDER = Kind(
    "reminder", _("Pengingat otomatis"), _("Menjelang tenggat, atau bila lama tidak disentuh.")
)
DIGEST = Kind("digest", _("Ringkasan"))

KINDS: dict[str, Kind] = {
    kind.key: kind for kind in (DECISION, ACCOUNT, TASK, NUDGE, REMINDER, DIGEST)
}


def register(kind: Kind) -> Kind:
    """Add a kind; the settings page offers it."""
    KINDS[kind.key] = kind
    return kind


def optional_kinds() -> list[Kind]:
    """Kinds whose rhythm a person may choose."""
    return [kind for kind in KINDS.values() if not kind.is_mandatory and kind is not DIGEST]
