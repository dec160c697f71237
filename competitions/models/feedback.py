"""What entrants may read of the judges' comments, and what is held back until somebody looked."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competitions.enums import CommentPlace
from sinovik.web.querysets import Immutable, ImmutableQuerySet, LockableQuerySet


class CommentScan(Immutable):
    """That the comments behind a list were searched for what tells a person. Never changed.

    Without it none of them is released; with it those that hold nothing are, from the
    announcement's instant on.
    """

    cut_off = models.OneToOneField(
        "competitions.CutOff", models.PROTECT, related_name="comment_scan"
    )
    comment_count = models.PositiveIntegerField(_("jumlah komentar"))
    held_count = models.PositiveIntegerField(_("jumlah ditahan"))
    scanned_at = models.DateTimeField(_("diperiksa"))
    scanned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ImmutableQuerySet["CommentScan"].as_manager()

    class Meta:
        verbose_name = _("pemeriksaan komentar")
        verbose_name_plural = _("pemeriksaan komentar")

    def __str__(self) -> str:
        return f"{self.cut_off_id}: {self.held_count}/{self.comment_count}"


class HeldCommentQuerySet(LockableQuerySet["HeldComment"]):
    """Reads over held comments."""

    def waiting(self) -> "HeldCommentQuerySet":
        """Those that nobody decided."""
        return self.filter(decided_at__isnull=True)

    def decided(self) -> "HeldCommentQuerySet":
        """Those that somebody released."""
        return self.filter(decided_at__isnull=False)


class HeldComment(models.Model):
    """A comment in which a person's name or number was found.

    What the judge wrote stays on the sheet, and is repeated here as `original`. `text` is what
    the entrant reads once an officer released it, as it was or edited; a decision is final.
    `found` are the stretches of the original that were found: [start, end, trait].
    """

    cut_off = models.ForeignKey("competitions.CutOff", models.PROTECT, related_name="held_comments")
    scoresheet = models.ForeignKey("competitions.Scoresheet", models.PROTECT, related_name="+")
    criterion = models.ForeignKey(
        "competitions.Criterion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField(_("tempat"), max_length=10, choices=CommentPlace)
    original = models.TextField(_("komentar asli"))
    found = models.JSONField(_("temuan"))
    text = models.TextField(_("komentar yang dirilis"), blank=True)
    reason = models.CharField(_("alasan"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = HeldCommentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("komentar yang ditahan")
        verbose_name_plural = _("komentar yang ditahan")
        constraints = [
            models.UniqueConstraint(
                name="heldcomment_once",
                fields=["cut_off", "scoresheet", "criterion", "place"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="heldcomment_note_has_criterion",
                condition=Q(place="note", criterion__isnull=False)
                | ~Q(place="note") & Q(criterion__isnull=True),
            ),
            models.CheckConstraint(
                name="heldcomment_decided_with_reason",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, text="", reason="")
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(text="")
                & ~Q(reason=""),
                violation_error_message=_("Tuliskan alasan melepas komentar ini."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scoresheet_id} {self.place}"

    @property
    def is_edited(self) -> bool:
        """Whether what was released differs from what the judge wrote."""
        return bool(self.decided_at) and self.text != self.original

    @property
    def stretches(self) -> list[tuple[str, str]]:
        """The original cut up for reading: (text, trait), the trait empty between findings."""
        pieces, at = [], 0
        for start, end, trait in self.found:
            pieces += [(self.original[at:start], ""), (self.original[start:end], trait)]
            at = end
        return [piece for piece in [*pieces, (self.original[at:], "")] if piece[0]]
