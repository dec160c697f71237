"""KIPP 2019 from registration to the second announcement."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from agencies.enums import Role
from agencies.models import User
from competitions.actions.announced import tell_announced_results
from competitions.actions.assignments import appoint, assign_stage
from competitions.actions.editions import create_edition
from competitions.actions.stages import close_stage, open_stage
from competitions.enums import PanelRole
from competitions.models import Assignment, Edition, Stage
from sinovik.audit import clock
from sinovik.management.world.accounts import enrol_judges
from sinovik.management.world.blueprints import (
    REGISTRATION,
    REVIEW,
    TOP_45,
    TOP_99,
    edition_2019,
    wib,
)
from sinovik.management.world.cast_2019 import cast, draw_participants
from sinovik.management.world.hearing import hear
from sinovik.management.world.marks import Jury, Remarks
from sinovik.management.world.planning import Fate, Plan
from sinovik.management.world.registration import parcels_by_team, tasks_of, write_texts
from sinovik.management.world.secretariat import decide_band, scoring_tasks, select
from sinovik.management.world.stagehands import Task, World, refresh_statistics, stage_of

PREPARED_AT = wib(date(2019, 2, 18))
STARTED = (2014, 2018)
LATEST_START = {"umum": date(2018, 4, 21)}
JUNK_SHARE = 0.16
HOURS = timedelta(hours=5)
# No source gives the numbers of the decrees; what stands here says so.
DECREE = "Nomor keputusan tidak diketahui ({band}, simulasi)"


def build(world: World, shared_places: frozenset[str]) -> None:
    """The whole edition; afterwards both lists are public."""
    edition, plans = _prepare(world, shared_places)
    _register(world, edition, plans)
    select(world, edition, plans, after=timedelta(minutes=30))
    by_entry = {plan.entry.pk: plan for plan in plans if plan.entry and plan.fate == Fate.PASSED}
    _review(world, edition, by_entry)
    _first_band(world, edition, by_entry)
    _second_band(world, edition, by_entry)


def _prepare(world: World, shared_places: frozenset[str]) -> tuple[Edition, list[Plan]]:
    world.begin("2019")
    scale = world.scale
    with world.progress.step("Menyiapkan peserta KIPP 2019"), clock.at(PREPARED_AT):
        seats = (sum(scale.first_band.values()), sum(scale.second_band.values()))
        edition = create_edition(by=world.head, blueprint=edition_2019(seats))
        teams = world.teams_for(draw_participants(scale, world.random))
        plans = cast(scale, teams, world.random)
    with world.progress.step("Menulis proposal 2019"), clock.at(PREPARED_AT):
        for plan in plans:
            plan.is_junk = plan.fate == Fate.FAILED and world.random.random() < JUNK_SHARE
        write_texts(world.writer(STARTED, LATEST_START, shared_places), plans)
    return edition, plans


def _register(world: World, edition: Edition, plans: Sequence[Plan]) -> None:
    stage = stage_of(edition, REGISTRATION)
    with clock.at(stage.opens_at):
        open_stage(by=world.head, stage=stage)
    groups = {group.slug: group for group in edition.groups.all()}
    tasks: list[Task] = []
    for parcel in parcels_by_team(plans):
        moments = _moments(world, stage)
        tasks += tasks_of(parcel, edition, groups, moments, publishes=True)
    world.run("Pendaftaran 2019", tasks)
    with clock.at(stage.closes_at):
        close_stage(by=world.head, stage=stage)
    refresh_statistics()


def _moments(world: World, stage: Stage) -> list[datetime]:
    """Five moments of an agency; most come near the deadline, as every year."""
    last = stage.closes_at - timedelta(hours=4)
    written = world.between(stage.opens_at, last - timedelta(days=2), lean=2)
    entered = written + timedelta(hours=2)
    sent = world.between(entered, last, lean=2)
    submitted = world.between(sent, stage.closes_at - timedelta(hours=1), lean=2)
    return [written, entered, sent, submitted, submitted + timedelta(minutes=20)]


def _review(world: World, edition: Edition, plans: dict[int, Plan]) -> None:
    stage = stage_of(edition, REVIEW)
    with world.progress.step("Penugasan tim evaluasi 2019"), clock.at(stage.opens_at):
        judges = enrol_judges(world, "te", Role.EVALUATOR, world.scale.evaluators)
        appoint(by=world.head, edition=edition, users=judges, role=PanelRole.EVALUATOR)
        open_stage(by=world.head, stage=stage)
        assign_stage(by=world.head, stage=stage, seed=2019)
    winners = {entry for entry, plan in plans.items() if plan.band}
    _score(world, stage, judges, winners, (stage.opens_at, stage.closes_at))
    with clock.at(stage.closes_at - timedelta(minutes=20)):
        close_stage(by=world.head, stage=stage)
    refresh_statistics()


def _score(
    world: World,
    stage: Stage,
    judges: Sequence[User],
    winners: set[int],
    span: tuple[datetime, datetime],
) -> None:
    """Draw every sheet, settle the line, and let the judges send their sheets."""
    jury, remarks = Jury.of(stage, world.random), Remarks(world.random)
    assignments = list(Assignment.objects.filter(stage=stage).order_by("pk"))
    jury.set_quality(sorted({one.entry_id for one in assignments}), winners)
    marks = {one.pk: jury.draw(one.entry_id, one.evaluator_id) for one in assignments}
    by_entry: dict[int, list[dict[str, int]]] = defaultdict(list)
    for one in assignments:
        by_entry[one.entry_id].append(marks[one.pk])
    jury.settle(by_entry, winners)
    if stage.slug == REVIEW:
        jury.tie_at_line(by_entry, winners)
    tasks: list[Task] = []
    for judge in judges:
        own = [one for one in assignments if one.evaluator_id == judge.pk]
        own.sort(key=lambda one: one.reading_order)
        sheets = [remarks.sheet(one, marks[one.pk]) for one in own]
        window = (span[0] + timedelta(hours=2), span[1] - HOURS)
        tasks += scoring_tasks(world, judge, sheets, window)
    world.run(f"{stage.name}: penilaian 2019", tasks)


def _first_band(world: World, edition: Edition, plans: dict[int, Plan]) -> None:
    stage = stage_of(edition, TOP_99)
    with world.progress.step("Penetapan Top 99"):
        with clock.at(stage.opens_at):
            open_stage(by=world.head, stage=stage)
        decide_band(
            world,
            edition,
            TOP_99,
            wib(date(2019, 6, 24), time(9, 0)),
            DECREE.format(band="Top 99"),
            wib(date(2019, 7, 18), time(9, 0)),
            {entry for entry, plan in plans.items() if plan.band},
        )
        with clock.at(wib(date(2019, 7, 18), time(11, 0))):
            close_stage(by=world.head, stage=stage)


def _second_band(world: World, edition: Edition, plans: dict[int, Plan]) -> None:
    stage = stage_of(edition, TOP_45)
    with world.progress.step("Penugasan panel independen 2019"), clock.at(stage.opens_at):
        open_stage(by=world.head, stage=stage)
        others = enrol_judges(world, "tpi", Role.PANELIST, world.scale.panelists - 1)
        panel = [world.accounts["panelis"], *others]
        appoint(by=world.head, edition=edition, users=panel, role=PanelRole.PANELIST)
        assign_stage(by=world.head, stage=stage, seed=2019)
    heard_at = hear(world, stage)
    winners = {entry for entry, plan in plans.items() if plan.band == 2}
    _score(world, stage, panel, winners, (heard_at, wib(date(2019, 10, 1))))
    with world.progress.step("Penetapan Top 45"):
        decide_band(
            world,
            edition,
            TOP_45,
            wib(date(2019, 10, 4), time(9, 0)),
            DECREE.format(band="Top 45"),
            wib(date(2019, 10, 15), time(10, 0)),
            winners,
        )
        with clock.at(wib(date(2019, 10, 15), time(12, 0))):
            tell_announced_results()
            close_stage(by=world.head, stage=stage)
