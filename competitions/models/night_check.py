"""What the nightly look over the whole contest found."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sinovik.web.querysets import Immutable, ImmutableQuerySet


class NightCheck(Immutable):
    """One look over everything: which sentences were false, and figures to look at.

    `findings` and `figures` are lists of `competitions.queries.night.Finding` and `Figure`.
    """

    checked_at = models.DateTimeField(_("diperiksa"))
    sentences = models.PositiveIntegerField(_("jumlah pemeriksaan"))
    events = models.BigIntegerField(_("kejadian dalam buku"))
    lists = models.PositiveIntegerField(_("daftar yang dihitung ulang"))
    findings = models.JSONField(_("temuan"), default=list)
    figures = models.JSONField(_("angka"), default=list)

    objects = ImmutableQuerySet["NightCheck"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("pemeriksaan malam")
        verbose_name_plural = _("pemeriksaan malam")

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d}: {len(self.findings)}"
