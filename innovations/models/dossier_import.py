"""A table of dossiers that somebody gave: read once, checked, then brought in whole or not."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.enums import Role
from innovations.enums import ImportState
from sinovik.web.querysets import LockableQuerySet


class DossierImportQuerySet(LockableQuerySet["DossierImport"]):
    """Reads over imports."""

    def visible_to(self, user: Any) -> "DossierImportQuerySet":
        """Imports of the agencies the person administers; the register's for the secretariat."""
        own = Q(agency_id__in=user.agency_ids(Role.AGENCY_ADMIN))
        return self.filter(own | Q(agency=None) if user.is_secretariat else own)

    def for_list(self) -> "DossierImportQuerySet":
        """With what a list shows; the rows themselves stay unread."""
        return self.select_related("created_by", "agency").defer("rows", "problems")


class DossierImport(models.Model):
    """One uploaded table.

    Without `agency` its rows name their agencies and become entries of the register, whose
    source is `source`. `rows` are ``[number in the file, {column key: text}]`` until the
    import is over; `formulas` are ``[number in the file, column key]`` of cells whose value isn't
    known; `problems` are `queries.import_checks.Problem` as dictionaries.
    """

    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, null=True, blank=True, related_name="dossier_imports"
    )
    source = models.CharField(_("sumber daftar"), max_length=400, blank=True)
    file_name = models.CharField(_("nama berkas"), max_length=120)
    file_hash = models.CharField(_("sidik berkas"), max_length=64)
    rows = models.JSONField(_("baris"), default=list)
    problems = models.JSONField(_("temuan"), default=list)
    formulas = models.JSONField(_("sel berumus"), default=list)
    notes = models.JSONField(_("keterangan"), default=list)
    state = models.CharField(
        _("keadaan"), max_length=10, choices=ImportState, default=ImportState.CHECKED
    )
    total = models.PositiveIntegerField(_("jumlah baris"))
    known = models.PositiveIntegerField(_("sudah ada"), default=0)
    done = models.PositiveIntegerField(_("sudah dikerjakan"), default=0)
    created = models.PositiveIntegerField(_("dosir dibuat"), default=0)
    created_at = models.DateTimeField(_("diunggah"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(_("disetujui"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    finished_at = models.DateTimeField(_("selesai"), null=True, blank=True)

    objects = DossierImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("impor dosir")
        verbose_name_plural = _("impor dosir")
        constraints = [
            models.CheckConstraint(
                name="dossierimport_agency_or_source",
                condition=Q(agency__isnull=False, source="")
                | Q(agency__isnull=True) & ~Q(source=""),
                violation_error_message=_("Impor ke register wajib menyebut sumber daftarnya."),
            ),
            models.CheckConstraint(
                name="dossierimport_confirmed_at_with_by",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="dossierimport_finished_when_over",
                condition=Q(
                    state__in=["imported", "cancelled", "failed"], finished_at__isnull=False
                )
                | Q(
                    state__in=["checking", "checked", "queued", "running"], finished_at__isnull=True
                ),
            ),
            models.CheckConstraint(
                name="dossierimport_no_more_than_all",
                condition=Q(done__lte=F("total"), created__lte=F("total"), known__lte=F("total")),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def errors(self) -> list[dict[str, Any]]:
        """What must be mended in the file before it can be imported."""
        return [problem for problem in self.problems if not problem["is_warning"]]

    @property
    def new(self) -> int:
        """How many dossiers the import makes."""
        return self.total - self.known
