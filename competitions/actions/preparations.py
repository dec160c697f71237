"""Preparing an announcement: the long part of it, before anybody enters decree and instant.

It searches the comments behind a locked list for what tells a person. From when on they may be
read is the clock's matter, at each reading; nothing here decides an instant.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.comments import keep_scan
from competitions.actions.jobs import cancel_job, defer_unless_small, note_progress, run_job
from competitions.enums import UNDER_WAY, CutOffState, PreparationState
from competitions.exceptions import WrongState
from competitions.models import AnnouncementPreparation, CutOff, HeldComment
from competitions.permissions import check_can_schedule_announcement
from competitions.queries.comments import comments_behind, search_comments
from competitions.queries.preparations import is_prepared, is_small
from competitions.workflow import PREPARATION_MOVES
from sinovik import audit
from sinovik.audit import clock

JOB = "competitions.tasks.prepare_announcement"
STEP = 250


def request_preparation(*, by: User, cut_off: CutOff) -> AnnouncementPreparation:
    """Ask for the preparation of a locked list; one that is under way is not doubled.

    A small list is prepared at once, a large one by a job.
    """
    preparation, is_at_once = _open(by=by, cut_off=cut_off)
    if is_at_once:
        make_preparation(preparation_id=preparation.pk)
        preparation.refresh_from_db()
    return preparation


@transaction.atomic
def cancel_preparation(
    *, by: User, preparation: AnnouncementPreparation
) -> AnnouncementPreparation:
    """Stop a preparation: nothing of what it found stays, and it can be asked for again."""
    rows = AnnouncementPreparation.objects.locked().select_related("cut_off")
    row = rows.get(pk=preparation.pk)
    check_can_schedule_announcement(by, row.cut_off)
    if not cancel_job(row, PREPARATION_MOVES, by=by, event="preparation_cancelled"):
        raise WrongState(_("Penyiapan ini sudah selesai, jadi tidak bisa dibatalkan."))
    return row


def make_preparation(*, preparation_id: int) -> None:
    """Search, and keep all of it or nothing; run twice or after a crash it does no harm."""
    rows = AnnouncementPreparation.objects.filter(pk=preparation_id)
    run_job(rows.select_related("cut_off__stage__edition", "created_by"), _prepare)


def _prepare(preparation: AnnouncementPreparation) -> None:
    searched = _search(preparation)
    with transaction.atomic():
        _keep(preparation, searched)


def ensure_prepared(*, by: User, cut_off: CutOff) -> None:
    """Refuse a large list whose comments were not searched; search those of a small one.

    Inside the caller's transaction, the list locked.
    """
    if is_prepared(cut_off):
        return
    if not is_small(cut_off):
        raise WrongState(_("Daftar ini belum disiapkan. Tekan “Siapkan pengumuman” lebih dahulu."))
    searched = list(search_comments(cut_off, comments_behind(cut_off)))
    keep_scan(by=by, cut_off=cut_off, searched=searched)


@transaction.atomic
def _open(*, by: User, cut_off: CutOff) -> tuple[AnnouncementPreparation, bool]:
    check_can_schedule_announcement(by, cut_off)
    row = CutOff.objects.locked().get(pk=cut_off.pk)
    if row.state != CutOffState.LOCKED or is_prepared(row):
        raise WrongState(_("Hanya daftar terkunci yang belum disiapkan yang dapat disiapkan."))
    if under_way := row.preparations.filter(state__in=UNDER_WAY).first():
        return under_way, False
    preparation = AnnouncementPreparation.objects.create(
        cut_off=row, created_at=clock.now(), created_by=by
    )
    audit.record(by=by, event="preparation_requested", obj=preparation)
    return preparation, defer_unless_small(
        JOB, is_small=is_small(row), preparation_id=preparation.pk
    )


def _search(preparation: AnnouncementPreparation) -> list[HeldComment | None]:
    comments = list(comments_behind(preparation.cut_off))
    note_progress(preparation, total=len(comments))
    searched = []
    for number, found in enumerate(search_comments(preparation.cut_off, comments), start=1):
        searched.append(found)
        if number % STEP == 0:
            note_progress(preparation, done=number)
    return searched


def _keep(preparation: AnnouncementPreparation, searched: list[HeldComment | None]) -> None:
    note_progress(
        preparation, state=PreparationState.READY, done=len(searched), finished_at=clock.now()
    )
    keep_scan(by=preparation.created_by, cut_off=preparation.cut_off, searched=searched)
