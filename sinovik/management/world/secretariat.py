"""The administrative selection and the panels at work, in bulk."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from agencies.models import User
from competitions.actions.announcements import schedule_announcement
from competitions.actions.checks import (
    FailDecision,
    claim_checks,
    confirm_fails,
    pass_checks,
    propose_fails,
)
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.preparations import make_preparation, request_preparation
from competitions.actions.ranking_runs import make_ranking_run
from competitions.actions.scoresheets import SheetMarks, score_assignments
from competitions.actions.stages import close_stage, open_stage
from competitions.enums import FailReason, PolicyKind
from competitions.models import AdministrativeCheck, Edition, Stage
from competitions.queries.ranking_runs import Terms
from competitions.ranking import Step
from sinovik.audit import clock
from sinovik.management.world.blueprints import ADMINISTRATIVE
from sinovik.management.world.objecting import hear_objections
from sinovik.management.world.planning import Fate, Plan
from sinovik.management.world.progress import batches
from sinovik.management.world.sitting import hold_plenary
from sinovik.management.world.stagehands import Task, World, stage_of

FAIL_NOTES = {
    FailReason.MISSING_DOCUMENT: (
        "Surat pernyataan pimpinan tidak ada dalam berkas pendukung.",
        "Bukti penerapan paling sedikit satu tahun tidak dilampirkan.",
    ),
    FailReason.WRONG_CATEGORY: (
        "Uraian tidak sesuai dengan kategori yang dipilih.",
        "Isi proposal lebih sesuai untuk kategori lain.",
    ),
    FailReason.FORMER_WINNER: ("Inovasi yang sama pernah ditetapkan sebagai pemenang.",),
    FailReason.INCOMPLETE: (
        "Beberapa bagian hanya mengulang ringkasan sehingga tidak dapat dinilai.",
    ),
}
JUNK_NOTE = "Beberapa bagian diisi sekadarnya dan tidak dapat dinilai."
FAIL_WEIGHTS = (5, 3, 1, 3)


def select(world: World, edition: Edition, plans: Sequence[Plan], *, after: timedelta) -> None:
    """The administrative selection; checking begins so long after it has opened."""
    stage = stage_of(edition, ADMINISTRATIVE)
    with clock.at(stage.opens_at):
        open_stage(by=world.head, stage=stage)
    _check_all(world, edition, plans, stage.opens_at + after)
    with clock.at(stage.closes_at - timedelta(hours=2)):
        close_stage(by=world.head, stage=stage)


def _check_all(world: World, edition: Edition, plans: Sequence[Plan], begins: datetime) -> None:
    """Check every submitted entry: passes by one officer, fails by two."""
    checks = {
        check.stage_entry.entry_id: check
        for check in AdministrativeCheck.objects.filter(
            stage_entry__entry__edition=edition
        ).select_related("stage_entry")
    }
    passing = [plan for plan in plans if plan.fate == Fate.PASSED]
    failing = [plan for plan in plans if plan.fate == Fate.FAILED]
    tasks: list[Task] = []
    for place, batch in enumerate(batches(passing, 120)):
        officer = world.officers[place % len(world.officers)]
        moment = begins + timedelta(hours=3 * place)
        rows = [checks[plan.entry.pk] for plan in batch if plan.entry]
        tasks.append((moment, _passing(officer, rows)))
    for place, batch in enumerate(batches(failing, 40)):
        officer = world.officers[place % len(world.officers)]
        second = world.officers[(place + 1) % len(world.officers)]
        moment = begins + timedelta(hours=6 * place, minutes=40)
        decisions = [_decision(world, plan, checks[plan.entry.pk]) for plan in batch if plan.entry]
        tasks.append((moment, _failing(officer, decisions)))
        confirmed = moment + timedelta(hours=20)
        tasks.append((confirmed, _confirming(second, [one.check for one in decisions])))
    world.run(f"Seleksi administrasi {edition.year}", tasks)


def _decision(world: World, plan: Plan, check: AdministrativeCheck) -> FailDecision:
    if plan.is_junk:
        return FailDecision(check, [FailReason.JUNK], JUNK_NOTE)
    (reason,) = world.random.choices(list(FAIL_NOTES), FAIL_WEIGHTS)
    return FailDecision(check, [reason], world.random.choice(FAIL_NOTES[reason]))


def _passing(officer: User, checks: Sequence[AdministrativeCheck]) -> Callable[[], None]:
    def decide() -> None:
        claim_checks(by=officer, checks=checks)
        pass_checks(by=officer, checks=checks)

    return decide


def _failing(officer: User, decisions: Sequence[FailDecision]) -> Callable[[], None]:
    def decide() -> None:
        claim_checks(by=officer, checks=[one.check for one in decisions])
        propose_fails(by=officer, decisions=decisions)

    return decide


def _confirming(officer: User, checks: Sequence[AdministrativeCheck]) -> Callable[[], None]:
    def decide() -> None:
        confirm_fails(by=officer, checks=checks)

    return decide


def scoring_tasks(
    world: World,
    judge: User,
    sheets: Sequence[SheetMarks],
    window: tuple[datetime, datetime],
    parts: int = 3,
) -> list[Task]:
    """A judge sends sheets in several sittings within the window."""
    size = max(1, -(-len(sheets) // parts))
    opens, closes = window
    step = (closes - opens) / parts
    tasks: list[Task] = []
    for place, batch in enumerate(batches(sheets, size)):
        moment = world.between(opens + place * step, opens + (place + 0.9) * step)
        tasks.append((moment, _scoring(judge, batch)))
    return tasks


def _scoring(judge: User, sheets: Sequence[SheetMarks]) -> Callable[[], None]:
    def score() -> None:
        score_assignments(by=judge, sheets=sheets)

    return score


def decide_band(
    world: World,
    edition: Edition,
    slug: str,
    applied_at: datetime,
    decree: str,
    announced_at: datetime,
    winners: Collection[int],
) -> None:
    """Apply the cut, sit on it, hear objections, lock it by two people, schedule it."""
    stage = stage_of(edition, slug)
    with clock.at(applied_at):
        cut_off = apply_cut_off(by=world.head, stage=stage)
    with clock.at(applied_at + timedelta(hours=2)):
        compare_terms(world, stage, cut_off.seats)
    hold_plenary(world, cut_off, applied_at + timedelta(hours=2, minutes=30), winners)
    settled_at = applied_at + timedelta(hours=5)
    if stage.objection_days:
        settled_at = hear_objections(world, cut_off, settled_at) + timedelta(hours=10)
    with clock.at(settled_at):
        cut_off = propose_lock(
            by=world.head,
            cut_off=cut_off,
            reason="Pleno menyepakati daftar menurut peringkat dan keputusan sidangnya.",
        )
    with clock.at(settled_at + timedelta(days=1)):
        cut_off = confirm_lock(by=world.second_person, cut_off=cut_off)
    with clock.at(settled_at + timedelta(days=2)):
        preparation = request_preparation(by=world.head, cut_off=cut_off)
        make_preparation(preparation_id=preparation.pk)
    decided_at = settled_at + timedelta(days=3)
    with clock.at(decided_at):
        schedule_announcement(
            by=world.head,
            cut_off=cut_off,
            decree_number=decree,
            decree_dated_on=decided_at.date(),
            announce_at=announced_at,
        )


def compare_terms(world: World, stage: Stage, seats: int) -> None:
    """What the plenary had beside the board: the list as it is, and with two an agency at most."""
    two = Step(PolicyKind.MOST_PER_AGENCY, 2)
    for name, steps in (("Ketentuan edisi", ()), ("Paling banyak dua per instansi", (two,))):
        terms = Terms(seats=seats, steps=steps)
        make_ranking_run(by=world.head, stage=stage, name=name, terms=terms)
