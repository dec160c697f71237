"""Bringing in a table of dossiers: checked first, then whole or not at all."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from agencies.models import Agency, User
from innovations.actions.dossiers import DossierDraft, open_dossiers
from innovations.enums import ImportState, InnovationState
from innovations.exceptions import ImportRefused
from innovations.models import DossierImport, Innovation
from innovations.notifications import tell_import_failed, tell_import_finished
from innovations.permissions import check_can_import
from innovations.queries.import_checks import Proposed, Row, Verdict, check_table
from innovations.queries.import_columns import TITLE, columns_for, placed, spellings
from innovations.versions import title_key
from innovations.workflow import IMPORT_MOVES, can_move
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.turns import take_turn
from sinovik.exports import Table

MOST_ROWS = 5_000
CHECKED_AT_ONCE, ROWS_AT_ONCE = 1_000, 300
"""So many are checked, or brought in, while the person waits; more become a job."""
BATCH = 250
TURN = 7_012_007
JOB, CHECK_JOB = "innovations.tasks.bring_in", "innovations.tasks.check_rows"


@dataclass(frozen=True)
class GivenTable:
    """A table as it was read from the file of this name and digest."""

    table: Table
    name: str
    sha256: str


class _Stopped(Exception):
    """Somebody cancelled while the import was running."""


@transaction.atomic
def check_import(
    *, by: User, agency: Agency | None, given: GivenTable, source: str = ""
) -> DossierImport:
    """Keep the table and what is wrong with it; no dossier is made. Large ones become a job.

    Without `agency` the rows name their own and become entries of the register. Raises
    ImportRefused where the columns are not those of the template.
    """
    check_can_import(by, agency)
    places, faults = placed(given.table.headings, columns_for(is_register=agency is None))
    if faults:
        raise ImportRefused(" ".join(faults))
    rows = _rows(given.table, places)
    if not rows:
        raise ImportRefused(_("Tabel ini tidak berisi satu baris pun di bawah judul kolom."))
    kept = DossierImport.objects.create(
        agency=agency,
        source=source,
        file_name=given.name,
        file_hash=given.sha256,
        rows=rows,
        formulas=sorted(
            [row, places[place]] for row, place in given.table.formulas if place in places
        ),
        notes=list(given.table.notes),
        state=ImportState.CHECKING,
        total=len(rows),
        created_at=clock.now(),
        created_by=by,
    )
    if len(rows) > CHECKED_AT_ONCE:
        job = app.configure_task(CHECK_JOB, queue="tables")
        job.defer(import_id=kept.pk, language=get_language() or "")
    else:
        _check(kept)
    return kept


def run_check(*, import_id: int, language: str) -> None:
    """Check a large table, in the language of who gave it; run twice it does no more."""
    try:
        with transaction.atomic(), override(language or None):
            rows = DossierImport.objects.locked().select_related("agency", "created_by")
            if kept := rows.filter(pk=import_id, state=ImportState.CHECKING).first():
                _check(kept)
    except Exception:
        _fail(import_id)
        raise


def _check(kept: DossierImport) -> None:
    formulas = frozenset((row, key) for row, key in kept.formulas)
    verdict = check_table([(number, cells) for number, cells in kept.rows], kept.agency, formulas)
    kept.state, kept.problems, kept.known = ImportState.CHECKED, verdict.as_rows(), verdict.known
    kept.save(update_fields=["state", "problems", "known"])
    audit.record(
        by=kept.created_by,
        event="import_checked",
        obj=kept,
        payload={"rows": kept.total, "errors": len(kept.errors), "file_hash": kept.file_hash},
    )


@transaction.atomic
def confirm_import(*, by: User, kept: DossierImport) -> DossierImport:
    """Bring the dossiers in, at once where they are few and else as a job.

    The register is looked at again under lock: what appeared in the meantime is skipped, and
    new errors send the import back with nothing brought in.
    """
    row = _locked(kept)
    check_can_import(by, row.agency)
    if row.state != ImportState.CHECKED:
        raise ImportRefused
    if row.errors:
        raise ImportRefused(_("Perbaiki dahulu kesalahan di berkas, lalu unggah lagi."))
    row.confirmed_at, row.confirmed_by = clock.now(), by
    audit.record(by=by, event="import_confirmed", obj=row, payload={"rows": row.total})
    if row.total > ROWS_AT_ONCE:
        row.state = ImportState.QUEUED
        row.save(update_fields=["state", "confirmed_at", "confirmed_by"])
        app.configure_task(JOB, queue="tables").defer(import_id=row.pk)
        return row
    verdict = _look_again(row)
    if verdict.is_sound:
        _finish(row, verdict, _bring_in(by, row, verdict.proposed))
    return row


@transaction.atomic
def cancel_import(*, by: User, kept: DossierImport) -> DossierImport:
    """Stop an import; a running one is undone whole."""
    row = _locked(kept)
    check_can_import(by, row.agency)
    if not can_move(IMPORT_MOVES, row.state, ImportState.CANCELLED):
        raise ImportRefused(_("Impor ini sudah selesai, jadi tidak bisa dibatalkan."))
    row.state, row.finished_at, row.rows = ImportState.CANCELLED, clock.now(), []
    row.save(update_fields=["state", "finished_at", "rows"])
    audit.record(by=by, event="import_cancelled", obj=row)
    return row


def run_import(*, import_id: int) -> None:
    """Do the work of a confirmed import; run twice or after a crash it does no more.

    Progress is written on a line of its own, so that it is seen while the transaction that
    makes the dossiers is still open.
    """
    begun = DossierImport.objects.filter(
        pk=import_id, state__in=[ImportState.QUEUED, ImportState.RUNNING]
    ).update(state=ImportState.RUNNING, done=0)
    if not begun:
        return
    try:
        with transaction.atomic():
            _run(import_id)
    except _Stopped:
        return
    except Exception:
        _fail(import_id)
        raise


def _rows(table: Table, places: dict[int, str]) -> list[Row]:
    """Rows by column key; the example of the template is none of them."""
    example = spellings(TITLE.example)
    rows = [
        (number, {key: cells[place] for place, key in places.items() if cells[place]})
        for number, cells in zip(table.numbers, table.rows, strict=True)
    ]
    return [row for row in rows if title_key(row[1].get("title", "")) not in example]


def _run(import_id: int) -> None:
    kept = DossierImport.objects.select_related("agency", "confirmed_by", "created_by").get(
        pk=import_id
    )
    # Whoever confirmed it; a constraint and the state see to it that somebody did.
    by = kept.confirmed_by or kept.created_by
    verdict = _look_again(kept, save=False)
    made = _bring_in(by, kept, verdict.proposed) if verdict.is_sound else 0
    row = _locked(kept)
    if row.state != ImportState.RUNNING:
        raise _Stopped
    if verdict.is_sound:
        _finish(row, verdict, made)
        tell_import_finished(row)
    else:
        row.state, row.problems, row.known = ImportState.CHECKED, verdict.as_rows(), verdict.known
        row.confirmed_at, row.confirmed_by = None, None
        row.save()


def _fail(import_id: int) -> None:
    with transaction.atomic():
        row = DossierImport.objects.locked().get(pk=import_id)
        if not can_move(IMPORT_MOVES, row.state, ImportState.FAILED):
            return
        row.state, row.finished_at, row.done = ImportState.FAILED, clock.now(), 0
        row.save(update_fields=["state", "finished_at", "done"])
        audit.record(by=None, event="import_failed", obj=row)
        tell_import_failed(row)


def _locked(kept: DossierImport) -> DossierImport:
    return DossierImport.objects.locked().select_related("agency", "created_by").get(pk=kept.pk)


def _lock_agencies(row: DossierImport) -> None:
    """One import after the other in each agency, so that no title comes in twice."""
    if row.agency_id:
        list(Agency.objects.locked().filter(pk=row.agency_id))
    else:
        # A list for the register may name any agency; such imports wait for each other.
        take_turn(TURN)


def _look_again(row: DossierImport, *, save: bool = True) -> Verdict:
    _lock_agencies(row)
    verdict = check_table([(number, cells) for number, cells in row.rows], row.agency)
    if save and not verdict.is_sound:
        row.problems, row.known = verdict.as_rows(), verdict.known
        row.save(update_fields=["problems", "known"])
    return verdict


def _bring_in(by: User, row: DossierImport, proposed: Sequence[Proposed]) -> int:
    done = 0
    for start in range(0, len(proposed), BATCH):
        batch = proposed[start : start + BATCH]
        drafts = [DossierDraft(source=row.source, **each.values) for each in batch]
        made = open_dossiers(
            by=by, pairs=list(zip([each.agency for each in batch], drafts, strict=True))
        )
        if row.agency is None:
            _publish(by, made)
        done += len(batch)
        if row.total > ROWS_AT_ONCE:
            _report(row.pk, done)
            if not DossierImport.objects.filter(pk=row.pk, state=ImportState.RUNNING).exists():
                raise _Stopped
    return done


def _publish(by: User, made: Sequence[Innovation]) -> None:
    """Entries of an earlier year's list were public already; they are so here from the start."""
    now = clock.now()
    Innovation.objects.filter(pk__in=[each.pk for each in made]).update(
        state=InnovationState.PUBLISHED, published_at=now, published_by=by
    )
    audit.record_many(by=by, event="innovation_published", objs=made)


def _report(pk: int, done: int) -> None:
    line = connection.copy()
    with closing(line), line.cursor() as cursor:
        cursor.execute(
            "UPDATE innovations_dossierimport SET done = %s WHERE id = %s AND state = 'running'",
            [done, pk],
        )


def _finish(row: DossierImport, verdict: Verdict, made: int) -> None:
    row.state, row.finished_at = ImportState.IMPORTED, clock.now()
    row.known, row.created, row.done, row.rows = verdict.known, made, row.total, []
    row.problems = verdict.as_rows()
    row.save()
    detail: dict[str, Any] = {"created": made, "known": verdict.known}
    audit.record(by=row.confirmed_by, event="import_finished", obj=row, payload=detail)
