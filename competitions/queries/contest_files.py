"""Whether files that lie on no dossier are still what their rows say."""

import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from competitions.models import ContestFile
from sinovik.files import StorageFailed, open_kept


def contest_file_faults() -> Iterator[str]:
    """Read every kept file again; a sentence for each that is missing or not the same."""
    for row in ContestFile.objects.kept().iterator(chunk_size=200):
        try:
            with open_kept(row.storage_name) as file:
                is_same = hashlib.sha256(file.read()).hexdigest() == row.sha256
        except StorageFailed:
            is_same = False
        if not is_same:
            yield _("Berkas kontes %(id)s “%(name)s” hilang atau isinya berubah") % {
                "id": row.public_id,
                "name": row.name,
            }
