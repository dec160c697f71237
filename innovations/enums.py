"""Closed vocabularies of the register (PermenPANRB 30/2014 names the first three)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoveltyKind(models.TextChoices):
    """Where the idea comes from."""

    ORIGINAL = "original", _("Gagasan orisinal")
    ADAPTATION = "adaptation", _("Adaptasi")
    MODIFICATION = "modification", _("Modifikasi")


class NoveltyForm(models.TextChoices):
    """What the innovation changes."""

    NEW_APPROACH = "new_approach", _("Pendekatan baru")
    EXTENSION = "extension", _("Perluasan")
    QUALITY = "quality", _("Peningkatan kualitas")


class BenefitKind(models.TextChoices):
    """How the public benefits."""

    DIRECT = "direct", _("Manfaat langsung")
    INDIRECT = "indirect", _("Manfaat tidak langsung")


class InnovationState(models.TextChoices):
    """Life of a dossier in the register; moves are in `workflow.py`."""

    DRAFT = "draft", _("Draf")
    PUBLISHED = "published", _("Terbit")
    ARCHIVED = "archived", _("Diarsipkan")


class LifeState(models.TextChoices):
    """What an agency attests once a year."""

    GROWING = "berkembang", _("Berkembang")
    RUNNING = "berjalan", _("Berjalan")
    STOPPED = "berhenti", _("Berhenti")


class Life(models.TextChoices):
    """What the public is told of an innovation's life; `workflow.life_of` decides it."""

    GROWING = "berkembang", _("Berkembang")
    RUNNING = "berjalan", _("Berjalan")
    NEW = "baru", _("Baru terbit")
    SILENT = "tanpa-kabar", _("Belum ada kabar")
    STOPPED = "berhenti", _("Berhenti")


class Direction(models.TextChoices):
    """Which way an outcome indicator should move."""

    UP = "up", _("Makin besar makin baik")
    DOWN = "down", _("Makin kecil makin baik")


class ValueKind(models.TextChoices):
    """What a value of an outcome indicator says."""

    BASELINE = "baseline", _("Angka awal")
    TARGET = "target", _("Sasaran")
    MEASURED = "measured", _("Hasil ukur")


class ImportState(models.TextChoices):
    """Life of an import; moves are in `workflow.py`."""

    CHECKING = "checking", _("Sedang diperiksa")
    CHECKED = "checked", _("Sudah diperiksa")
    QUEUED = "queued", _("Menunggu giliran")
    RUNNING = "running", _("Sedang diimpor")
    IMPORTED = "imported", _("Sudah diimpor")
    CANCELLED = "cancelled", _("Dibatalkan")
    FAILED = "failed", _("Gagal, tidak ada yang diimpor")


class AttachmentState(models.TextChoices):
    """Life of a file that was sent in; moves are in `workflow.py`."""

    EXAMINING = "examining", _("Sedang diperiksa")
    HELD = "held", _("Ditahan: menunggu pemeriksaan virus")
    READY = "ready", _("Siap")
    REFUSED = "refused", _("Ditolak")


class ReplicationState(models.TextChoices):
    """Life of a replication, from request to proof; moves are in `workflow.py`."""

    REQUESTED = "requested", _("Menunggu jawaban")
    ACCEPTED = "accepted", _("Diterima, menunggu kesepakatan")
    REFUSED = "refused", _("Ditolak")
    AGREED = "agreed", _("Disepakati")
    REPORTED = "reported", _("Dilaporkan, menunggu instansi asal")
    CONFIRMED = "confirmed", _("Dibenarkan instansi asal")
    VERIFIED = "verified", _("Terverifikasi")
    WITHDRAWN = "withdrawn", _("Ditarik")


class ServiceSize(models.IntegerChoices):
    """How many people a service is for; of a replication offered or needed."""

    SMALL = 1, _("Sampai 100 ribu orang")
    MIDDLE = 2, _("100 ribu sampai 500 ribu orang")
    LARGE = 3, _("500 ribu sampai 2 juta orang")
    HUGE = 4, _("Lebih dari 2 juta orang")
