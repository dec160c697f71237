"""Files of a dossier: on their way in, examined, and held by the versions that name them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.enums import Role
from agencies.models import User
from innovations.enums import AttachmentState, InnovationState
from innovations.models.innovation import Innovation
from sinovik.files import FileKind
from sinovik.web.querysets import Immutable, ImmutableQuerySet, LockableQuerySet

reading_grants: list[Callable[[User], Q]] = []
"""Conditions that apps above add: attachments that their people may read besides their own."""

reading_bars: list[Callable[[User], Q]] = []
"""Conditions that apps above add: attachments that those who read all of them may not read."""


TONES = {
    AttachmentState.EXAMINING: "blue",
    AttachmentState.HELD: "yellow",
    AttachmentState.READY: "green",
    AttachmentState.REFUSED: "red",
}


class AttachmentQuerySet(LockableQuerySet["Attachment"]):
    """Reads over attachments. Every download goes through `visible_to(user)`."""

    def present(self) -> "AttachmentQuerySet":
        """Attachments that nobody took off the dossier."""
        return self.filter(removed_at=None)

    def ready(self) -> "AttachmentQuerySet":
        """Attachments that passed every examination: the only ones that count as there."""
        return self.filter(state=AttachmentState.READY)

    def kept(self) -> "AttachmentQuerySet":
        """Attachments whose bytes are in the storage."""
        return self.exclude(storage_name="")

    def public(self) -> "AttachmentQuerySet":
        """What everybody may read: shown by the agency, on a published dossier."""
        return self.ready().filter(self._public())

    def withdrawn(self) -> "AttachmentQuerySet":
        """What everybody could read until the dossier was withdrawn."""
        was_public = Q(is_public=True, removed_at=None, innovation__published_at__isnull=False)
        return self.ready().filter(was_public, innovation__state=InnovationState.ARCHIVED)

    def visible_to(self, user: Any) -> "AttachmentQuerySet":
        """Attachments whose bytes the person may have.

        A file that is held or being examined is nobody's. One that was taken off a dossier
        stays with those who read the version that names it. Secretariat and observers read
        all but what `reading_bars` keep from them.
        """
        if not user.is_authenticated:
            return self.public()
        readable = self._public() | Q(innovation__in=Innovation.objects.editable_by(user))
        for grant in reading_grants:
            readable |= grant(user)
        if user.is_secretariat or user.has_role(Role.OBSERVER):
            barred = Q(pk__in=[])
            for bar in reading_bars:
                barred |= bar(user)
            readable |= ~barred
        return self.ready().kept().filter(readable)

    @staticmethod
    def _public() -> Q:
        return Q(is_public=True, removed_at=None, innovation__state=InnovationState.PUBLISHED)


class Attachment(models.Model):
    """A file of a dossier. What is kept is the cleaned copy; the file as sent in is not.

    `public_id` is also the token of the upload that it came from, so that finishing an
    upload twice finds the same row. `document_key` names the document that an edition asks
    for; empty means other evidence, for the section `section_key` or the whole dossier.
    """

    innovation = models.ForeignKey(
        "innovations.Innovation", models.PROTECT, related_name="attachments"
    )
    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    name = models.CharField(_("nama berkas"), max_length=150)
    kind = models.CharField(_("jenis berkas"), max_length=10, blank=True)
    size = models.PositiveIntegerField(_("ukuran"))
    sha256 = models.CharField(_("sidik berkas"), max_length=64, blank=True)
    pages = models.PositiveIntegerField(_("jumlah halaman"), null=True, blank=True)
    is_cleaned = models.BooleanField(_("metadata dihapus"), default=False)
    storage_name = models.CharField(_("nama simpan"), max_length=200, blank=True)
    document_key = models.SlugField(_("dokumen"), max_length=40, blank=True)
    section_key = models.SlugField(_("bagian"), max_length=40, blank=True)
    state = models.CharField(
        _("keadaan"), max_length=10, choices=AttachmentState, default=AttachmentState.EXAMINING
    )
    reason = models.CharField(_("alasan"), max_length=300, blank=True)
    is_public = models.BooleanField(_("tampil untuk umum"), default=False)
    uploaded_at = models.DateTimeField(_("diunggah"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(_("dihapus"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AttachmentQuerySet.as_manager()

    purpose = ""
    """What the file is for, in words; pages set it."""

    class Meta:
        ordering = ["pk"]
        verbose_name = _("lampiran")
        verbose_name_plural = _("lampiran")
        constraints = [
            models.CheckConstraint(
                name="attachment_removed_at_with_by",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="attachment_kept_is_identified",
                condition=~Q(state__in=["ready", "held"])
                | (
                    Q(sha256__regex=r"^[0-9a-f]{64}$")
                    & ~Q(kind="")
                    & (~Q(storage_name="") | Q(removed_at__isnull=False))
                ),
                violation_error_message=_("Berkas yang disimpan wajib punya jenis dan sidik."),
            ),
            models.CheckConstraint(
                name="attachment_refused_with_reason",
                condition=~Q(state="refused") | ~Q(reason="") & Q(storage_name=""),
                violation_error_message=_("Penolakan berkas wajib menyebut alasan."),
            ),
            models.CheckConstraint(
                name="attachment_public_is_ready",
                condition=Q(is_public=False) | Q(state="ready"),
                violation_error_message=_("Hanya berkas yang siap dapat ditampilkan untuk umum."),
            ),
            models.CheckConstraint(name="attachment_size_positive", condition=Q(size__gt=0)),
            models.UniqueConstraint(
                name="attachment_storage_name_once",
                fields=["storage_name"],
                condition=~Q(storage_name=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(
            "innovations:attachment_download", args=[self.innovation.slug, self.public_id]
        )

    @property
    def tone(self) -> str:
        """Colour of the state's tag."""
        return TONES[AttachmentState(self.state)]

    @property
    def is_ready(self) -> bool:
        """Whether it counts as there."""
        return self.state == AttachmentState.READY

    @property
    def is_waiting(self) -> bool:
        """Whether a job is at work on it, so that looking again soon is worth while."""
        return self.state == AttachmentState.EXAMINING

    @property
    def is_image(self) -> bool:
        """Whether it is a picture."""
        return bool(self.kind) and FileKind(self.kind).is_image

    @property
    def kind_label(self) -> str:
        """The type in words; empty until it was examined."""
        return str(FileKind(self.kind).label) if self.kind else ""


