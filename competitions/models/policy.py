"""The declared steps between a ranking and a list."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import PolicyKind, PolicyTrait


class PolicyStep(models.Model):
    """One step of a selection stage, taken in the order of `position`.

    `number` is what the kind counts: times the seats, entries an agency, kept places; the
    passing grade has none, because it is that of the stage whose sheets rank.
    """

    stage = models.ForeignKey("competitions.Stage", models.CASCADE, related_name="policy_steps")
    position = models.PositiveSmallIntegerField(_("urutan"))
    kind = models.CharField(_("langkah"), max_length=20, choices=PolicyKind)
    number = models.PositiveSmallIntegerField(_("angka"), null=True, blank=True)
    trait = models.CharField(_("menurut"), max_length=10, choices=PolicyTrait, blank=True)

    class Meta:
        ordering = ["position"]
        verbose_name = _("langkah kebijakan")
        verbose_name_plural = _("langkah kebijakan")
        constraints = [
            models.UniqueConstraint(name="policystep_position_once", fields=["stage", "position"]),
            models.CheckConstraint(
                name="policystep_number_but_for_grade",
                condition=Q(kind="passing_grade", number=None)
                | ~Q(kind="passing_grade") & Q(number__gte=1),
                violation_error_message=_("Isi angka langkah kebijakan, paling sedikit 1."),
            ),
            models.CheckConstraint(
                name="policystep_trait_for_kept_places",
                condition=Q(kind="least_per_region") & ~Q(trait="")
                | ~Q(kind="least_per_region") & Q(trait=""),
                violation_error_message=_("Pilih menurut apa tempat dijaga."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.get_kind_display()}"
