"""What a winner hangs on the wall: the signed certificate of a band."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from sinovik.audit import clock
from sinovik.audit.codes import LENGTH, grouped
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class CertificateQuerySet(ImmutableQuerySet["Certificate"]):
    """Reads over certificates. All but the issuing go through `announced()`."""

    def announced(self, at: datetime | None = None) -> "CertificateQuerySet":
        """Certificates of lists whose instant has passed, by the clock at read time."""
        return self.filter(result__cut_off__announcement__announce_at__lte=at or clock.now())


class Certificate(Immutable):
    """Proof that an innovation reached a band. A trigger keeps it; before the instant it is as
    good as missing.

    `payload` is the text that was signed, byte for byte; the other columns repeat what is
    looked up.
    """

    result = models.OneToOneField("competitions.Result", models.PROTECT, related_name="certificate")
    code = models.CharField(_("kode"), max_length=LENGTH, unique=True)
    number = models.CharField(_("nomor sertifikat"), max_length=80, unique=True)
    issued_at = models.DateTimeField(_("diterbitkan"))
    payload = models.TextField(_("isi yang ditandatangani"))
    signature = models.CharField(_("tanda tangan"), max_length=88)
    key = models.CharField(_("nomor kunci"), max_length=16)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("sertifikat")
        verbose_name_plural = _("sertifikat")

    def __str__(self) -> str:
        return self.code_text

    @property
    def code_text(self) -> str:
        """The code as people read it: 7K3F-9QXA-22."""
        return grouped(self.code)