class FrozenAttachment(Immutable):
    """A version names this attachment; its bytes stay as long as the version does."""

    version = models.ForeignKey(
        "innovations.InnovationVersion", models.PROTECT, related_name="frozen_attachments"
    )
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="frozen_in")

    objects = ImmutableQuerySet["FrozenAttachment"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("lampiran versi")
        verbose_name_plural = _("lampiran versi")
        constraints = [
            models.UniqueConstraint(name="frozenattachment_once", fields=["version", "attachment"]),
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id} in {self.version_id}"


class Upload(models.Model):
    """A file on its way in. How much of it is here, the staged file itself tells.

    `size` is reserved in the quotas until the upload is finished, cancelled or expired.
    """

    innovation = models.ForeignKey("innovations.Innovation", models.CASCADE, related_name="uploads")
    token = models.UUIDField(unique=True, default=uuid4, editable=False)
    name = models.CharField(_("nama berkas"), max_length=150)
    size = models.PositiveIntegerField(_("ukuran"))
    sha256 = models.CharField(_("sidik berkas"), max_length=64, blank=True)
    document_key = models.SlugField(_("dokumen"), max_length=40, blank=True)
    section_key = models.SlugField(_("bagian"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("dimulai"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("kedaluwarsa"))

    objects = LockableQuerySet["Upload"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("unggahan")
        verbose_name_plural = _("unggahan")
        constraints = [
            models.CheckConstraint(name="upload_size_positive", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="upload_expires_later", condition=Q(expires_at__gt=models.F("created_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.name
