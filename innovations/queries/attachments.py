"""What lies on a dossier's shelf: its files, those on their way in, and the room left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)
from django.utils.translation import gettext as _

from agencies.models import User
from innovations.enums import AttachmentState
from innovations.models import Attachment, FrozenAttachment, Innovation, Upload
from sinovik.audit import clock
from sinovik.files import staged_size
from sinovik.web.prepared import OneOf, Prepared, put


@dataclass(frozen=True)
class Room:
    """What a dossier holds and may hold, in files and bytes; uploads under way count."""

    files: int
    octets: int
    agency_octets: int

    @property
    def files_most(self) -> int:
        """The most files that a dossier takes."""
        return settings.ATTACHMENT_FILES

    @property
    def octets_most(self) -> int:
        """The most bytes that a dossier takes."""
        return settings.ATTACHMENT_BYTES

    @property
    def files_left(self) -> int:
        """Files that the dossier still takes."""
        return max(0, settings.ATTACHMENT_FILES - self.files)

    @property
    def octets_left(self) -> int:
        """Bytes that the dossier still takes."""
        return max(0, settings.ATTACHMENT_BYTES - self.octets)

    @property
    def agency_octets_left(self) -> int:
        """Bytes that all dossiers of the agency together still take."""
        return max(0, settings.ATTACHMENT_AGENCY_BYTES - self.agency_octets)


def room_of(innovation: Innovation, *, besides: UUID | None = None) -> Room:
    """The room of a dossier, the upload `besides` not counted. Two queries.

    Decides only where the agency's row is locked.
    """
    own = Q(innovation=innovation)
    here = Q(removed_at=None) & ~Q(state=AttachmentState.REFUSED)
    kept = Attachment.objects.filter(innovation__agency=innovation.agency_id).aggregate(
        files=Count("pk", filter=own & here),
        octets=Sum("size", filter=own & here, default=0),
        agency=Sum("size", filter=here | ~Q(storage_name=""), default=0),
    )
    under_way = Upload.objects.filter(
        innovation__agency=innovation.agency_id, expires_at__gt=clock.now()
    )
    if besides:
        under_way = under_way.exclude(token=besides)
    coming = under_way.aggregate(
        files=Count("pk", filter=own),
        octets=Sum("size", filter=own, default=0),
        agency=Sum("size", default=0),
    )
    return Room(
        files=kept["files"] + coming["files"],
        octets=kept["octets"] + coming["octets"],
        agency_octets=kept["agency"] + coming["agency"],
    )


def attachments_of(innovation: Innovation) -> QuerySet[Attachment]:
    """Files on a dossier as its writers see them, those that were refused too, oldest first.

    `is_frozen` says whether a submitted version names the file.
    """
    frozen = FrozenAttachment.objects.filter(attachment=OuterRef("pk"))
    return (
        innovation.attachments.present()
        .select_related("innovation", "uploaded_by")
        .annotate(is_frozen=Exists(frozen))
        .order_by("pk")
    )


def public_attachments(innovation: Innovation) -> list[Attachment]:
    """Files that the public page of a dossier offers. One query."""
    return _PUBLIC.all(innovation=innovation.pk)


_PUBLIC = Prepared(
    lambda innovation: (
        Attachment.objects.public()
        .filter(innovation=innovation)
        .select_related("innovation")
        .order_by("pk")
    ),
    "innovation",
)


def keep_attachments(innovations: Iterable[Innovation]) -> None:
    """Leave each dossier's files where prefetching would; one query, none for those kept."""
    missing = [
        one
        for one in innovations
        if "attachments" not in getattr(one, "_prefetched_objects_cache", {})
    ]
    if not missing:
        return
    found: dict[int, list[Attachment]] = {one.pk: [] for one in missing}
    for row in _ATTACHMENTS.all(innovations=list(found)):
        found[row.innovation_id].append(row)
    for one in missing:
        for row in found[one.pk]:
            row.innovation = one
        put(one, "attachments", found[one.pk])


_ATTACHMENTS = Prepared(
    lambda innovations: Attachment.objects.filter(OneOf("innovation_id", innovations)),
    "innovations",
)


def versioned(innovation: Innovation) -> list[Attachment]:
    """Files that a version frozen now would name, in its order; at most one query."""
    keep_attachments([innovation])
    ready = [one for one in innovation.attachments.all() if one.is_ready and not one.removed_at]
    return sorted(ready, key=lambda one: (one.document_key, one.name, one.sha256, one.pk))


@dataclass(frozen=True)
class Coming:
    """An upload under way; `arrived` bytes of it are here."""

    upload: Upload
    arrived: int

    @property
    def percent(self) -> int:
        """How much of it is here."""
        return int(100 * self.arrived / self.upload.size)


def uploads_of(innovation: Innovation) -> list[Coming]:
    """Uploads of a dossier that somebody began and nobody finished."""
    rows = innovation.uploads.filter(expires_at__gt=clock.now()).select_related("created_by")
    return [Coming(row, min(row.size, staged_size(str(row.token)))) for row in rows]


@dataclass(frozen=True)
class Shelf:
    """Everything that a page of a dossier's files shows."""

    attachments: list[Attachment]
    uploads: list[Coming]
    room: Room

    @property
    def is_waiting(self) -> bool:
        """Whether a job is at work on one of them."""
        return any(one.is_waiting for one in self.attachments)


def shelf_of(innovation: Innovation, sections: Mapping[str, str]) -> Shelf:
    """Files, uploads and room of a dossier, in four queries.

    `sections` gives the titles by which files for a section are labelled.
    """
    rows = list(attachments_of(innovation))
    for row in rows:
        title = sections.get(row.section_key, "")
        row.purpose = _("Untuk bagian %s") % title if title else ""
    return Shelf(rows, uploads_of(innovation), room_of(innovation))


def uploads_editable_by(user: User) -> QuerySet[Upload]:
    """Uploads to dossiers that the person may work on."""
    return Upload.objects.filter(innovation__in=Innovation.objects.editable_by(user))


def waiting_attachments(before: datetime) -> QuerySet[Attachment]:
    """Files that wait for the scanner, and those sent before `before` that wait for a job."""
    fallen = Q(state=AttachmentState.EXAMINING, uploaded_at__lt=before)
    rows = Attachment.objects.present().filter(fallen | Q(state=AttachmentState.HELD))
    return rows.order_by("pk")


def by_document(attachments: Iterable[Attachment]) -> dict[str, list[Attachment]]:
    """Files by the document that they are; the empty key is other evidence."""
    found: dict[str, list[Attachment]] = {}
    for attachment in attachments:
        found.setdefault(attachment.document_key, []).append(attachment)
    return found
