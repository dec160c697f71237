"""The dress rehearsal: every stage of a draft edition walked in a transaction that ends undone."""

from contextlib import suppress
from typing import Any

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from agencies.models import User
from competitions.actions.design import check_consistent
from competitions.actions.rehearsal_walk import Walk
from competitions.enums import RehearsalState, StageState
from competitions.exceptions import WrongState
from competitions.models import Edition, Rehearsal
from competitions.permissions.design import check_can_design
from sinovik import audit
from sinovik.audit import clock
from sinovik.files import remove

JOB = "competitions.tasks.rehearse_edition"


class _Over(Exception):
    """Ends the walk: everything that it wrote goes."""


@transaction.atomic
def request_rehearsal(*, by: User, edition: Edition) -> Rehearsal:
    """Ask for a rehearsal of a draft; one that is under way is not doubled.

    Raises EditionInconsistent with every reason, WrongState once a stage has opened.
    """
    check_can_design(by)
    row = Edition.objects.locked().get(pk=edition.pk)
    if row.stages.exclude(state=StageState.PLANNED).exists():
        raise WrongState(_("Gladi bersih hanya untuk edisi yang belum dibuka."))
    check_consistent(row)
    under_way = (RehearsalState.WAITING, RehearsalState.RUNNING)
    if running := row.rehearsals.filter(state__in=under_way).first():
        return running
    rehearsal = Rehearsal.objects.create(
        edition=row, total=row.stages.count(), created_at=clock.now(), created_by=by
    )
    audit.record(by=by, event="rehearsal_requested", obj=rehearsal)
    app.configure_task(JOB, queue="tables").defer(rehearsal_id=rehearsal.pk)
    return rehearsal


def make_rehearsal(*, rehearsal_id: int) -> None:
    """Walk, undo, and keep the report; run twice it does nothing the second time."""
    rows = Rehearsal.objects.filter(pk=rehearsal_id)
    if not rows.filter(state=RehearsalState.WAITING).update(state=RehearsalState.RUNNING):
        return
    rehearsal = rows.select_related("edition", "created_by").get()
    try:
        report, stopped_at = _walk_and_undo(rehearsal)
    except Exception:
        rows.update(state=RehearsalState.FAILED, finished_at=clock.now())
        raise
    rows.update(
        state=RehearsalState.DONE,
        done=rehearsal.total,
        report=report,
        stopped_at=stopped_at,
        finished_at=clock.now(),
    )


def _walk_and_undo(rehearsal: Rehearsal) -> tuple[list[dict[str, Any]], str]:
    walk = Walk(rehearsal.edition, rehearsal.created_by)
    try:
        with translation.override("id"), suppress(_Over), transaction.atomic():
            for number, _stage in enumerate(walk.stages(), start=1):
                note_progress(rehearsal.pk, number)
            raise _Over
    finally:
        for name in walk.kept:
            remove(name)
    return walk.report, walk.stopped_at


def note_progress(rehearsal_id: int, done: int) -> None:
    """Say how far it is, beside the transaction that will be undone."""
    aside = connection.copy()
    try:
        with aside.cursor() as cursor:
            cursor.execute(
                "UPDATE competitions_rehearsal SET done = %s WHERE id = %s", [done, rehearsal_id]
            )
    finally:
        aside.close()
