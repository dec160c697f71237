"""Agencies (instansi) and their service units (UPP)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.enums import AgencyType
from sinovik.web.querysets import LockableQuerySet
from sinovik.web.routes import address_of


class AgencyQuerySet(LockableQuerySet["Agency"]):
    """Reads over agencies."""

    def of_type(self, agency_type: str) -> "AgencyQuerySet":
        """Agencies of one kind, by name."""
        return self.filter(agency_type=agency_type).order_by("name")

    def for_directory(self) -> "AgencyQuerySet":
        """Agencies as the public directory lists them, region and province loaded."""
        return self.select_related("region__province").order_by("name")


class Agency(models.Model):
    """A ministry, state agency, local government or state company.

    `eras` names the cabinets a central agency existed in ("2014-2019", "2024-2029");
    it is empty for local governments, which outlive cabinets.
    """

    name = models.CharField(_("nama"), max_length=200, unique=True)
    short_name = models.CharField(_("nama pendek"), max_length=60, blank=True)
    slug = models.SlugField(_("alamat"), max_length=120, unique=True)
    agency_type = models.CharField(_("jenis instansi"), max_length=12, choices=AgencyType)
    region = models.ForeignKey(
        "agencies.Region", models.PROTECT, null=True, blank=True, related_name="agencies"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    eras = ArrayField(models.CharField(max_length=9), default=list, blank=True)
    is_simulated = models.BooleanField(_("data simulasi"), default=False)
    source = models.CharField(_("sumber"), max_length=300, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("instansi")
        verbose_name_plural = _("instansi")
        constraints = [
            models.CheckConstraint(
                name="agency_local_government_has_region",
                condition=~models.Q(agency_type__in=["provinsi", "kabupaten", "kota"])
                | models.Q(region__isnull=False),
                violation_error_message=_("Pemerintah daerah wajib memiliki wilayah."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("innovations:agency_detail", self.slug)


class Unit(models.Model):
    """A service unit (unit pelayanan publik) of an agency: who runs an innovation."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="units")
    name = models.CharField(_("nama unit"), max_length=200)

    class Meta:
        ordering = ["name"]
        verbose_name = _("unit pelayanan")
        verbose_name_plural = _("unit pelayanan")
        constraints = [
            models.UniqueConstraint(
                name="unit_name_once_per_agency",
                fields=["agency", "name"],
                violation_error_message=_("Unit dengan nama ini sudah ada di instansi Anda."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
