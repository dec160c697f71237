"""Freezing dossiers as versions: what a proposal sends is what stays."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import prefetch_related_objects

from agencies.models import User
from innovations.models import Attachment, FrozenAttachment, Innovation, InnovationVersion
from innovations.queries.attachments import versioned
from innovations.queries.freezing import all_beside, freeze
from innovations.versions import fingerprint
from sinovik import audit
from sinovik.audit import clock
from sinovik.statements import insert
from sinovik.web.prepared import OneOf, Prepared, put

NAMED = ("agency", "unit", "category", "location", "replicates")
"""What a dossier names: a version holds their names."""


_LOCKED = Prepared(
    lambda pks: Innovation.objects.locked().filter(OneOf("pk", pks)).order_by("pk"), "pks"
)

_ATTACHED = Prepared(lambda pks: Attachment.objects.filter(OneOf("innovation", pks)), "pks")


@transaction.atomic(savepoint=False)
def freeze_innovations(*, by: User, innovations: Sequence[Innovation]) -> list[InnovationVersion]:
    """Freeze text and files of each dossier as they are now as its next version, in order.

    Locks the dossiers: a file that a version names can't be taken off meanwhile.
    """
    pks = [innovation.pk for innovation in innovations]
    by_pk = _whole_and_locked(innovations)
    rows = all_beside(pks)
    now = clock.now()
    versions = []
    for pk in pks:
        content = freeze(by_pk[pk], rows[pk])
        versions.append(
            InnovationVersion(
                innovation=by_pk[pk],
                number=rows[pk].last + 1,
                content=content,
                content_hash=fingerprint(content),
                created_at=now,
                created_by=by,
            )
        )
    versions = insert(versions)
    insert(
        [
            FrozenAttachment(version=version, attachment=attachment)
            for version in versions
            for attachment in versioned(version.innovation)
        ]
    )
    audit.record_many(
        by=by,
        event="innovation_frozen",
        objs=versions,
        payloads=[{"content_hash": version.content_hash} for version in versions],
    )
    return versions


def _whole_and_locked(innovations: Sequence[Innovation]) -> dict[int, Innovation]:
    """Dossiers under lock with everything that `freeze` reads, by number.

    Who or what is named has been read with most of them; it is read anew where the dossier
    names another by now. Under lock is the dossier alone, so a name is as old in both.
    """
    known = {innovation.pk: innovation for innovation in innovations}
    rows = _LOCKED.all(pks=[*known])
    for name in NAMED:
        strange = [row for row in rows if not _takes_over(row, known[row.pk], name)]
        if strange:
            prefetch_related_objects(strange, name)
    origins = [row for row in rows if row.replicates_id]
    if origins:
        prefetch_related_objects(origins, "replicates__agency")
    _keep_attachments(rows)
    return {row.pk: row for row in rows}


def _keep_attachments(rows: Sequence[Innovation]) -> None:
    """As prefetching does it, without its work of writing the statement."""
    found: dict[int, list[Attachment]] = {row.pk: [] for row in rows}
    for attachment in _ATTACHED.all(pks=[*found]):
        found[attachment.innovation_id].append(attachment)
    for row in rows:
        for attachment in found[row.pk]:
            attachment.innovation = row
        put(row, "attachments", found[row.pk])


def _takes_over(row: Innovation, earlier: Innovation, name: str) -> bool:
    """Whether what the dossier names so is known: it names nothing, or what it named before."""
    column = f"{name}_id"
    if getattr(row, column) is None:
        return True
    is_known = name in earlier._state.fields_cache
    if is_known and getattr(earlier, column) == getattr(row, column):
        setattr(row, name, getattr(earlier, name))
        return True
    return False
