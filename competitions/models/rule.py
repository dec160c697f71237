"""The rules that an edition holds its proposals to, as rows."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competitions.eligibility import Policy, check_parameters
from competitions.enums import RuleBasis, RuleKey, Severity


class EligibilityRule(models.Model):
    """How an edition, or one group of it, applies one rule of the closed set.

    The numbers that groups and sections own (age, quota, word limits) stay there;
    `parameters` holds the rest and is checked by `eligibility.check_parameters`. A group's
    row replaces the edition's.
    """

    edition = models.ForeignKey("competitions.Edition", models.CASCADE, related_name="rules")
    group = models.ForeignKey(
        "competitions.Group", models.CASCADE, null=True, blank=True, related_name="rules"
    )
    key = models.CharField(_("aturan"), max_length=20, choices=RuleKey)
    severity = models.CharField(
        _("akibat"),
        max_length=10,
        choices=[(one.value, one.label) for one in (Severity.BLOCKING, Severity.WARNING)],
        default=Severity.BLOCKING,
    )
    parameters = models.JSONField(_("angka"), default=dict, blank=True)
    source = models.CharField(_("sumber"), max_length=400)
    basis = models.CharField(_("dasar"), max_length=12, choices=RuleBasis)
    is_on = models.BooleanField(_("berlaku"), default=True)

    class Meta:
        ordering = ["edition", "pk"]
        verbose_name = _("aturan syarat")
        verbose_name_plural = _("aturan syarat")
        constraints = [
            models.UniqueConstraint(
                name="eligibilityrule_once_per_edition_and_group",
                fields=["edition", "group", "key"],
                nulls_distinct=False,
                violation_error_message=_("Aturan ini sudah ada pada edisi tersebut."),
            ),
            models.CheckConstraint(
                name="eligibilityrule_key_is_known",
                condition=Q(key__in=RuleKey.values),
            ),
            models.CheckConstraint(
                name="eligibilityrule_severity_is_known",
                condition=Q(severity__in=[Severity.BLOCKING, Severity.WARNING]),
            ),
            models.CheckConstraint(
                name="eligibilityrule_names_its_source",
                condition=~Q(source=""),
                violation_error_message=_("Setiap aturan menyebut sumbernya."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.key}"

    def clean(self) -> None:
        """Refuse numbers that the rule doesn't know, and another edition's group."""
        try:
            check_parameters(self.key, self.parameters)
        except ValueError as error:
            raise ValidationError({"parameters": str(error)}) from error
        if self.group is not None and self.group.edition_id != self.edition_id:
            raise ValidationError({"group": _("Kelompok ini milik edisi lain.")})

    def as_policy(self) -> Policy:
        """The rule as the pure code applies it."""
        parameters: dict[str, Any] = check_parameters(self.key, self.parameters)
        return Policy(
            key=self.key,
            severity=Severity(self.severity),
            parameters=parameters,
            source=self.source,
            basis=RuleBasis(self.basis),
        )
