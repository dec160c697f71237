"""From sheets to a locked list: the line, and the two who lock."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import User
from competitions import notifications
from competitions.actions.commitments import commit_result
from competitions.actions.moves import check_move
from competitions.actions.stage_entries import enter_stage, leave_stage
from competitions.enums import CutOffState, Outcome, StageKind, StageState
from competitions.exceptions import NotEnoughSheets, TieAtTheLine, WrongState
from competitions.models import CutOff, Result, Stage
from competitions.permissions import (
    check_can_apply_cut_off,
    check_can_confirm_lock,
    check_can_propose_lock,
)
from competitions.queries.locks import close_stage_alone
from competitions.queries.objections import check_objections_over
from competitions.queries.policy import report_rows, steps_of, terms_of, traits_of
from competitions.queries.ranking import (
    Ranking,
    contenders,
    lines_of_stage,
    ranking_of,
    scoring_stage,
    sheets_of,
)
from competitions.queries.stages import stage_after, still_in
from competitions.ranking import Contender, Listed, Ranked, under_policy
from competitions.scoring import stored
from competitions.workflow import CUT_OFF_MOVES
from sinovik import audit
from sinovik.audit import clock

BATCH = 2000


@transaction.atomic
def apply_cut_off(*, by: User, stage: Stage, seats: int | None = None) -> CutOff:
    """Rank the entries of an open selection stage, take its policy steps, draw the line.

    Applying again replaces a provisional list, plenary moves included. A tie across the
    line leaves all who are in it unselected: the plenary settles it by motions.
    Raises NotEnoughSheets while the sheets that rank it are not all in, ScoresNotConnected
    where calibrated scores shall rank parts that no evaluator joins.
    """
    check_can_apply_cut_off(by, stage)
    row = close_stage_alone(stage.pk)
    earlier = _replaceable(row)
    found = _contending(row)
    wanted = seats if seats is not None else row.seats or 0
    if not 1 <= wanted <= len(found):
        raise WrongState(
            _("Jumlah kursi harus 1 sampai %(count)s, sebanyak peserta yang bernilai.")
            % {"count": len(found)}
        )
    lines = lines_of_stage(row, wanted)
    ranking = ranking_of(found, sheets_of(row, found), ranks_by=row.ranks_by, lines=lines)
    steps = steps_of(row)
    traits = traits_of([one.entry for one in found]) if steps else {}
    listed = under_policy(ranking.ranked, wanted, steps, traits)
    cut_off = _provisional(by, row, earlier, wanted)
    _write_list(cut_off, ranking, listed, lines)
    audit.record(
        by=by,
        event="cut_off_applied",
        obj=cut_off,
        payload={
            "seats": wanted,
            "selected": len(listed.cut.selected),
            "ranked": len(found),
            "ranks_by": str(row.ranks_by),
            "policy": cut_off.policy,
        },
    )
    return cut_off


@transaction.atomic
def propose_lock(*, by: User, cut_off: CutOff, reason: str) -> CutOff:
    """Propose a settled list of exactly `seats` for locking, with a reason.

    Raises TieAtTheLine while a tie at the line leaves seats empty, WrongState while a plenary
    sits on it, ObjectionsOpen or WrongState before the objection window has passed and all
    is answered.
    """
    row = hold(cut_off)
    check_can_propose_lock(by, row)
    check_move(CUT_OFF_MOVES, row, CutOffState.LOCK_PROPOSED)
    _check_plenary_over(row)
    check_objections_over(row.stage)
    if not reason.strip():
        raise WrongState(_("Tuliskan alasan penguncian."))
    check_terms(row)
    check_seats(row)
    row.state, row.lock_reason = CutOffState.LOCK_PROPOSED, reason.strip()[:300]
    row.lock_proposed_at, row.lock_proposed_by = clock.now(), by
    row.save(update_fields=["state", "lock_reason", "lock_proposed_at", "lock_proposed_by"])
    audit.record(by=by, event="cut_off_lock_proposed", obj=row, payload={"reason": row.lock_reason})
    notifications.tell_lock_proposed(row.stage, by)
    return row


@transaction.atomic
def reject_lock(*, by: User, cut_off: CutOff, reason: str) -> CutOff:
    """Send a proposed list back to provisional, as its second person, with a reason."""
    row = hold(cut_off)
    check_can_confirm_lock(by, row)
    check_move(CUT_OFF_MOVES, row, CutOffState.PROVISIONAL)
    if not reason.strip():
        raise WrongState(_("Tuliskan alasan Anda menolak penguncian."))
    proposer = row.lock_proposed_by
    row.state, row.lock_reason = CutOffState.PROVISIONAL, ""
    row.lock_proposed_at, row.lock_proposed_by = None, None
    row.save(update_fields=["state", "lock_reason", "lock_proposed_at", "lock_proposed_by"])
    audit.record(by=by, event="cut_off_lock_rejected", obj=row, payload={"reason": reason.strip()})
    notifications.tell_lock_rejected(row.stage, proposer, reason.strip())
    return row


@transaction.atomic
def confirm_lock(*, by: User, cut_off: CutOff) -> CutOff:
    """Lock a proposed list as its second person.

    Commits the ministry to the whole result, ends every stay in the stage, and lets the
    selected into the next selection stage where there is one. Nobody outside is told.
    """
    stage = close_stage_alone(cut_off.stage_id)
    row = hold(cut_off)
    check_can_confirm_lock(by, row)
    check_move(CUT_OFF_MOVES, row, CutOffState.LOCKED)
    check_terms(row)
    check_seats(row)
    row.content_hash = commit_result(cut_off=row).content_hash
    row.state, row.locked_at, row.locked_by = CutOffState.LOCKED, clock.now(), by
    row.save(update_fields=["state", "content_hash", "locked_at", "locked_by"])
    _move_on(by, stage, row)
    audit.record(
        by=by,
        event="cut_off_locked",
        obj=row,
        payload={"content_hash": row.content_hash, "seats": row.seats},
    )
    return row


def hold(cut_off: CutOff) -> CutOff:
    """A list under lock, with its stage and edition."""
    return CutOff.objects.locked().select_related("stage__edition").get(pk=cut_off.pk)


def _contending(stage: Stage) -> list[Contender]:
    """Who can be ranked in an open selection stage whose sheets are all in."""
    if stage.kind != StageKind.SELECTION or stage.state != StageState.OPEN:
        raise WrongState(_("Ambang hanya diterapkan pada tahap penetapan yang berlangsung."))
    found, short = contenders(stage)
    if short:
        raise NotEnoughSheets(
            ngettext(
                "Masih ada peserta yang belum memiliki %(number)s lembar nilai yang dikirim.",
                "Masih ada peserta yang belum memiliki %(number)s lembar nilai yang dikirim.",
                needed := scoring_stage(stage).reviews_per_entry,
            )
            % {"number": needed}
        )
    return found


def _write_list(cut_off: CutOff, ranking: Ranking, listed: Listed, lines: list[int]) -> None:
    """Store the list, its figures and what each step did."""
    cut_off.ranks_by, cut_off.policy = cut_off.stage.ranks_by, report_rows(listed)
    cut_off.line_at, cut_off.lines = listed.line_at, lines
    cut_off.save(update_fields=["ranks_by", "policy", "line_at", "lines"])
    rows = [_result(cut_off, one, ranking) for one in ranking.ranked]
    selected = {one.entry for one in listed.cut.selected}
    at_line = {one.entry for one in listed.cut.at_line}
    for row in rows:
        row.is_selected, row.is_at_line = row.entry_id in selected, row.entry_id in at_line
    Result.objects.bulk_create(rows, batch_size=BATCH)


def _replaceable(stage: Stage) -> CutOff | None:
    """The stage's list under lock, None where there is none; refuses one that is firm."""
    cut_off = CutOff.objects.locked().filter(stage=stage).first()
    if cut_off is None:
        return None
    if cut_off.state != CutOffState.PROVISIONAL:
        raise WrongState(_("Daftar sudah diusulkan terkunci. Batalkan usulannya lebih dahulu."))
    _check_plenary_over(cut_off)
    return cut_off


