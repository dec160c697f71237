"""Opening and closing stages. Each kind of stage has its own condition for closing."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions import notifications
from competitions.actions.automatic import run_orders
from competitions.actions.checks import send_pass_letters
from competitions.actions.design import check_consistent
from competitions.actions.moves import check_move
from competitions.actions.stage_entries import enter_stage, leave_stage
from competitions.enums import CheckState, CutOffState, Outcome, StageKind, StageState
from competitions.exceptions import NotEnoughSheets, WrongState
from competitions.models import AdministrativeCheck, CutOff, Entry, Stage
from competitions.permissions import check_can_close_stage, check_can_open_stage
from competitions.queries.deadlines import last_close
from competitions.queries.extra_readers import awaited_extras
from competitions.queries.locks import close_stage_alone
from competitions.queries.ranking import scoring_stage
from competitions.queries.sheets import entries_short_of_sheets, reopened_drafts, rubric_of
from competitions.queries.stages import stage_after, still_in
from competitions.scoring import RubricInvalid, check_rubric
from competitions.workflow import STAGE_MOVES
from sinovik import audit
from sinovik.audit import clock
from sinovik.web.templatetags.web import zones


@transaction.atomic
def open_stage(*, by: User, stage: Stage) -> Stage:
    """Start the work of a stage once the one before it is closed.

    No stage opens earlier than its published instant; `confirm_change` of an edition moves that.
    Raises WrongState naming what is missing, EditionInconsistent with every reason.
    """
    check_can_open_stage(by, stage)
    siblings = Stage.objects.locked().filter(edition_id=stage.edition_id).order_by("position")
    stages = {row.pk: row for row in siblings.select_related("edition")}
    row = stages[stage.pk]
    check_move(STAGE_MOVES, row, StageState.OPEN)
    for earlier in stages.values():
        if earlier.position < row.position and earlier.state != StageState.CLOSED:
            raise WrongState(_("Tutup dulu tahap “%(name)s”.") % {"name": earlier.name})
    if clock.database_now() < row.opens_at:
        raise WrongState(_("Tahap ini belum waktunya dibuka. Ubah jadwalnya bila perlu maju."))
    if row.kind == StageKind.REGISTRATION:
        check_consistent(row.edition)
    _check_rubric(row)
    row.state = StageState.OPEN
    row.save(update_fields=["state"])
    audit.record(by=by, event="stage_opened", obj=row)
    return row


def close_stage(*, by: User, stage: Stage) -> Stage:
    """End the work of a stage for good, with what follows from its kind.

    Waits for writers that hold the stage. Raises WrongState or NotEnoughSheets while
    something required is undone. Closing does not open the next stage.
    """
    check_can_close_stage(by, stage)
    if stage.kind == StageKind.REGISTRATION:
        # Where no worker ran, this is the last moment to keep what was to go by itself.
        run_orders()
    return _close(by=by, stage=stage)


@transaction.atomic
def _close(*, by: User, stage: Stage) -> Stage:
    row = close_stage_alone(stage.pk)
    check_move(STAGE_MOVES, row, StageState.CLOSED)
    left = CLOSINGS[row.kind](by, row)
    row.state, row.closed_at, row.closed_by = StageState.CLOSED, clock.now(), by
    row.save(update_fields=["state", "closed_at", "closed_by"])
    audit.record(by=by, event="stage_closed", obj=row, payload={"entries": left})
    return row


def _check_rubric(stage: Stage) -> None:
    """A stage that scores, or ranks, needs a sound rubric before anybody scores."""
    if stage.kind not in {StageKind.REVIEW, StageKind.SELECTION}:
        return
    rubric = rubric_of(scoring_stage(stage))
    try:
        check_rubric(rubric)
    except RubricInvalid as fault:
        raise WrongState(_("Bobot kriteria harus berjumlah tepat 100.")) from fault
    if unknown := set(stage.tie_break) - {line.key for line in rubric}:
        raise WrongState(
            _("Pemecah seri menyebut kriteria yang tidak ada: %(keys)s.")
            % {"keys": ", ".join(sorted(unknown))}
        )


def _close_registration(by: User, stage: Stage) -> int:
    """After everybody's deadline: whoever has not submitted by then is out of the edition."""
    until = last_close(stage)
    if clock.database_now() < until:
        raise WrongState(
            _("Tenggat pendaftaran belum lewat bagi semua instansi. Tutup setelah %(moment)s.")
            % {"moment": zones(until)}
        )
    stays = list(still_in(stage).select_related("entry"))
    leave_stage(by=by, stay_ids=[stay.pk for stay in stays], outcome=Outcome.LAPSED)
    entries = [stay.entry for stay in stays]
    audit.record_many(by=by, event="entry_lapsed", objs=entries)
    notifications.tell_lapsed(stage, _people_of(entries))
    return len(stays)


