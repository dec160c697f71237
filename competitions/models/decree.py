"""The signed decree of an announced list, as a file."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sinovik.web.querysets import Immutable, ImmutableQuerySet


class DecreeFileQuerySet(ImmutableQuerySet["DecreeFile"]):
    """Reads over decrees. The public asks `queries.decrees`, which asks the clock."""

    def newest_first(self) -> "DecreeFileQuerySet":
        """The one that counts first, with its bytes' row."""
        return self.select_related("file", "attached_by").order_by("-pk")


class DecreeFile(Immutable):
    """A PDF of the decree (berkas keputusan), attached to an announcement. Never changed.

    Until the announcement's instant a newer one takes its place; both rows stay.
    """

    announcement = models.ForeignKey(
        "competitions.Announcement", models.PROTECT, related_name="decree_files"
    )
    file = models.OneToOneField(
        "competitions.ContestFile", models.PROTECT, related_name="decree_file"
    )
    attached_at = models.DateTimeField(_("dilampirkan"))
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = DecreeFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("berkas keputusan")
        verbose_name_plural = _("berkas keputusan")

    def __str__(self) -> str:
        return f"{self.announcement_id} · {self.file_id}"
