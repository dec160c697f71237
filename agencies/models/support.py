"""The pages that somebody looked at as another person, to help."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SupportLook(models.Model):
    """One page shown to `seen_by` as `person` sees it; the path alone, never what was asked.

    A log of the visit: it is written while the page is read, changed by nobody, and ends with
    its term (sinovik/management/retention.py) and not before, as a trigger holds.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("waktu"))
    path = models.CharField(_("halaman"), max_length=200)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("halaman yang dilihat untuk membantu")
        verbose_name_plural = _("halaman yang dilihat untuk membantu")
        indexes = [models.Index(fields=["person", "-id"], name="supportlook_person")]

    def __str__(self) -> str:
        return self.path
