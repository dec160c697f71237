"""What agencies offer for replication and what they need, as the hub page lists it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from innovations.enums import InnovationState, LifeState, ServiceSize
from sinovik.web.querysets import LockableQuerySet


class ReplicationOfferQuerySet(LockableQuerySet["ReplicationOffer"]):
    """Reads over offers."""

    def held(self) -> "ReplicationOfferQuerySet":
        """Offers that nobody has ended, of innovations that are public."""
        return self.filter(ended_at__isnull=True, innovation__state=InnovationState.PUBLISHED)

    def standing(self) -> "ReplicationOfferQuerySet":
        """Those that can be taken up: of innovations that have not stopped."""
        return self.held().exclude(innovation__attested_state=LifeState.STOPPED)


class ReplicationOffer(models.Model):
    """An agency marks its innovation as ready to be replicated, and says what it gives."""

    innovation = models.ForeignKey(
        "innovations.Innovation", models.PROTECT, related_name="offers", verbose_name=_("inovasi")
    )
    text = models.TextField(_("yang ditawarkan"))
    size = models.PositiveSmallIntegerField(_("jumlah pengguna layanan"), choices=ServiceSize)
    posted_at = models.DateTimeField(_("dipasang"))
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("diakhiri"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReplicationOfferQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("tawaran replikasi")
        verbose_name_plural = _("tawaran replikasi")
        constraints = [
            models.UniqueConstraint(
                name="replicationoffer_one_standing",
                fields=["innovation"],
                condition=Q(ended_at__isnull=True),
                violation_error_message=_("Inovasi ini sudah ditawarkan."),
            ),
            models.CheckConstraint(
                name="replicationoffer_ended_at_with_by",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="replicationoffer_says_what",
                condition=Q(text__regex=r"\S", size__in=ServiceSize.values),
                violation_error_message=_("Tuliskan apa yang ditawarkan."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ReplicationNeedQuerySet(LockableQuerySet["ReplicationNeed"]):
    """Reads over needs."""

    def standing(self) -> "ReplicationNeedQuerySet":
        """Needs that nobody has closed."""
        return self.filter(ended_at__isnull=True)


class ReplicationNeed(models.Model):
    """A problem that an agency would like to solve as somebody else has; everybody reads it."""

    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="needs")
    category = models.ForeignKey(
        "innovations.Category", models.PROTECT, related_name="needs", verbose_name=_("kategori")
    )
    title = models.CharField(_("masalah"), max_length=120)
    text = models.TextField(_("uraian"))
    size = models.PositiveSmallIntegerField(_("jumlah pengguna layanan"), choices=ServiceSize)
    posted_at = models.DateTimeField(_("dipasang"))
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ditutup"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReplicationNeedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("kebutuhan replikasi")
        verbose_name_plural = _("kebutuhan replikasi")
        constraints = [
            models.UniqueConstraint(
                name="replicationneed_title_once_while_standing",
                fields=["agency", "title"],
                condition=Q(ended_at__isnull=True),
                violation_error_message=_("Instansi Anda sudah memasang kebutuhan ini."),
            ),
            models.CheckConstraint(
                name="replicationneed_ended_at_with_by",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="replicationneed_says_what",
                condition=Q(title__regex=r"\S", text__regex=r"\S", size__in=ServiceSize.values),
                violation_error_message=_("Tuliskan masalah dan uraiannya."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
