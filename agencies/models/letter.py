"""Official letters on which the secretariat opened agencies and appointed their admins."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.enums import LetterPurpose
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class AgencyLetter(Immutable):
    """A letter and the invitation that followed from it. A trigger keeps the row."""

    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="letters")
    purpose = models.CharField(_("maksud"), max_length=12, choices=LetterPurpose)
    number = models.CharField(_("nomor surat"), max_length=120)
    dated_on = models.DateField(_("tanggal surat"))
    invitation = models.OneToOneField(
        "agencies.Invitation", models.PROTECT, related_name="letter", verbose_name=_("undangan")
    )
    recorded_at = models.DateTimeField(_("dicatat"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["AgencyLetter"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("surat instansi")
        verbose_name_plural = _("surat instansi")
        constraints = [
            models.UniqueConstraint(
                name="agencyletter_opens_once",
                fields=["agency"],
                condition=Q(purpose="opening"),
                violation_error_message=_("Instansi ini sudah dibuka."),
            ),
            models.CheckConstraint(
                name="agencyletter_has_number",
                condition=~Q(number=""),
                violation_error_message=_("Isi nomor surat."),
            ),
        ]

    def __str__(self) -> str:
        return self.number
