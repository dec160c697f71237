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


class LastAdmin(Refusal):
    """An agency must keep one admin."""

    default_message = _(
        "Ini admin terakhir instansi. Undang admin lain lebih dahulu sebelum mengakhiri peran ini."
    )
