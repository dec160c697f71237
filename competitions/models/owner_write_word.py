"""What two heads say of a write past the site: one names who and why, another confirms it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sinovik.audit.models import OwnerWrite
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class OwnerWriteWord(Immutable):
    """A head's word on one write by the database's owner: who it was, and why.

    A later word on the same write stands in place of it. `written_by` is empty where who wrote
    has no account here; then the note has the name.
    """

    write = models.ForeignKey(OwnerWrite, models.PROTECT, related_name="words")
    said_at = models.DateTimeField(_("ditulis"))
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    note = models.CharField(_("keterangan"), max_length=300)

    objects = ImmutableQuerySet["OwnerWriteWord"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("keterangan penulisan di luar situs")
        verbose_name_plural = _("keterangan penulisan di luar situs")

    def __str__(self) -> str:
        return f"{self.write_id}: {self.note}"


class OwnerWriteConfirmed(Immutable):
    """That another head stands by such a word; a trigger refuses who said it or is named in it."""

    word = models.OneToOneField(OwnerWriteWord, models.PROTECT, related_name="confirmed")
    confirmed_at = models.DateTimeField(_("dikonfirmasi"))
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["OwnerWriteConfirmed"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("konfirmasi penulisan di luar situs")
        verbose_name_plural = _("konfirmasi penulisan di luar situs")

    def __str__(self) -> str:
        return str(self.word_id)
