"""Whether kept files are still what their rows say, and rows what the versions say."""

import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from innovations.models import Attachment, InnovationVersion
from innovations.versions import fingerprint
from sinovik.files import StorageFailed, open_kept


def file_faults() -> Iterator[str]:
    """Read every kept file again; a sentence for each that is missing or not the same."""
    rows = Attachment.objects.kept().select_related("innovation").order_by("pk")
    for attachment in rows.iterator(chunk_size=200):
        fault = _fault_of(attachment)
        if fault:
            yield _("%(code)s, lampiran %(id)s “%(name)s”: %(fault)s") % {
                "code": attachment.innovation.code,
                "id": attachment.public_id,
                "name": attachment.name,
                "fault": fault,
            }


def version_faults() -> Iterator[str]:
    """A sentence for each version whose text or list of files is not the frozen one."""
    versions = InnovationVersion.objects.filter(content__has_key="attachments")
    named = versions.exclude(content__attachments=[]) | versions.exclude(frozen_attachments=None)
    rows = named.distinct().select_related("innovation").order_by("pk")
    for version in rows.prefetch_related("frozen_attachments__attachment").iterator(chunk_size=200):
        held = sorted(one.attachment.sha256 for one in version.frozen_attachments.all())
        stated = sorted(one["sha256"] for one in version.content["attachments"])
        if held != stated or fingerprint(version.content) != version.content_hash:
            yield _("%(code)s versi %(number)s: daftar berkas tidak sama dengan yang dibekukan") % {
                "code": version.innovation.code,
                "number": version.number,
            }


def _fault_of(attachment: Attachment) -> str:
    try:
        with open_kept(attachment.storage_name) as file:
            digest = hashlib.sha256(file.read()).hexdigest()
    except StorageFailed:
        return _("berkasnya tidak terbaca")
    return "" if digest == attachment.sha256 else _("isinya berubah")
