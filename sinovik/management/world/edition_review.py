"""This year's edition: selection is done, evaluators are reading."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from agencies.enums import AgencyType, Role
from agencies.models import Agency, User
from competitions.actions.abstentions import abstain
from competitions.actions.allocation_plans import apply_plan, make_plan, request_plan
from competitions.actions.assignments import appoint, declare_conflict
from competitions.actions.editions import create_edition
from competitions.actions.scoresheets import save_sheet, skip_sheet
from competitions.actions.sheet_reopenings import reopen_sheet
from competitions.actions.stages import close_stage, open_stage
from competitions.enums import PanelRole
from competitions.models import Assignment, Edition, Stage
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.management.world.accounts import DEMO_UNIT, enrol_judges
from sinovik.management.world.blind_reading import looking_through, packing
from sinovik.management.world.blueprints import (
    ADMINISTRATIVE,
    REGISTRATION,
    REVIEW,
    edition_in_review,
)
from sinovik.management.world.cast_2019 import DEMO_AGENCY, NOT_DRAWN, ORGANISER
from sinovik.management.world.latecomers import admit_latecomers, choose_latecomers
from sinovik.management.world.marks import Jury, Remarks
from sinovik.management.world.people import Team
from sinovik.management.world.planning import Fate, Plan, Writer, draw_agencies, spread
from sinovik.management.world.registration import parcels_by_team, tasks_of, write_texts
from sinovik.management.world.secretariat import scoring_tasks, select
from sinovik.management.world.stagehands import Task, World, refresh_statistics, stage_of

ERA = "2024-2029"
OTHER_EVALUATORS = 3
DEMO_SENT, DEMO_BEGUN, DEMO_CONFLICTS = 60, 8, 2
OTHERS_SENT, OTHERS_BEGUN = 0.85, 6
QUOTA = 10
OUTSIDE = "Bidang teknisnya di luar keahlian saya."
SWAPPED = "Nilai kebaruan dan pelaksanaan tampaknya tertukar."
CONFLICT_REASONS = (
    "Pernah menjadi narasumber pelatihan bagi tim penyusun inovasi ini.",
    "Anggota keluarga bekerja pada unit penyelenggara inovasi ini.",
)


def build(world: World, shared_places: frozenset[str]) -> Edition:
    """Registration and selection in the past; `review` goes on from there."""
    world.begin("review")
    blueprint = edition_in_review(world.today)
    opens_at, closes_at = blueprint.stages[0].opens_at, blueprint.stages[0].closes_at
    label = f"Menyiapkan peserta KIPP {blueprint.year}"
    with world.progress.step(label), clock.at(opens_at - timedelta(days=10)):
        edition = create_edition(by=world.head, blueprint=blueprint)
        teams = world.teams_for(draw_modern(world, world.scale.review_agencies))
        plans = _cast(world, teams)
        years = (world.today.year - 6, closes_at.year - 2)
        latest = {
            "umum": closes_at.date().replace(year=closes_at.year - 2),
            "replikasi": closes_at.date().replace(year=closes_at.year - 1),
        }
        writer = world.writer(years, latest, shared_places)
        with health_alone(world, writer):
            write_texts(writer, [plan for plan in plans if plan.unit_name == DEMO_UNIT])
        write_texts(writer, [plan for plan in plans if not plan.unit_name])
    _register(world, edition, plans)
    select(world, edition, plans, after=timedelta(hours=1))
    return edition


@contextmanager
def health_alone(world: World, writer: Writer) -> Iterator[None]:
    """Health topics for the demo unit, whatever the lot would say."""
    demo_agency = world.accounts["admin"].active_memberships[0].agency_id
    fitting = world.corpus.topics_for("K", DEMO_AGENCY)
    writer.topics[demo_agency] = [one for one in fitting if one.category == "kesehatan"]
    yield
    del writer.topics[demo_agency]


def draw_modern(world: World, count: int, neighbours: int = 0) -> list[Agency]:
    """Agencies of today by lot, local governments as often as there are.

    The demo agency is among them, and so many `neighbours` of its province.
    """
    pool = [
        agency
        for agency in Agency.objects.select_related("region__province").order_by("name")
        if (ERA in agency.eras or agency.region)
        and agency.agency_type != AgencyType.SOE
        and agency.name not in {ORGANISER, *NOT_DRAWN}
    ]
    required = [agency for agency in pool if agency.name == DEMO_AGENCY]
    required += _neighbours(pool, required[0])[:neighbours]
    return draw_agencies(pool, required, count, world.random)


def _neighbours(pool: Sequence[Agency], agency: Agency) -> list[Agency]:
    """Other regencies and cities of the agency's province, by name."""
    province = agency.region.province_id if agency.region else None
    return [
        one
        for one in pool
        if one.region and one.region.province_id == province and one.pk != agency.pk
    ]


