"""Changes of a part of an edition after its stage has opened: two people and a reason."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import ChangeState
from sinovik.web.querysets import LockableQuerySet


class EditionChangeQuerySet(LockableQuerySet["EditionChange"]):
    """Reads over changes."""

    def waiting(self) -> "EditionChangeQuerySet":
        """Changes that the second person has yet to decide."""
        return self.filter(state=ChangeState.PROPOSED)

    def for_list(self) -> "EditionChangeQuerySet":
        """With the names that a list shows."""
        return self.select_related("edition", "proposed_by", "decided_by")


class EditionChange(models.Model):
    """The content that a locked part had and shall have; `part` is the part's address.

    One person proposes, another confirms; a trigger refuses any change of what was proposed
    or decided.
    """

    edition = models.ForeignKey("competitions.Edition", models.PROTECT, related_name="changes")
    part = models.SlugField(_("bagian"), max_length=60)
    before = models.JSONField(_("semula"))
    after = models.JSONField(_("menjadi"))
    reason = models.CharField(_("alasan"), max_length=500)
    state = models.CharField(
        _("keadaan"), max_length=9, choices=ChangeState, default=ChangeState.PROPOSED
    )
    proposed_at = models.DateTimeField(_("diusulkan"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_note = models.CharField(_("catatan keputusan"), max_length=500, blank=True)

    objects = EditionChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("perubahan edisi")
        verbose_name_plural = _("perubahan edisi")
        constraints = [
            models.CheckConstraint(
                name="editionchange_has_reason",
                condition=Q(reason__regex=r"\S"),
                violation_error_message=_("Tuliskan alasan perubahan."),
            ),
            models.CheckConstraint(
                name="editionchange_decided_at_with_by",
                condition=Q(state="proposed", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(state="proposed") & Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="editionchange_needs_second_person",
                condition=~Q(state="confirmed") | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Perubahan perlu dikonfirmasi orang kedua."),
            ),
            models.UniqueConstraint(
                name="editionchange_one_waiting",
                fields=["edition", "part"],
                condition=Q(state="proposed"),
                violation_error_message=_("Masih ada usulan perubahan yang menunggu orang kedua."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.part}"

    @property
    def is_waiting(self) -> bool:
        """Whether the second person has yet to decide."""
        return self.state == ChangeState.PROPOSED