def _check_plenary_over(cut_off: CutOff) -> None:
    if cut_off.plenaries.open().exists():
        raise WrongState(_("Sidang pleno masih terbuka. Tutup sidangnya lebih dahulu."))


def _provisional(by: User, stage: Stage, earlier: CutOff | None, seats: int) -> CutOff:
    """The stage's cut-off, new or emptied for another try."""
    now = clock.now()
    if earlier is None:
        return CutOff.objects.create(stage=stage, seats=seats, applied_at=now, applied_by=by)
    earlier.results.all().delete()
    earlier.seats, earlier.applied_at, earlier.applied_by = seats, now, by
    earlier.draw_number += 1
    earlier.save(update_fields=["seats", "draw_number", "applied_at", "applied_by"])
    return earlier


def _result(cut_off: CutOff, one: Ranked, ranking: Ranking) -> Result:
    contender, sure = one.contender, ranking.outlooks.get(one.entry)
    return Result(
        cut_off=cut_off,
        entry_id=one.entry,
        rank=one.rank,
        score=stored(ranking.raw[one.entry]),
        calibrated=ranking.fit.scores[one.entry] if ranking.fit.is_connected else None,
        best_rank=sure.best_rank if sure else None,
        worst_rank=sure.worst_rank if sure else None,
        chances=[Decimal(f"{chance:.4f}") for chance in sure.chances] if sure else [],
        sheet_count=contender.sheet_count,
        lowest=contender.lowest,
        highest=contender.highest,
        is_tied=one.is_tied,
    )


def check_terms(cut_off: CutOff) -> None:
    """Refuse a list drawn up by terms that two people have changed since."""
    stage = cut_off.stage
    if (cut_off.ranks_by, terms_of(cut_off.policy)) != (stage.ranks_by, steps_of(stage)):
        raise WrongState(
            _("Ketentuan tahap berubah sejak daftar disusun. Terapkan ulang ambang lebih dahulu.")
        )


def check_seats(cut_off: CutOff) -> None:
    """Exactly `seats` are selected; short of them by an unsettled tie has its own text."""
    selected = cut_off.results.filter(is_selected=True).count()
    if selected == cut_off.seats:
        return
    undecided = cut_off.results.filter(is_at_line=True, is_selected=False)
    if selected < cut_off.seats and undecided.exists():
        raise TieAtTheLine
    raise WrongState(
        _("Terpilih %(selected)s dari %(seats)s kursi. Samakan lebih dahulu dalam pleno.")
        % {"selected": selected, "seats": cut_off.seats}
    )


def _move_on(by: User, stage: Stage, cut_off: CutOff) -> None:
    winners = cut_off.results.filter(is_selected=True).order_by("rank", "entry")
    selected = list(winners.values_list("entry", flat=True))
    stays = dict(still_in(stage).values_list("entry", "pk"))
    chosen = [stays[entry] for entry in selected]
    leave_stage(by=by, stay_ids=chosen, outcome=Outcome.PASSED)
    leave_stage(by=by, stay_ids=set(stays.values()) - set(chosen), outcome=Outcome.FAILED)
    following = stage_after(stage, StageKind.SELECTION)
    if following is not None:
        enter_stage(by=by, stage=following, entry_ids=selected)
