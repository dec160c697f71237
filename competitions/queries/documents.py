"""The documents an edition asks for, and which of them lie on a dossier."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from competitions.enums import EntryState
from competitions.models import DocumentRequirement, Entry
from innovations.enums import AttachmentState
from innovations.models import Attachment
from innovations.queries.attachments import by_document, keep_attachments, versioned


class DocumentState(StrEnum):
    """What the tag beside a document says."""

    MISSING = "missing"
    EXAMINING = "examining"
    HELD = "held"
    THERE = "there"


LABELS = {
    DocumentState.MISSING: gettext_lazy("Belum ada"),
    DocumentState.EXAMINING: gettext_lazy("Sedang diperiksa"),
    DocumentState.HELD: gettext_lazy("Ditahan"),
    DocumentState.THERE: gettext_lazy("Ada"),
}
TONES = {
    DocumentState.MISSING: "grey",
    DocumentState.EXAMINING: "blue",
    DocumentState.HELD: "yellow",
    DocumentState.THERE: "green",
}


@dataclass(frozen=True)
class Asked:
    """A document that an edition asks for, with the files that somebody attached as it."""

    requirement: DocumentRequirement
    files: Sequence[Attachment]

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return _(self.requirement.name)

    @property
    def state(self) -> DocumentState:
        """Only a file that is ready counts as there."""
        states = {file.state for file in self.files}
        if AttachmentState.READY in states:
            return DocumentState.THERE
        if AttachmentState.HELD in states:
            return DocumentState.HELD
        if AttachmentState.EXAMINING in states:
            return DocumentState.EXAMINING
        return DocumentState.MISSING

    @property
    def is_there(self) -> bool:
        """Whether the document is complete."""
        return self.state == DocumentState.THERE

    @property
    def label(self) -> str:
        """The state in words."""
        if self.state == DocumentState.MISSING and not self.requirement.is_required:
            return _("Tidak wajib")
        return str(LABELS[self.state])

    @property
    def tone(self) -> str:
        """Colour of the state's tag."""
        return TONES[self.state]

    @property
    def hint(self) -> str:
        """Why a file that was sent does not count yet."""
        if self.state == DocumentState.HELD:
            return _("Ditahan: menunggu pemeriksaan virus. Belum dihitung ada.")
        if self.state == DocumentState.MISSING and self.requirement.is_required:
            return _("Wajib ada sebelum proposal dikirim.")
        return ""


def requirements_of(entry: Entry) -> list[DocumentRequirement]:
    """What the entry's edition asks for, in its order; kept with the edition."""
    prefetch_related_objects([entry.edition], "documents")
    return list(entry.edition.documents.all())


def present_attachments(entry: Entry) -> list[Attachment]:
    """Files on the entry's dossier, those that are not ready too; kept with the dossier."""
    keep_attachments([entry.innovation])
    return [one for one in entry.innovation.attachments.all() if not one.removed_at]


def attached_documents(entries: Sequence[Entry]) -> dict[int, frozenset[str]]:
    """Keys of the documents that are there, by entry id; at most one query.

    Of a submitted entry the frozen version decides. A file that is held is not there yet.
    """
    frozen = {
        entry.pk: entry.version.content.get("attachments", [])
        for entry in entries
        if entry.state == EntryState.SUBMITTED and entry.version
    }
    unfrozen = [entry for entry in entries if entry.pk not in frozen]
    keep_attachments(entry.innovation for entry in unfrozen)
    found = {pk: {one["document"] for one in files} for pk, files in frozen.items()}
    found |= {
        entry.pk: {one.document_key for one in versioned(entry.innovation)} for entry in unfrozen
    }
    return {pk: frozenset(keys - {""}) for pk, keys in found.items()}


def asked_of(
    requirements: Iterable[DocumentRequirement], attachments: Sequence[Attachment]
) -> list[Asked]:
    """Each requirement with its files."""
    found = by_document(attachments)
    return [Asked(one, found.get(one.key, [])) for one in requirements]


def evidence_of(
    requirements: Iterable[DocumentRequirement], attachments: Sequence[Attachment]
) -> list[Attachment]:
    """Files that are none of the documents asked for."""
    keys = {one.key for one in requirements}
    return [one for one in attachments if one.document_key not in keys]


def document_items(entry: Entry) -> list[dict[str, Any]]:
    """Lines of the task list: each document asked for, and other evidence. At most two queries."""
    requirements = requirements_of(entry)
    attachments = present_attachments(entry)
    asked = asked_of(requirements, attachments)
    href = reverse("competitions:entry_documents", args=[entry.pk])
    evidence = [one for one in evidence_of(requirements, attachments) if one.is_ready]
    return [
        *[document_item(one, f"{href}?untuk=dokumen:{one.requirement.key}") for one in asked],
        _evidence_item(len(evidence), href),
    ]


def document_item(asked: Asked, href: str) -> dict[str, Any]:
    """A document as a line of the task list."""
    return {
        "title": asked.name,
        "href": href,
        "status": asked.label,
        "tone": asked.tone,
        "hint": asked.hint,
    }


def _evidence_item(count: int, href: str) -> dict[str, Any]:
    return {
        "title": _("Bukti lain"),
        "href": href,
        "status": ngettext("%d berkas", "%d berkas", count) % count if count else _("Tidak wajib"),
        "tone": "green" if count else "grey",
        "hint": "" if count else _("Foto, data, atau liputan yang menguatkan cerita Anda."),
    }
