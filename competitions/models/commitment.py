"""What the ministry binds itself to when two people lock a list."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sinovik.web.querysets import Immutable, ImmutableQuerySet


class Commitment(Immutable):
    """The whole result of a stage as it was locked, and the signed hash of it. Never changed.

    `content` is canonical JSON (`queries.bundle.result_content`) and stays closed until the
    announcement; `content_hash` is public at once. `payload` is the signed text. `secret`
    keeps pseudonyms from being guessed and is never shown.
    """

    cut_off = models.OneToOneField("competitions.CutOff", models.PROTECT, related_name="commitment")
    secret = models.CharField(_("rahasia"), max_length=64)
    content = models.TextField(_("isi"))
    content_hash = models.CharField(_("sidik hasil"), max_length=64)
    committed_at = models.DateTimeField(_("diikatkan"))
    payload = models.TextField(_("isi yang ditandatangani"))
    signature = models.CharField(_("tanda tangan"), max_length=88)
    key = models.CharField(_("nomor kunci"), max_length=16)

    objects = ImmutableQuerySet["Commitment"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("komitmen hasil")
        verbose_name_plural = _("komitmen hasil")

    def __str__(self) -> str:
        return self.content_hash

    @property
    def envelope(self) -> dict[str, str]:
        """What anybody may keep from the locking on, to compare the result with later."""
        return {"key": self.key, "payload": self.payload, "signature": self.signature}
