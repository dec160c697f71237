"""Next year's edition: proposals at every step between a blank draft and the ministry."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from agencies.models import User
from competitions.actions.checks import (
    FailDecision,
    claim_checks,
    pass_checks,
    propose_fails,
)
from competitions.actions.editions import create_edition
from competitions.actions.stages import open_stage
from competitions.enums import CheckState, FailReason
from competitions.models import AdministrativeCheck, Edition
from sinovik.audit import clock
from sinovik.management.world.accounts import DEMO_UNIT
from sinovik.management.world.blueprints import REGISTRATION, edition_open, wib
from sinovik.management.world.cast_2019 import DEMO_AGENCY
from sinovik.management.world.closing import closing_tasks
from sinovik.management.world.edition_review import draw_modern, health_alone
from sinovik.management.world.guidelines import write_guidelines
from sinovik.management.world.mending import mending_tasks
from sinovik.management.world.people import Team
from sinovik.management.world.planning import Fate, Plan
from sinovik.management.world.registration import (
    Parcel,
    parcels_by_team,
    tasks_of,
    write_texts,
)
from sinovik.management.world.second_try import (
    next_year_task,
    reopening_task,
    second_try_tasks,
)
from sinovik.management.world.stagehands import Task, World, stage_of

DEMO_FATES = (
    # Fate, and whether the demo innovator (not the colleague) writes it.
    (Fate.EMPTY, True),
    (Fate.HALF, True),
    (Fate.COMPLETE, True),
    (Fate.WAITING, True),
    (Fate.RETURNED, True),
    (Fate.SUBMITTED, True),
    (Fate.HALF, False),
    (Fate.WAITING, False),
    (Fate.WAITING, False),
    (Fate.SUBMITTED, False),
    (Fate.SUBMITTED, True),
)
NOTE = "Surat pernyataan belum ditandatangani pimpinan."
STUCK = 0.4
"""Share of the proposals that nobody has touched since the first days."""


def prepare(world: World, shared_places: frozenset[str]) -> list[Task]:
    """Open registration twenty days ago; returns what has happened in it since."""
    world.begin("open")
    blueprint = edition_open(world.today)
    stage = blueprint.stages[0]
    prepared_at = stage.opens_at - timedelta(days=7)
    with world.progress.step(f"Menyiapkan KIPP {blueprint.year}"), clock.at(prepared_at):
        edition = create_edition(by=world.head, blueprint=blueprint)
        write_guidelines(world, edition)
        drawn = draw_modern(world, world.scale.open_agencies, world.scale.open_agencies // 8)
        teams = world.teams_for(drawn)
        plans = _cast(world, [team for team in teams if team.agency.name != DEMO_AGENCY])
        own = _demo_plans(world)
        closes = stage.closes_at
        latest = {
            "umum": closes.date().replace(year=closes.year - 2),
            "replikasi": closes.date().replace(year=closes.year - 1),
        }
        years = (world.today.year - 6, closes.year - 2)
        writer = world.writer(years, latest, shared_places)
        with health_alone(world, writer):
            write_texts(writer, [plan for plan, _author in own])
        write_texts(writer, plans)
        _copy_titles(plans)
    return _registering(world, edition, plans, own)


def _copy_titles(plans: Sequence[Plan]) -> None:
    """Twice two agencies submit under one title, the second time nearly: what officers look for."""
    sent = [plan for plan in plans if plan.fate == Fate.SUBMITTED and plan.draft]
    for first, second, more in zip(sent[::4], sent[1::4], ("", " Kita"), strict=False):
        if first.draft and second.draft:
            second.draft = replace(second.draft, title=f"{first.draft.title}{more}")


def _cast(world: World, teams: Sequence[Team]) -> list[Plan]:
    fates = [Fate(fate) for fate, count in world.scale.open_entries.items() for _ in range(count)]
    plans = []
    for place, fate in enumerate(fates):
        # A replica may be sent only once it is agreed on, which takes both agencies.
        group = "replikasi" if place % 9 == 0 and not fate.is_sent else "umum"
        plans.append(Plan(teams[place % len(teams)], fate, group=group))
    return plans


def _demo_plans(world: World) -> list[tuple[Plan, User]]:
    team = next(one for one in world.teams.values() if one.agency.name == DEMO_AGENCY)
    innovator = world.accounts["inovator"]
    return [
        (
            Plan(team, fate, unit_name=DEMO_UNIT if is_own else ""),
            innovator if is_own else team.innovator,
        )
        for fate, is_own in DEMO_FATES
    ]


def _registering(
    world: World, edition: Edition, plans: Sequence[Plan], own: Sequence[tuple[Plan, User]]
) -> list[Task]:
    stage = stage_of(edition, REGISTRATION)
    with clock.at(stage.opens_at):
        open_stage(by=world.head, stage=stage)
    groups = {group.slug: group for group in edition.groups.all()}
    tasks: list[Task] = []
    others = _others(plans)
    # Corrections are asked of the first to arrive, so there must be some: see mending.py.
    prompt = [one for one in others if any(plan.fate.is_submitted for plan in one.plans)][:2]
    for parcel in [*(Parcel(plan.team, author, [plan]) for plan, author in own), *others]:
        moments = _moments(world, stage.opens_at, is_prompt=any(parcel is one for one in prompt))
        tasks += tasks_of(parcel, edition, groups, moments, publishes=False, papers=world.papers)
    waiting = next(plan for plan, _author in own if plan.fate == Fate.WAITING)
    tasks += closing_tasks(world, edition, waiting, (plans[0].team, plans[1].team))
    tasks += mending_tasks(world, edition)
    submitted = [
        plan
        for plan, author in own
        if plan.fate == Fate.SUBMITTED and author == world.accounts["inovator"]
    ]
    tasks += second_try_tasks(world, submitted[0])
    tasks.append(reopening_task(world, submitted[1]))
    tasks.append(next_year_task(world, edition))
    return [*tasks, (wib(world.today - timedelta(days=1), time(17, 0)), _checking(world, edition))]


def _others(plans: Sequence[Plan]) -> list[Parcel]:
    """Parcels of the other agencies; blank drafts apart, since they are opened at any time."""
    unwritten = {Fate.EMPTY, Fate.HALF}
    return [
        *parcels_by_team([plan for plan in plans if plan.fate not in unwritten]),
        *parcels_by_team([plan for plan in plans if plan.fate in unwritten]),
    ]


def _checking(world: World, edition: Edition) -> Callable[[], None]:
    """The secretariat has begun to check: some passed, some wait for a second person."""

    def check() -> None:
        waiting = list(
            AdministrativeCheck.objects.filter(
                stage_entry__entry__edition=edition,
                stage_entry__left_at=None,  # the check of what was reopened has left the queue
                state=CheckState.QUEUED,
            ).order_by("stage_entry__entered_at", "pk")
        )
        passing = waiting[: len(waiting) // 5]
        failing = waiting[len(passing) :][: max(1, len(waiting) // 12)]
        rest = waiting[len(passing) + len(failing) :]
        first, second, third = world.officers[:3]
        claim_checks(by=third, checks=passing)
        pass_checks(by=third, checks=passing)
        claim_checks(by=second, checks=failing)
        decisions = [FailDecision(one, [FailReason.MISSING_DOCUMENT], NOTE) for one in failing]
        propose_fails(by=second, decisions=decisions)
        claim_checks(by=first, checks=rest[:2])
        claim_checks(by=third, checks=rest[2:3])

    return check


def _moments(world: World, opens_at: datetime, *, is_prompt: bool) -> list[datetime]:
    """Early and then silent, or of the last days."""
    yesterday = wib(world.today - timedelta(days=1), time(16, 0))
    if world.random.random() < STUCK or is_prompt:
        end = opens_at + timedelta(days=5)
    else:
        end = yesterday
    moments = sorted(world.between(opens_at + timedelta(hours=1), end) for _ in range(4))
    # An admin answers on the next day at the latest.
    return [*moments[:3], moments[3], moments[2] + timedelta(hours=3)]