def _cast(world: World, teams: Sequence[Team]) -> list[Plan]:
    scale = world.scale
    counts = spread(scale.review_recorded, teams, lambda _team: 1, world.random)
    plans = []
    for team in teams:
        for place in range(counts[team.agency.pk]):
            # Beyond the quota of a group an agency can't submit.
            group = "umum" if place % 7 else "replikasi"
            plans.append(Plan(team, Fate.COMPLETE, group=group))
    world.random.shuffle(plans)
    submitted: dict[tuple[int, str], int] = {}
    chosen: list[Plan] = []
    for plan in plans:
        key = (plan.team.agency.pk, plan.group)
        limit = QUOTA if plan.group == "umum" else QUOTA // 2
        if len(chosen) < scale.review_submitted and submitted.get(key, 0) < limit:
            submitted[key] = submitted.get(key, 0) + 1
            chosen.append(plan)
    chosen = _try_in_vain(chosen)
    for place, plan in enumerate(chosen):
        plan.fate = Fate.PASSED if place < scale.review_passed else Fate.FAILED
    passing = chosen[: scale.review_passed]
    others = [plan for plan in plans if plan.fate == Fate.COMPLETE]
    choose_latecomers(passing, others, DEMO_AGENCY)
    return plans


def _try_in_vain(chosen: Sequence[Plan]) -> list[Plan]:
    """One of the demo unit comes last, and so fails; it tries again next year (second_try.py)."""
    own = [plan for plan in chosen if plan.team.agency.name == DEMO_AGENCY]
    for plan in own[-1:]:
        plan.unit_name = DEMO_UNIT
    return [plan for plan in chosen if plan not in own[-1:]] + own[-1:]


def _register(world: World, edition: Edition, plans: Sequence[Plan]) -> None:
    stage = stage_of(edition, REGISTRATION)
    with clock.at(stage.opens_at):
        open_stage(by=world.head, stage=stage)
    groups = {group.slug: group for group in edition.groups.all()}
    tasks: list[Task] = []
    for parcel in parcels_by_team(plans):
        written = world.between(stage.opens_at, stage.closes_at - timedelta(days=12))
        sent = world.between(written + timedelta(days=1), stage.closes_at - timedelta(days=6))
        submitted = world.between(sent, stage.closes_at - timedelta(hours=6), lean=2)
        moments = [written, written + timedelta(hours=3), sent, submitted, submitted]
        tasks += tasks_of(parcel, edition, groups, moments, publishes=True, papers=world.papers)
    world.run(f"Pendaftaran {edition.year}", tasks)
    with clock.at(stage.closes_at):
        close_stage(by=world.head, stage=stage)
    administrative = stage_of(edition, ADMINISTRATIVE)
    admit_latecomers(world, plans, stage.closes_at, administrative.opens_at)


def review(world: World, edition: Edition, meanwhile: Sequence[Task]) -> None:
    """Evaluators at work; `meanwhile` is done in between, at the time it belongs to."""
    stage = stage_of(edition, REVIEW)
    # From what stands in the log by now, which is written in the order of time.
    begun_at = AuditEvent.objects.latest("pk").at
    before = [one for one in meanwhile if one[0] < stage.opens_at]
    before += looking_through(world, stage, begun_at)
    world.run(f"Pendaftaran yang berjalan, penyamaran naskah {edition.year}", before)
    demo = world.accounts["evaluator"]
    label = f"Penugasan tim evaluasi {edition.year}"
    with world.progress.step(label), clock.at(stage.opens_at):
        others = enrol_judges(world, "evaluator", Role.EVALUATOR, OTHER_EVALUATORS)
        appoint(by=world.head, edition=edition, users=[demo, *others], role=PanelRole.EVALUATOR)
        panel = [world.accounts["panelis"]]
        appoint(by=world.head, edition=edition, users=panel, role=PanelRole.PANELIST)
        open_stage(by=world.head, stage=stage)
        plan = request_plan(by=world.head, stage=stage, seed=edition.year)
        make_plan(plan_id=plan.pk)
        apply_plan(by=world.head, plan=plan)
    refresh_statistics()
    tasks = _sittings(world, stage, demo, others)
    tasks.append(packing(demo, stage, _moment(world, DEMO_BEGUN + 2)))
    tasks += [one for one in meanwhile if one[0] >= stage.opens_at]
    world.run(f"Penilaian proposal {edition.year}", tasks)


