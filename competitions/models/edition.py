"""An edition of KIPP as data: groups, categories, form sections, published figures."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sinovik.web.querysets import LockableQuerySet


class EditionQuerySet(LockableQuerySet["Edition"]):
    """Reads over editions."""

    def published(self) -> "EditionQuerySet":
        """Editions whose page the public may open, newest first."""
        return self.filter(is_published=True).order_by("-year")


class Edition(models.Model):
    """One year's contest. Everything that changed between years hangs on it as rows."""

    year = models.PositiveSmallIntegerField(_("tahun"), unique=True)
    name = models.CharField(_("nama"), max_length=120)
    theme = models.CharField(_("tema"), max_length=400, blank=True)
    is_published = models.BooleanField(_("halaman terbuka untuk umum"), default=False)
    is_simulated = models.BooleanField(_("edisi simulasi"), default=False)
    source = models.CharField(_("sumber"), max_length=400, blank=True)
    note = models.TextField(_("catatan tentang data"), blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        verbose_name = _("edisi")
        verbose_name_plural = _("edisi")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("competitions:edition_detail", args=[self.year])


class Group(models.Model):
    """A group (kelompok) of an edition with its own eligibility rules.

    `minimum_age_months` counts back from the close of registration; `quota` is the most
    entries an agency may submit in the group, empty for no limit.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="groups")
    slug = models.SlugField(max_length=40)
    name = models.CharField(_("nama"), max_length=80)
    position = models.PositiveSmallIntegerField(_("urutan"), default=1)
    minimum_age_months = models.PositiveSmallIntegerField(_("usia paling muda (bulan)"))
    quota = models.PositiveSmallIntegerField(
        _("kuota per instansi"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    class Meta:
        ordering = ["position"]
        verbose_name = _("kelompok")
        verbose_name_plural = _("kelompok")
        constraints = [
            models.UniqueConstraint(name="group_slug_once_per_edition", fields=["edition", "slug"]),
        ]

    def __str__(self) -> str:
        return self.name


class EditionCategory(models.Model):
    """A category that an edition admits."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="edition_categories")
    category = models.ForeignKey("innovations.Category", models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("urutan"), default=1)

    class Meta:
        ordering = ["position"]
        verbose_name = _("kategori edisi")
        verbose_name_plural = _("kategori edisi")
        constraints = [
            models.UniqueConstraint(
                name="editioncategory_once_per_edition", fields=["edition", "category"]
            ),
        ]

    def __str__(self) -> str:
        return str(self.category)


class FormSection(models.Model):
    """A section of the proposal form. `key` is stable across renaming."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sections")
    key = models.SlugField(max_length=40)
    title = models.CharField(_("judul"), max_length=120)
    question = models.CharField(_("pertanyaan"), max_length=300)
    guidance = models.TextField(_("petunjuk"), blank=True)
    example = models.TextField(_("contoh jawaban"), blank=True)
    maximum_words = models.PositiveSmallIntegerField(
        _("paling banyak (kata)"), null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(_("urutan"))

    class Meta:
        ordering = ["position"]
        verbose_name = _("bagian formulir")
        verbose_name_plural = _("bagian formulir")
        constraints = [
            models.UniqueConstraint(
                name="formsection_key_once_per_edition", fields=["edition", "key"]
            ),
            models.CheckConstraint(
                name="formsection_maximum_is_positive",
                condition=Q(maximum_words__isnull=True) | Q(maximum_words__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PublishedFigure(models.Model):
    """A figure that somebody published about an edition, with its source.

    Sources disagree; every figure is kept, none is "the" number.
    """

    year = models.PositiveSmallIntegerField(_("tahun"))
    metric = models.CharField(_("ukuran"), max_length=60)
    group = models.CharField(_("kelompok"), max_length=60)
    value = models.DecimalField(_("nilai"), max_digits=12, decimal_places=2)
    source = models.CharField(_("sumber"), max_length=600)
    note = models.TextField(_("catatan"), blank=True)

    class Meta:
        ordering = ["year", "pk"]
        verbose_name = _("angka terbitan")
        verbose_name_plural = _("angka terbitan")

    def __str__(self) -> str:
        return f"{self.year} {self.metric} {self.group} = {self.value}"