def _people_of(entries: list[Entry]) -> list[User]:
    """Writers of the entries and admins of their agencies."""
    writers = User.objects.filter(pk__in={entry.created_by_id for entry in entries})
    admins = User.objects.filter(
        memberships__agency__in={entry.agency_id for entry in entries},
        memberships__role=Role.AGENCY_ADMIN,
        memberships__ended_at__isnull=True,
    )
    return [person for person in [*writers, *admins] if person.is_active]


def _close_administrative(by: User, stage: Stage) -> int:
    """Once everything is decided; the agencies of the passes get their letters."""
    decided = (CheckState.PASSED, CheckState.FAILED)
    undecided = AdministrativeCheck.objects.filter(
        stage_entry__stage=stage, stage_entry__left_at__isnull=True
    ).exclude(state__in=decided)
    if undecided.exists():
        raise WrongState(
            _("Masih ada proposal yang belum diputuskan. Selesaikan pemeriksaannya lebih dahulu.")
        )
    send_pass_letters(by=by, stage=stage)
    return 0


def _close_review(by: User, stage: Stage) -> int:
    """All entries pass on to the first selection stage; ranking happens there.

    Refusals count nothing: the closer may be in conflict with what is missing. How many are
    missing stands on the stage's page, without what its reader must not see.
    """
    if entries_short_of_sheets(stage):
        raise NotEnoughSheets(
            _(
                "Masih ada peserta yang belum memiliki %(number)s lembar nilai yang dikirim."
                " Ingatkan penilai atau tugaskan pengganti."
            )
            % {"number": stage.reviews_per_entry}
        )
    if awaited_extras(stage):
        raise NotEnoughSheets(
            _("Masih ada bacaan tambahan yang belum dikirim. Ingatkan penilainya.")
        )
    if reopened_drafts(stage):
        raise NotEnoughSheets(
            _("Masih ada lembar yang dibuka kembali dan belum dikirim lagi. Ingatkan penilainya.")
        )
    following = stage_after(stage, StageKind.SELECTION)
    if following is None:
        raise WrongState(_("Edisi ini belum memiliki tahap penetapan."))
    stays = list(still_in(stage).order_by("entry").values_list("pk", "entry"))
    leave_stage(by=by, stay_ids=[pk for pk, _entry in stays], outcome=Outcome.PASSED)
    enter_stage(by=by, stage=following, entry_ids=[entry for _pk, entry in stays])
    return len(stays)


def _close_selection(_by: User, stage: Stage) -> int:
    if not CutOff.objects.filter(stage=stage, state=CutOffState.SCHEDULED).exists():
        raise WrongState(_("Kunci daftar dan jadwalkan pengumumannya lebih dahulu."))
    return 0


CLOSINGS: dict[str, Callable[[User, Stage], int]] = {
    StageKind.REGISTRATION: _close_registration,
    StageKind.ADMINISTRATIVE: _close_administrative,
    StageKind.REVIEW: _close_review,
    StageKind.SELECTION: _close_selection,
}
"""What closing means, by kind; each returns how many entries left the stage with it."""
