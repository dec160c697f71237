"""Making, fetching and forgetting an evaluator's proposals as PDF.

A pack holds what its reader may read and nothing else. It can be fetched only while that is
true: the stage is open, and every proposal in it is still the reader's own, without a conflict.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.jobs import cancel_job, defer_unless_small, note_progress, run_job
from competitions.enums import UNDER_WAY, ExportState
from competitions.exceptions import ExportGone, WrongState
from competitions.models import Assignment, ReadingPack, ReadingPackVolume, Stage
from competitions.notifications.reading_packs import tell_pack_ready
from competitions.permissions import check_is_judge
from competitions.permissions.reading_packs import check_can_have_pack
from competitions.queries.locks import share_open_stage
from competitions.queries.reading_packs import VOLUME, packable, volume_document
from competitions.queries.redactions import hidden_since
from competitions.workflow import EXPORT_MOVES
from sinovik import audit
from sinovik.audit import clock
from sinovik.exports import pdf_bytes
from sinovik.files import keep, remove

KEPT_FOR = timedelta(days=7)
PROPOSALS_AT_ONCE = 10
"""A reader with so many waits for the pack; for more a job makes it."""
JOB = "competitions.tasks.make_reading_pack"
TEMPLATE = settings.BASE_DIR / "templates" / "exports" / "reading.typ"


def request_pack(*, by: User, stage: Stage) -> ReadingPack:
    """Ask for the own proposals of an open stage; a pack that is under way is not doubled."""
    pack, is_at_once = _open(by=by, stage=stage)
    if is_at_once:
        make_pack(pack_id=pack.pk)
        pack.refresh_from_db()
    return pack


@transaction.atomic
def cancel_pack(*, by: User, pack: ReadingPack) -> ReadingPack:
    """Stop making a pack; what there is of it goes with the next sweep, or with its maker."""
    row = _locked(pack.pk)
    check_can_have_pack(by, row)
    if not cancel_job(row, EXPORT_MOVES, by=by, event="reading_pack_cancelled"):
        raise ExportGone(_("Paket ini sudah selesai, jadi tidak bisa dibatalkan."))
    return row


@transaction.atomic
def fetch_volume(*, by: User, volume: ReadingPackVolume) -> ReadingPackVolume:
    """Note in the ledger that a volume leaves the system; refused where it may not."""
    pack = _locked(volume.pack_id)
    check_can_have_pack(by, pack)
    share_open_stage(pack.stage_id)
    if pack.state != ExportState.READY or not _stands(pack, [volume]):
        raise ExportGone(
            _("Isi paket ini berubah sejak disiapkan, atau masanya habis. Siapkan paket baru.")
        )
    payload = {"volume": volume.number, "sha256": volume.sha256}
    audit.record(by=by, event="reading_pack_fetched", obj=pack, payload=payload)
    return volume


def make_pack(*, pack_id: int) -> None:
    """Write the volumes and keep them; run twice or after a crash it does no harm."""
    rows = ReadingPack.objects.filter(pk=pack_id)
    run_job(rows.select_related("stage__edition", "reader"), _make)


def drop_ended_packs() -> int:
    """Remove the files of packs that may not be read any more; return how many packs.

    Those whose time is over, whose stage is closed, of which a proposal was taken away or fell
    into conflict, and what a cancelled or broken one left behind.
    """
    held = ReadingPack.objects.filter(volumes__isnull=False).exclude(state__in=UNDER_WAY)
    packs = list(held.select_related("stage", "reader").distinct().order_by("pk"))
    ended = [
        pack
        for pack in packs
        if pack.state != ExportState.READY or not _stands(pack, pack.volumes.all())
    ]
    for pack in ended:
        _drop(pack.pk)
    return len(ended)


@transaction.atomic
def _open(*, by: User, stage: Stage) -> tuple[ReadingPack, bool]:
    check_is_judge(by)
    row = share_open_stage(stage.pk)
    total = packable(by, row).count()
    if not total:
        raise WrongState(_("Belum ada proposal untuk Anda nilai di tahap ini."))
    # Two requests at once meet here: the second finds the first's.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    under_way = ReadingPack.objects.filter(stage=row, reader=by, state__in=UNDER_WAY).first()
    if under_way:
        return under_way, False
    pack = ReadingPack.objects.create(stage=row, reader=by, total=total, created_at=clock.now())
    audit.record(by=by, event="reading_pack_requested", obj=pack, payload={"proposals": total})
    return pack, defer_unless_small(JOB, is_small=total <= PROPOSALS_AT_ONCE, pack_id=pack.pk)


def _locked(pk: int) -> ReadingPack:
    return ReadingPack.objects.locked().select_related("stage", "reader").get(pk=pk)


def _stands(pack: ReadingPack, volumes: Iterable[ReadingPackVolume]) -> bool:
    """Whether the reader may still read every proposal in these volumes."""
    if not pack.stage.is_open or pack.expires_at is None or pack.expires_at <= clock.now():
        return False
    given = {pk for volume in volumes for pk in volume.assignments}
    own = packable(pack.reader, pack.stage).filter(pk__in=given)
    if pack.stage.is_blind and hidden_since(own, pack.created_at):
        return False
    return own.count() == len(given)


def _make(pack: ReadingPack) -> None:
    _forget_volumes(pack.pk)
    assignments = list(packable(pack.reader, pack.stage))
    note_progress(pack, total=len(assignments))
    try:
        with translation.override("id"):
            for start in range(0, len(assignments), VOLUME):
                _make_volume(pack, start // VOLUME + 1, assignments[start : start + VOLUME])
                note_progress(pack, done=min(start + VOLUME, len(assignments)))
        _hand_over(pack)
    except BaseException:
        _forget_volumes(pack.pk)
        raise


def _make_volume(pack: ReadingPack, number: int, assignments: Sequence[Assignment]) -> None:
    today = timezone.localdate(clock.now())
    document = volume_document(pack.reader, pack.stage, number, assignments, today)
    octets = pdf_bytes(TEMPLATE, document)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "volume.pdf"
        path.write_bytes(octets)
        name = keep(path)
    ReadingPackVolume.objects.create(
        pack=pack,
        number=number,
        assignments=[one.pk for one in assignments],
        first=assignments[0].reading_order,
        last=assignments[-1].reading_order,
        storage_name=name,
        size=len(octets),
        sha256=hashlib.sha256(octets).hexdigest(),
    )


def _hand_over(pack: ReadingPack) -> None:
    """The pack is ready; earlier ones of the same stage end with it. Raises Stopped."""
    now = clock.now()
    with transaction.atomic():
        note_progress(pack, state=ExportState.READY, finished_at=now, expires_at=now + KEPT_FOR)
        digests = list(pack.volumes.values_list("sha256", flat=True))
        audit.record(by=None, event="reading_pack_made", obj=pack, payload={"sha256": digests})
        tell_pack_ready(pack)
        earlier = ReadingPack.objects.filter(
            stage=pack.stage, reader=pack.reader, state=ExportState.READY, pk__lt=pack.pk
        )
        earlier.update(expires_at=now)


def _drop(pk: int) -> None:
    with transaction.atomic():
        row = _locked(pk)
        if row.state == ExportState.READY:
            row.state = ExportState.EXPIRED
            row.save(update_fields=["state"])
            audit.record(by=None, event="reading_pack_ended", obj=row)
    _forget_volumes(pk)


def _forget_volumes(pack_id: int) -> None:
    """The rows first: a file without one is reached by nobody."""
    volumes = ReadingPackVolume.objects.filter(pack=pack_id)
    names = list(volumes.values_list("storage_name", flat=True))
    volumes.delete()
    for name in names:
        remove(name)
