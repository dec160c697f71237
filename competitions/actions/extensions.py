"""Moving a deadline later: one person proposes it on a letter, another confirms it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from competitions.actions.moves import check_move, decide
from competitions.enums import ExtensionState, StageState
from competitions.exceptions import WrongState
from competitions.models import DeadlineExtension, Stage
from competitions.notifications import deadlines as letters
from competitions.permissions.deadlines import (
    check_can_confirm_extension,
    check_can_propose_extension,
)
from competitions.queries.deadlines import closes_at_for
from competitions.queries.locks import close_stage_alone
from competitions.workflow import EXTENSION_MOVES
from sinovik import audit
from sinovik.audit import clock
from sinovik.web.templatetags.web import zones


@transaction.atomic
def propose_extension(
    *,
    by: User,
    stage: Stage,
    new_closes_at: datetime,
    letter_number: str,
    reason: str,
    agency: Agency | None = None,
) -> DeadlineExtension:
    """Propose a later close of an open stage, for all agencies or for one.

    It may still be proposed when the deadline has passed, as long as the stage is open.
    Raises WrongState where it would not be later, or one waits already.
    """
    check_can_propose_extension(by)
    row = close_stage_alone(stage.pk)
    present = _check_later(row, agency.pk if agency else None, new_closes_at)
    if not letter_number.strip() or not reason.strip():
        raise WrongState(_("Tuliskan nomor surat dan alasan perpanjangan."))
    waiting = DeadlineExtension.objects.filter(
        stage=row, agency=agency, state=ExtensionState.PROPOSED
    )
    if waiting.exists():
        raise WrongState(_("Masih ada usulan perpanjangan yang menunggu orang kedua."))
    extension = DeadlineExtension.objects.create(
        stage=row,
        agency=agency,
        previous_closes_at=present,
        new_closes_at=new_closes_at,
        letter_number=letter_number.strip(),
        reason=reason.strip(),
        proposed_at=clock.now(),
        proposed_by=by,
    )
    audit.record(by=by, event="extension_proposed", obj=extension, payload=_facts(extension))
    letters.tell_extension_proposed(extension)
    return extension


@transaction.atomic
def confirm_extension(*, by: User, extension: DeadlineExtension) -> DeadlineExtension:
    """Let the later close hold, as a second person; those concerned hear of it.

    Waits for writers that hold the stage: whoever was refused a moment ago may come again,
    nobody is cut off. Raises SecondPersonNeeded, WrongState where the stage has closed.
    """
    stage = close_stage_alone(extension.stage_id)
    row = _lock(extension)
    check_can_confirm_extension(by, row)
    check_move(EXTENSION_MOVES, row, ExtensionState.CONFIRMED)
    row.previous_closes_at = _check_later(stage, row.agency_id, row.new_closes_at)
    decide(row, by=by, state=ExtensionState.CONFIRMED, also=["previous_closes_at"])
    audit.record(by=by, event="extension_confirmed", obj=row, payload=_facts(row))
    letters.tell_extended(row)
    return row


@transaction.atomic
def reject_extension(*, by: User, extension: DeadlineExtension, reason: str) -> DeadlineExtension:
    """Decline a proposed extension with a reason; the proposer may take it back so, too."""
    close_stage_alone(extension.stage_id)
    row = _lock(extension)
    check_can_propose_extension(by)
    check_move(EXTENSION_MOVES, row, ExtensionState.REJECTED)
    if not reason.strip():
        raise WrongState(_("Tuliskan alasan penolakan."))
    decide(row, by=by, state=ExtensionState.REJECTED, note=reason.strip())
    audit.record(by=by, event="extension_rejected", obj=row, payload={"reason": row.decision_note})
    letters.tell_extension_rejected(row)
    return row


def _lock(extension: DeadlineExtension) -> DeadlineExtension:
    rows = DeadlineExtension.objects.locked().for_list()
    return rows.get(pk=extension.pk)


def _check_later(stage: Stage, agency_id: int | None, new_closes_at: datetime) -> datetime:
    """The close that holds now, which the new one must come after."""
    if stage.state == StageState.PLANNED:
        raise WrongState(_("Tahap ini belum dibuka. Ubah jadwalnya, bukan memperpanjangnya."))
    if stage.state == StageState.CLOSED:
        raise WrongState(
            _(
                "Tahap ini sudah ditutup, sehingga tenggatnya tidak dapat diperpanjang lagi."
                " Pengajuan yang terlambat dapat diterima satu per satu oleh dua orang."
            )
        )
    present = closes_at_for(stage, agency_id)
    if new_closes_at <= present:
        raise WrongState(
            _("Tenggat baru harus sesudah tenggat yang berlaku, %(moment)s.")
            % {"moment": zones(present)}
        )
    if new_closes_at <= clock.database_now():
        raise WrongState(_("Tenggat baru sudah lewat. Pilih waktu yang akan datang."))
    return present


def _facts(extension: DeadlineExtension) -> dict[str, object]:
    return {
        "stage": extension.stage_id,
        "agency": extension.agency_id,
        "letter": extension.letter_number,
        "reason": extension.reason,
        "before": extension.previous_closes_at,
        "after": extension.new_closes_at,
    }
