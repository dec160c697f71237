"""Refusals of the agencies app; each text tells the person what to do next."""

from django.utils.translation import gettext_lazy as _

from sinovik.web.access import Refusal


class InvitationUnusable(Refusal):
    """The invitation is used, revoked or expired."""

    default_message = _(
        "Undangan ini sudah dipakai atau kedaluwarsa. Minta admin instansi mengirim undangan baru."
    )


class AlreadyMember(Refusal):
    """The person already holds this role in this agency."""

    default_message = _("Orang ini sudah memiliki peran tersebut di instansi Anda.")


class RoleEnded(Refusal):
    """Somebody else ended this role a moment before."""

    default_message = _("Peran ini sudah berakhir. Muat ulang daftar anggota.")


class UnitExists(Refusal):
    """The agency has a unit of this name."""

    default_message = _("Unit dengan nama ini sudah ada di instansi Anda.")


class LastAdmin(Refusal):
    """An agency must keep one admin."""

    default_message = _(
        "Ini admin terakhir instansi. Undang admin lain lebih dahulu sebelum mengakhiri peran ini."
    )


class AlreadyInvited(Refusal):
    """An invitation to the same role still waits for an answer."""

    default_message = _(
        "Surel ini sudah diundang untuk peran tersebut. Kirim ulang undangannya bila belum sampai."
    )


class TooSoon(Refusal):
    """An invitation was sent a moment ago."""

    default_message = _("Undangan ini baru saja dikirim. Tunggu sepuluh menit, lalu kirim ulang.")


class LetterRefused(Refusal):
    """What was typed of an official letter can't be right."""

    default_message = _("Periksa nomor dan tanggal suratnya.")


class StillInOffice(Refusal):
    """Somebody who holds a role can't be erased."""

    default_message = _("Akhiri dulu semua perannya, lalu hapus akunnya.")


class EndRefused(Refusal):
    """A role's last day must lie ahead, and not too far."""

    default_message = _("Pilih hari yang akan datang, paling jauh satu setengah tahun.")


class SupportRefused(Refusal):
    """Looking as somebody else needs a reason that says something."""

    default_message = _("Tuliskan alasannya, paling sedikit sepuluh huruf.")
