"""Worlds for tests, built by walking through the real actions.

`make_contest(now_in=...)` is the way in: it schedules an edition so that the named stage is
running at this moment, and walks everything before it on the days it belongs to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, cycle

from agencies.actions.people import NewPerson, create_units, enrol_people
from agencies.enums import AgencyType, RegionLevel, Role
from agencies.models import Agency, Region, Unit, User
from competitions.actions.announcements import schedule_announcement
from competitions.actions.assignments import appoint, assign_stage
from competitions.actions.checks import claim_checks, pass_checks
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.entries import (
    create_entry,
    return_entry,
    send_entries,
    submit_entries,
    withdraw_entry,
)
from competitions.actions.motions import cast_vote, close_vote, open_vote, propose_motion
from competitions.actions.plenary import close_plenary, open_plenary, take_seat
from competitions.actions.scoresheets import SheetMarks, score_assignments
from competitions.actions.stages import close_stage, open_stage
from competitions.blueprints import DocumentBlueprint
from competitions.enums import EntryState, MoveReason, PanelRole, VoteChoice
from competitions.models import (
    AdministrativeCheck,
    Assignment,
    CutOff,
    Edition,
    Entry,
    Motion,
    Plenary,
    Stage,
)
from innovations.actions.dossiers import DossierDraft, create_innovations, publish_innovations
from innovations.actions.outcomes import Figure, add_indicator
from innovations.actions.replications import (
    ReplicationReport,
    ReplicationRequest,
    agree_replication,
    answer_replication,
    confirm_replication,
    report_replication,
    request_replication,
    verify_replication,
)
from innovations.enums import ReplicationState
from innovations.models import Innovation, OutcomeIndicator, Replication
from sinovik.audit import clock
from sinovik.web.zones import contest_day
from tests.editions import (
    ADMINISTRATIVE,
    FIRST,
    REGISTRATION,
    REVIEW,
    SECOND,
    STAGES,
    WEIGHTS,
    make_category,
    make_edition,
)
from tests.editions import (
    ANNOUNCED as ANNOUNCED,
)
from tests.remembering import remembered
from tests.uploading import attach

_numbers = count(1)


def make_province(code: str = "31", name: str = "DKI Jakarta") -> Region:
    """A province; the same code gives the same row."""
    return Region.objects.get_or_create(
        code=code, defaults={"name": name, "level": RegionLevel.PROVINCE, "source": "uji"}
    )[0]


def make_regency(code: str = "32.01", province: Region | None = None) -> Region:
    """A regency in a province."""
    parent = province or make_province(code[:2], f"Provinsi {code[:2]}")
    return Region.objects.get_or_create(
        code=code,
        defaults={
            "name": f"Kabupaten {code}",
            "level": RegionLevel.REGENCY,
            "province": parent,
            "source": "uji",
        },
    )[0]


def make_agency(
    name: str = "",
    *,
    agency_type: str = AgencyType.MINISTRY,
    region: Region | None = None,
    parent: Agency | None = None,
) -> Agency:
    """An agency; opening one is the operator's work and has no action yet."""
    number = next(_numbers)
    return Agency.objects.create(
        name=name or f"Instansi {number}",
        slug=f"instansi-{number}",
        agency_type=agency_type,
        region=region,
        parent=parent,
    )


def make_person(
    role: str | None = None,
    *,
    agency: Agency | None = None,
    unit: Unit | None = None,
    employer: Agency | None = None,
    name: str = "",
) -> User:
    """A person; with `role` a membership too, in a new agency unless one is given."""
    number = next(_numbers)
    place = agency or (make_agency() if role else None)
    (user,) = enrol_people(
        by=None,
        people=[
            NewPerson(
                email=f"orang{number}@contoh.example",
                name=name or f"Orang {number}",
                agency=place,
                role=role,
                unit=unit,
                employer=employer,
            )
        ],
    )
    return user


@dataclass
class Team:
    """An agency that takes part: its unit, its innovator, its admin."""

    agency: Agency
    unit: Unit
    innovator: User
    admin: User


def make_team(agency: Agency | None = None) -> Team:
    """An agency with people, ready to enter."""
    place = agency or make_agency()
    (unit,) = create_units(by=None, agency=place, names=[f"Unit {next(_numbers)}"])
    return Team(
        agency=place,
        unit=unit,
        innovator=make_person(Role.INNOVATOR, agency=place, unit=unit),
        admin=make_person(Role.AGENCY_ADMIN, agency=place),
    )


