"""What a judge marked in a proposal for the own eyes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from competitions.models.judging import Assignment


class TextHighlight(models.Model):
    """A passage of the version that the assignment names; it never changes, so offsets hold.

    `start` counts characters of the section's whole text, and `quote` stands there, whatever
    is hidden elsewhere in it.
    """

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="highlights")
    section = models.SlugField(_("bagian"), max_length=60)
    start = models.PositiveIntegerField(_("letak"))
    quote = models.CharField(_("kutipan"), max_length=1000)
    created_at = models.DateTimeField(_("disorot"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("sorotan")
        verbose_name_plural = _("sorotan")
        constraints = [
            models.UniqueConstraint(
                name="texthighlight_once", fields=["assignment", "section", "start", "quote"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.section} {self.start}"
