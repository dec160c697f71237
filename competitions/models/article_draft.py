"""What somebody is typing into a written page and has not saved."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competitions.models.article import Article, ArticleKind


class ArticleDraft(models.Model):
    """One person's unsaved words, field by field as typed; nobody else reads them.

    `over` is the version that was on the screen, 0 for a page that is not there yet.
    """

    writer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    kind = models.CharField(_("jenis"), max_length=10, choices=ArticleKind)
    over = models.PositiveIntegerField(_("di atas versi"))
    fields = models.JSONField(_("isian"), default=dict)
    saved_at = models.DateTimeField(_("disimpan"))

    class Meta:
        verbose_name = _("isian yang belum disimpan")
        verbose_name_plural = _("isian yang belum disimpan")
        constraints = [
            models.UniqueConstraint(name="articledraft_one_a_page", fields=["writer", "article"]),
            models.UniqueConstraint(
                name="articledraft_one_new_page_a_kind",
                fields=["writer", "kind"],
                condition=Q(article__isnull=True),
            ),
            models.CheckConstraint(
                name="articledraft_new_page_over_nothing",
                condition=Q(article__isnull=True, over=0) | Q(article__isnull=False, over__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.article_id} {self.writer_id}"