def make_innovations(
    team: Team, number: int = 1, *, titles: Sequence[str] = ()
) -> list[Innovation]:
    """Complete drafts of a team, old enough for any edition."""
    drafts = [
        DossierDraft(
            title=title,
            unit=team.unit,
            category=make_category(),
            started_on=date(2015, 1, 1),
            summary="Ringkasan layanan yang lebih cepat.",
            sections={key: f"Isi bagian {key}." for key in WEIGHTS},
        )
        for title in titles or [f"Inovasi {next(_numbers)}" for _ in range(number)]
    ]
    return create_innovations(by=team.innovator, agency=team.agency, drafts=drafts)


def make_published_innovation(team: Team | None = None) -> Innovation:
    """A dossier that the public may read."""
    people = team or make_team()
    return publish_innovations(by=people.admin, innovations=make_innovations(people))[0]


def make_indicator(
    team: Team, innovation: Innovation, baseline: Figure, target: Figure | None = None
) -> OutcomeIndicator:
    """A waiting time in minutes that is measured from its baseline on."""
    return add_indicator(
        by=team.admin,
        innovation=innovation,
        name="Waktu tunggu",
        unit="menit",
        direction="down",
        baseline=baseline,
        target=target,
    )


@dataclass
class Contest:
    """An edition with everybody who works in it."""

    edition: Edition
    head: User
    officer: User
    second: User
    observer: User
    evaluators: list[User]
    panelists: list[User]
    team: Team
    entries: list[Entry] = field(default_factory=list)

    def stage(self, slug: str) -> Stage:
        """A stage, read afresh."""
        return Stage.objects.select_related("edition").get(edition=self.edition, slug=slug)

    def moment(self, slug: str) -> datetime:
        """The middle of a stage's time."""
        stage = self.stage(slug)
        return stage.opens_at + (stage.closes_at - stage.opens_at) / 2

    def assignments(self, slug: str, judge: User | None = None) -> list[Assignment]:
        """Assignments of a stage in reading order, of one judge or of all."""
        rows = Assignment.objects.filter(stage=self.stage(slug)).order_by("reading_order", "pk")
        return list(rows.filter(evaluator=judge) if judge else rows)

    def cut_off(self, slug: str) -> CutOff:
        """The list of a selection stage, read afresh."""
        return CutOff.objects.select_related("stage__edition").get(stage=self.stage(slug))


@remembered
def make_contest(
    now_in: str = REGISTRATION,
    *,
    entries: int = 3,
    reviews: int = 2,
    judges: int = 3,
    seats: tuple[int, int] = (2, 1),
    quota: int | None = None,
    year: int = 0,
    documents: Sequence[DocumentBlueprint] = (),
    grace: int = 0,
    with_files: bool = False,
    marks: Sequence[tuple[int, int]] = (),
    objection_days: int = 0,
    extra: int = 0,
    passing_grade: int | None = None,
    notes: Mapping[str, str] | None = None,
) -> Contest:
    """An edition with `entries` proposals, `now_in` open and ready for its work.

    In registration the proposals are drafts; in review and in the panel's stage they are
    assigned; `ANNOUNCED` goes to the end. `with_files` puts a letter on each proposal.
    `marks` are those of the reviewers, as `score_all` takes them; `objection_days` is the
    objection window of both lists, which then are not announced by themselves. `extra`
    readers are called where final sheets are 20 points apart, or on both sides of the
    `passing_grade`.
    `notes` are the note rules of criteria by key.
    """
    ministry = make_agency()
    head = make_person(Role.SECRETARIAT_HEAD, agency=ministry)
    contest = Contest(
        edition=make_edition(
            head,
            now_in=now_in,
            reviews=reviews,
            seats=seats,
            quota=quota,
            grace=grace,
            extra=extra,
            passing_grade=passing_grade,
            year=year,
            documents=tuple(documents),
            objection_days=objection_days,
            notes=notes,
        ),
        head=head,
        officer=make_person(Role.SECRETARIAT_OFFICER, agency=ministry),
        second=make_person(Role.SECRETARIAT_OFFICER, agency=ministry),
        observer=make_person(Role.OBSERVER, agency=ministry),
        evaluators=[make_person(Role.EVALUATOR, agency=ministry) for _ in range(judges)],
        panelists=[make_person(Role.PANELIST, agency=ministry) for _ in range(judges)],
        team=make_team(),
    )
    steps = (
        (
            REGISTRATION,
            lambda: register(contest, entries, with_files=with_files),
            lambda: submit_all(contest),
        ),
        (ADMINISTRATIVE, lambda: start(contest, ADMINISTRATIVE), lambda: pass_all(contest)),
        (REVIEW, lambda: start_review(contest), lambda: score_all(contest, REVIEW, marks)),
        (FIRST, lambda: start(contest, FIRST), lambda: announce(contest, FIRST)),
        (SECOND, lambda: start_panel(contest), lambda: finish_panel(contest)),
    )
    for slug, begin, finish in steps:
        if slug == now_in:
            begin()
            return contest
        with clock.at(contest.moment(slug)):
            begin()
            finish()
        with clock.at(contest.stage(slug).closes_at):
            close_stage(by=contest.head, stage=contest.stage(slug))
    return contest


