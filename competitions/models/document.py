"""Documents that an edition asks for beside the text of a proposal."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentRequirement(models.Model):
    """A document to attach, such as a signed statement. `key` is stable across renaming."""

    edition = models.ForeignKey("competitions.Edition", models.CASCADE, related_name="documents")
    key = models.SlugField(max_length=40)
    name = models.CharField(_("nama"), max_length=120)
    guidance = models.CharField(_("petunjuk"), max_length=400, blank=True)
    is_required = models.BooleanField(_("wajib"), default=True)
    position = models.PositiveSmallIntegerField(_("urutan"), default=1)

    class Meta:
        ordering = ["position"]
        verbose_name = _("dokumen yang diminta")
        verbose_name_plural = _("dokumen yang diminta")
        constraints = [
            models.UniqueConstraint(
                name="documentrequirement_key_once_per_edition", fields=["edition", "key"]
            ),
        ]

    def __str__(self) -> str:
        return self.name
