"""What an agency holds in its hand: the signed receipt of a submission."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sinovik.audit.codes import LENGTH, grouped
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class Receipt(Immutable):
    """Proof that the ministry took a frozen version at an instant. A trigger keeps it.

    `payload` is the text that was signed, byte for byte; the other columns repeat what is
    looked up. `request_key` names the request that asked for it, so that the same request
    sent twice gets the same receipt.
    """

    entry = models.ForeignKey("competitions.Entry", models.PROTECT, related_name="receipts")
    version = models.ForeignKey("innovations.InnovationVersion", models.PROTECT, related_name="+")
    code = models.CharField(_("kode"), max_length=LENGTH, unique=True)
    issued_at = models.DateTimeField(_("diterbitkan"))
    content_hash = models.CharField(_("sidik isi"), max_length=64)
    payload = models.TextField(_("isi yang ditandatangani"))
    signature = models.CharField(_("tanda tangan"), max_length=88)
    key = models.CharField(_("nomor kunci"), max_length=16)
    request_key = models.UUIDField(_("kunci permintaan"), null=True, blank=True)

    objects = ImmutableQuerySet["Receipt"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("tanda terima")
        verbose_name_plural = _("tanda terima")
        constraints = [
            models.UniqueConstraint(name="receipt_once_a_version", fields=["entry", "version"]),
        ]

    def __str__(self) -> str:
        return self.code_text

    @property
    def code_text(self) -> str:
        """The code as people read it: 7K3F-9QXA-22."""
        return grouped(self.code)