def make_entry_in(where: str, contest: Contest | None = None) -> Entry:
    """One entry in an EntryState ("returned") or in a stage (slug "penilaian-proposal")."""
    if where in STAGES[1:]:
        return (contest or make_contest(where)).entries[0]
    place = contest or make_contest(REGISTRATION, entries=0)
    return walk_entry(place, enter(place, make_innovations(place.team))[0], where)


def walk_entry(contest: Contest, entry: Entry, state: str) -> Entry:
    """Bring a draft to another state of its way to the ministry."""
    team = contest.team
    if state == EntryState.WITHDRAWN:
        return withdraw_entry(by=team.innovator, entry=entry)
    if state == EntryState.DRAFT:
        return entry
    (entry,) = send_entries(by=team.innovator, entries=[entry])
    if state == EntryState.RETURNED:
        return return_entry(by=team.admin, entry=entry, remarks=[("", "Lengkapi.")])
    if state == EntryState.SUBMITTED:
        return submit_entries(by=team.admin, entries=[entry])[0]
    return entry


def enter(contest: Contest, innovations: Sequence[Innovation]) -> list[Entry]:
    """Register dossiers of the contest's team as drafts."""
    (group,) = contest.edition.groups.all()
    entries = [
        create_entry(
            by=contest.team.innovator, edition=contest.edition, group=group, innovation=innovation
        )
        for innovation in innovations
    ]
    contest.entries += entries
    return entries


def start(contest: Contest, slug: str) -> Stage:
    """Open a stage."""
    return open_stage(by=contest.head, stage=contest.stage(slug))


def register(contest: Contest, entries: int, *, with_files: bool = False) -> None:
    """Open registration with drafts in it."""
    start(contest, REGISTRATION)
    innovations = make_innovations(contest.team, entries) if entries else []
    enter(contest, innovations)
    for innovation in innovations if with_files else ():
        attach(contest.team.innovator, innovation)


def submit_all(contest: Contest) -> None:
    """Send and submit every draft."""
    if contest.entries:
        sent = send_entries(by=contest.team.innovator, entries=contest.entries)
        contest.entries = submit_entries(by=contest.team.admin, entries=sent)


def pass_all(contest: Contest) -> None:
    """Pass every entry in the administrative selection."""
    checks = list(
        AdministrativeCheck.objects.filter(
            stage_entry__stage__edition=contest.edition, stage_entry__left_at=None
        )
    )
    if checks:
        claim_checks(by=contest.officer, checks=checks)
        pass_checks(by=contest.officer, checks=checks)


def start_review(contest: Contest) -> None:
    """Open the review, appoint the evaluators, hand out."""
    stage = start(contest, REVIEW)
    appoint(
        by=contest.head, edition=contest.edition, users=contest.evaluators, role=PanelRole.EVALUATOR
    )
    assign_stage(by=contest.head, stage=stage, seed=1)


def start_panel(contest: Contest) -> None:
    """Open the panel's stage, appoint the panelists, hand out."""
    stage = start(contest, SECOND)
    appoint(
        by=contest.head, edition=contest.edition, users=contest.panelists, role=PanelRole.PANELIST
    )
    assign_stage(by=contest.head, stage=stage, seed=2)


def sheet_for(assignment: Assignment, mark: int = 4, **marks: int) -> SheetMarks:
    """A complete sheet: `mark` for each criterion but the named ones, notes everywhere."""
    return SheetMarks(
        assignment=assignment,
        marks={key: marks.get(key, mark) for key in WEIGHTS},
        notes={key: f"Catatan {key}." for key in WEIGHTS},
        strengths="Jelas.",
        weaknesses="Belum diukur.",
    )


def score_all(contest: Contest, slug: str, marks: Sequence[tuple[int, int]] = ()) -> None:
    """Every judge sends every sheet; earlier entries score higher, so that none tie.

    `marks` instead: in turn, that for novelty and that for everything else.
    """
    order = {entry.pk: place for place, entry in enumerate(contest.entries)}
    judges = contest.evaluators if slug == REVIEW else contest.panelists
    turn = cycle(marks)
    for judge in judges:
        rows = contest.assignments(slug, judge)
        sheets = []
        for row in rows:
            plain = max(5 - order[row.entry_id], 1)
            high, low = next(turn) if marks else (plain, plain)
            sheets.append(sheet_for(row, low, novelty=high))
        if sheets:
            score_assignments(by=judge, sheets=sheets)


def lock(contest: Contest, slug: str) -> CutOff:
    """Draw the line and lock the list by two people."""
    cut_off = apply_cut_off(by=contest.head, stage=contest.stage(slug))
    propose_lock(by=contest.head, cut_off=cut_off, reason="Hasil pleno.")
    return confirm_lock(by=contest.second, cut_off=cut_off)


