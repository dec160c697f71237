"""Closed vocabularies of the agencies app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgencyType(models.TextChoices):
    """Kinds of agency that KIPP counts apart."""

    MINISTRY = "kementerian", _("Kementerian")
    STATE_AGENCY = "lembaga", _("Lembaga")
    PROVINCE = "provinsi", _("Pemerintah provinsi")
    REGENCY = "kabupaten", _("Pemerintah kabupaten")
    CITY = "kota", _("Pemerintah kota")
    SOE = "bumn", _("BUMN")


class RegionLevel(models.TextChoices):
    """Levels of the Kemendagri region codes that the register uses."""

    PROVINCE = "provinsi", _("Provinsi")
    REGENCY = "kabupaten", _("Kabupaten")
    CITY = "kota", _("Kota")


class Role(models.TextChoices):
    """What a person does; a membership carries exactly one."""

    INNOVATOR = "innovator", _("Inovator")
    AGENCY_ADMIN = "agency_admin", _("Admin instansi")
    SECRETARIAT_OFFICER = "secretariat_officer", _("Petugas sekretariat")
    SECRETARIAT_HEAD = "secretariat_head", _("Kepala sekretariat")
    EVALUATOR = "evaluator", _("Tim evaluasi")
    PANELIST = "panelist", _("Tim panel independen")
    OBSERVER = "observer", _("Pengamat")


SECRETARIAT_ROLES = frozenset({Role.SECRETARIAT_OFFICER, Role.SECRETARIAT_HEAD})
"""Roles that work for the ministry's secretariat."""

FACTOR_ROLES = SECRETARIAT_ROLES | {Role.EVALUATOR, Role.PANELIST, Role.OBSERVER}
"""Roles that decide a contest or see what is closed: they sign in with a second factor."""

SEASON_ROLES = frozenset({Role.EVALUATOR, Role.PANELIST, Role.OBSERVER})
"""Roles that somebody holds for one edition: they end with it."""

AGENCY_ROLES = frozenset({Role.INNOVATOR, Role.AGENCY_ADMIN})
"""Roles that an agency admin may give inside the own agency."""


class LetterPurpose(models.TextChoices):
    """What an official letter of an agency asked for."""

    OPENING = "opening", _("Pembukaan instansi")
    APPOINTMENT = "appointment", _("Penunjukan admin")


class InvitationState(models.TextChoices):
    """Where an invitation stands."""

    PENDING = "pending", _("Menunggu jawaban")
    ACCEPTED = "accepted", _("Diterima")
    EXPIRED = "expired", _("Kedaluwarsa")
    REVOKED = "revoked", _("Dibatalkan")
