"""The life of an innovation after its publication: yearly attestations of its agency."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from innovations.enums import LifeState
from sinovik.web.querysets import Immutable, ImmutableQuerySet


class Proven(models.Model):
    """Something said with proof: a note, an address, a file of the dossier, a source."""

    note = models.TextField(_("catatan dan bukti"), blank=True)
    link = models.URLField(_("tautan bukti"), max_length=400, blank=True)
    attachment = models.ForeignKey(
        "innovations.Attachment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lampiran bukti"),
    )
    source = models.CharField(_("sumber"), max_length=400, blank=True)
    is_simulated = models.BooleanField(_("data simulasi"), default=False)

    class Meta:
        abstract = True


PROVEN = ~Q(note="") | ~Q(link="") | Q(attachment__isnull=False) | ~Q(source="")


class Attestation(Proven, Immutable):
    """What the agency said of the innovation on a day. A further one speaks from then on."""

    innovation = models.ForeignKey(
        "innovations.Innovation", models.PROTECT, related_name="attestations"
    )
    state = models.CharField(_("keadaan"), max_length=10, choices=LifeState)
    stopped_on = models.DateField(_("berhenti sejak"), null=True, blank=True)
    reason = models.TextField(_("alasan berhenti"), blank=True)
    lessons = models.TextField(_("pelajaran"), blank=True, db_default="")
    attested_at = models.DateTimeField(_("dinyatakan"))
    attested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["Attestation"].as_manager()

    class Meta:
        ordering = ["-attested_at", "-pk"]
        verbose_name = _("pernyataan keadaan")
        verbose_name_plural = _("pernyataan keadaan")
        constraints = [
            models.CheckConstraint(
                name="attestation_stopped_with_day_and_reason",
                condition=Q(state="berhenti", stopped_on__isnull=False) & ~Q(reason="")
                | ~Q(state="berhenti") & Q(stopped_on__isnull=True, reason=""),
                violation_error_message=_("Layanan yang berhenti wajib punya tanggal dan alasan."),
            ),
            models.CheckConstraint(
                name="attestation_alive_with_proof",
                condition=Q(state="berhenti") | PROVEN,
                violation_error_message=_("Pernyataan wajib disertai bukti."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_id} {self.state} {self.attested_at:%Y-%m-%d}"