def announce(contest: Contest, slug: str) -> None:
    """Lock a list and announce it at this instant."""
    now = clock.now()
    schedule_announcement(
        by=contest.head,
        cut_off=lock(contest, slug),
        decree_number=f"1/{slug}",
        decree_dated_on=now.date(),
        announce_at=now,
    )


def sit(contest: Contest, slug: str = FIRST) -> Plenary:
    """Open a plenary on a list, with the evaluators in their seats."""
    plenary = open_plenary(by=contest.officer, cut_off=contest.cut_off(slug))
    for member in contest.evaluators:
        take_seat(by=member, plenary=plenary)
    return plenary


def moved(
    contest: Contest,
    plenary: Plenary,
    *,
    entry_in: Entry | None = None,
    entry_out: Entry | None = None,
    reason: str = MoveReason.REGION,
    text: str = "Pleno menyepakatinya.",
    choice: str = VoteChoice.FOR,
) -> Motion:
    """A motion of the first evaluator, voted on alike by all of them."""
    mover, *_others = contest.evaluators
    motion = propose_motion(
        by=mover, plenary=plenary, entry_in=entry_in, entry_out=entry_out, reason=reason, text=text
    )
    open_vote(by=contest.officer, motion=motion)
    for member in contest.evaluators:
        cast_vote(by=member, motion=motion, choice=choice)
    return close_vote(by=contest.officer, motion=motion)


def move(
    contest: Contest,
    *,
    entry_in: Entry | None = None,
    entry_out: Entry | None = None,
    slug: str = FIRST,
    text: str = "Pleno menyepakatinya.",
) -> Motion:
    """A whole plenary for one move."""
    plenary = sit(contest, slug)
    motion = moved(contest, plenary, entry_in=entry_in, entry_out=entry_out, text=text)
    close_plenary(by=contest.officer, plenary=plenary)
    return motion


def finish_panel(contest: Contest) -> None:
    """Score the finalists and announce the second list."""
    score_all(contest, SECOND)
    announce(contest, SECOND)


@dataclass
class Replicating:
    """Two agencies, the secretariat's officer, and a replication on its way."""

    origin: Team
    asking: Team
    officer: User
    replication: Replication
    replica: Innovation | None = None

    def walk(self, state: str) -> Replication:
        """Bring the replication on, by its straight way, to `state`."""
        way = (
            ReplicationState.REQUESTED,
            ReplicationState.ACCEPTED,
            ReplicationState.AGREED,
            ReplicationState.REPORTED,
            ReplicationState.CONFIRMED,
            ReplicationState.VERIFIED,
        )
        steps = (self._accept, self._agree, self._report, self._confirm, self._verify)
        self.replication.refresh_from_db()
        for step in steps[way.index(self.replication.state) : way.index(state)]:  # type: ignore[arg-type]
            self.replication = step()
        return self.replication

    def _accept(self) -> Replication:
        return answer_replication(
            by=self.origin.admin,
            replication=self.replication,
            accepts=True,
            answer="Sebut asal inovasinya.",
            internal_note="Jangan janjikan pelatihan.",
        )

    def _agree(self) -> Replication:
        return agree_replication(
            by=self.asking.admin,
            replication=self.replication,
            number="065/12/ORG",
            dated_on=contest_day(clock.now()),
        )

    def _report(self) -> Replication:
        chosen = self.replica or self.replication.replica
        replica = chosen or make_innovations(self.asking)[0]
        return report_replication(
            by=self.asking.innovator,
            replication=self.replication,
            report=ReplicationReport(replica, "Loket dipindah ke desa.", "180 menjadi 20 menit."),
        )

    def _confirm(self) -> Replication:
        return confirm_replication(by=self.origin.admin, replication=self.replication)

    def _verify(self) -> Replication:
        return verify_replication(by=self.officer, replication=self.replication)


def make_replication(
    state: str = ReplicationState.REQUESTED,
    *,
    origin: Innovation | None = None,
    origin_team: Team | None = None,
    asking: Team | None = None,
) -> Replicating:
    """A replication of a published innovation, walked to `state` by both agencies' people."""
    owner = origin_team or make_team()
    team = asking or make_team()
    officer = make_person(Role.SECRETARIAT_OFFICER)
    replication = request_replication(
        by=team.innovator,
        origin=origin or make_published_innovation(owner),
        agency=team.agency,
        request=ReplicationRequest(
            need="Antrean tiga jam di kantor kami.",
            contact="Kepala bidang, 0812 0000 0000",
            wanted_on=contest_day(clock.now()),
        ),
    )
    world = Replicating(owner, team, officer, replication)
    world.walk(state)
    return world