def _sittings(world: World, stage: Stage, demo: User, others: Sequence[User]) -> list[Task]:
    jury, remarks = Jury.of(stage, world.random), Remarks(world.random)
    assignments = list(Assignment.objects.filter(stage=stage).order_by("pk"))
    jury.set_quality(sorted({one.entry_id for one in assignments}), set())
    tasks: list[Task] = []
    for judge in [demo, *others]:
        own = [one for one in assignments if one.evaluator_id == judge.pk]
        own.sort(key=lambda one: one.reading_order)
        sent = int(len(own) * OTHERS_SENT)
        begun = OTHERS_BEGUN
        if judge == demo:
            sent, begun = min(DEMO_SENT, len(own) // 2), DEMO_BEGUN
            tasks += _conflicts(world, stage, demo, own[-DEMO_CONFLICTS:])
            own = own[:-DEMO_CONFLICTS]
            released = own.pop()
            skipped = own[min(sent + begun, len(own) - 1)]
            tasks += _detours(world, own[sent - 1], skipped, released)
        sheets = [remarks.sheet(one, jury.draw(one.entry_id, judge.pk)) for one in own[:sent]]
        tasks += scoring_tasks(world, judge, sheets, _window(world, stage), parts=5)
        tasks += [
            (_moment(world, place), _beginning(judge, remarks, one, jury, place))
            for place, one in enumerate(own[sent : sent + begun])
        ]
    return tasks


def _window(world: World, stage: Stage) -> tuple[datetime, datetime]:
    """From the opening to yesterday evening."""
    return stage.opens_at + timedelta(hours=2), _moment(world, 0) - timedelta(hours=2)


def _moment(world: World, place: int) -> datetime:
    """Minutes of the last evening."""
    opens_at = edition_in_review(world.today).stages[2].opens_at
    return opens_at + timedelta(days=11, hours=11, minutes=7 * place)


def _beginning(
    judge: User, remarks: Remarks, assignment: Assignment, jury: Jury, place: int
) -> Callable[[], None]:
    sheet = remarks.begun(assignment, jury.draw(assignment.entry_id, judge.pk), place % 5 + 1)

    def begin() -> None:
        save_sheet(by=judge, assignment=assignment, edit_number=1, sheet=sheet)

    return begin


def _detours(
    world: World, sent: Assignment, skipped: Assignment, released: Assignment
) -> list[Task]:
    """A sheet that is reopened, one that is skipped, one that is given back."""

    def give_back() -> None:
        abstain(by=released.evaluator, assignment=released, reason=OUTSIDE)

    def skip() -> None:
        skip_sheet(by=skipped.evaluator, assignment=skipped)

    def reopen() -> None:
        reopen_sheet(by=world.head, sheet=sent.scoresheet, reason=SWAPPED)

    evening = _moment(world, DEMO_BEGUN + 1)
    return [
        (evening, give_back),
        (evening + timedelta(minutes=1), skip),
        (evening + timedelta(minutes=2), reopen),
    ]


def _conflicts(
    world: World, stage: Stage, judge: User, assignments: Sequence[Assignment]
) -> list[Task]:
    def declaring(assignment: Assignment, reason: str) -> Callable[[], None]:
        def declare() -> None:
            declare_conflict(by=judge, entry=assignment.entry, reason=reason)

        return declare

    return [
        (stage.opens_at + timedelta(hours=1, minutes=place), declaring(one, reason))
        for place, (one, reason) in enumerate(zip(assignments, CONFLICT_REASONS, strict=False))
    ]
