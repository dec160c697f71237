"""Provinces, regencies and cities by Kemendagri code."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.enums import RegionLevel
from sinovik.web.zones import WIB, WIT, WITA

ZONE_OF_PROVINCE = dict.fromkeys(
    # Bali, both Nusa Tenggara, South, East and North Kalimantan, all of Sulawesi.
    ("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"),
    WITA,
) | dict.fromkeys(
    # Maluku, North Maluku, the Papuas.
    ("81", "82", "91", "92", "93", "94", "95", "96"),
    WIT,
)
"""Provinces outside western time; West and Central Kalimantan are inside it."""


class RegionQuerySet(models.QuerySet["Region"]):
    """Reads over regions."""

    def provinces(self) -> "RegionQuerySet":
        """The provinces, in code order."""
        return self.filter(level=RegionLevel.PROVINCE).order_by("code")


class Region(models.Model):
    """A province, regency or city; `code` is the Kemendagri code ("11", "11.01")."""

    code = models.CharField(_("kode Kemendagri"), max_length=5, primary_key=True)
    name = models.CharField(_("nama"), max_length=80)
    level = models.CharField(_("tingkat"), max_length=10, choices=RegionLevel)
    province = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    abbreviation = models.CharField(_("singkatan"), max_length=3, blank=True)
    tile_column = models.PositiveSmallIntegerField(_("kolom peta"), null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(_("baris peta"), null=True, blank=True)
    population = models.PositiveIntegerField(_("jumlah penduduk"), null=True, blank=True)
    source = models.CharField(_("sumber"), max_length=200)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("wilayah")
        verbose_name_plural = _("wilayah")
        constraints = [
            models.CheckConstraint(
                name="region_province_has_no_parent",
                condition=models.Q(level="provinsi", province__isnull=True)
                | (~models.Q(level="provinsi") & models.Q(province__isnull=False)),
                violation_error_message=_("Kabupaten dan kota wajib menyebut provinsinya."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> str:
        """WIB, WITA or WIT, by the province's code (Presidential Decree 41/1987)."""
        return ZONE_OF_PROVINCE.get(self.code[:2], WIB)

    @property
    def province_or_self(self) -> "Region":
        """The province this region lies in; a province answers itself."""
        return self.province or self
