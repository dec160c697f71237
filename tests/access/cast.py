"""Who asks: the nine roles of the matrix, and the agencies whose rows they ask for."""

from dataclasses import dataclass, field, replace
from datetime import date

from agencies.actions.people import create_units
from agencies.enums import AgencyType, Role
from agencies.models import User
from competitions.actions.scoresheets import score_assignments
from competitions.actions.stages import close_stage
from competitions.models import ConflictDeclaration, Entry
from innovations.actions.dossiers import DossierDraft, create_innovations
from innovations.models import Innovation
from sinovik.audit import clock
from tests import factories
from tests.editions import ADMINISTRATIVE, FIRST, REGISTRATION, REVIEW, SECOND, STAGES, WEIGHTS
from tests.factories import Contest, Team, sheet_for
from tests.uploading import attach, pdf

ROLES = {
    "S": "stranger",
    "P": "person without a role",
    "I": "innovator",
    "A": "agency admin",
    "E": "evaluator",
    "N": "panelist",
    "O": "observer",
    "F": "secretariat officer",
    "H": "head of the secretariat",
}
"""The letters that the tables use."""
RELATIONS = ("own", "unit", "agency", "shut")
"""Of the innovator's unit, of another unit, of another agency, of another and in conflict."""


@dataclass
class Cast:
    """The people of a world; `second`, `third`, `mate`, `sitter` do what no role may alone."""

    own: Team
    unit: Team
    agency: Team
    shut: Team
    people: dict[str, User | None]
    second: User
    third: User
    mate: User
    sitter: User
    fellows: list[User] = field(default_factory=list)

    def team(self, relation: str) -> Team:
        """The team that writes the rows of a relation."""
        return getattr(self, relation)  # type: ignore[no-any-return]

    def person(self, letter: str) -> User:
        """Somebody who is signed in."""
        found = self.people[letter]
        assert found is not None
        return found


def make_cast() -> Cast:
    """Three agencies that take part, one of them with two units, and the ministry's people."""
    region = factories.make_regency("91.01")
    place = factories.make_agency(agency_type=AgencyType.REGENCY, region=region)
    own = factories.make_team(place)
    (second_unit,) = create_units(by=None, agency=place, names=["Unit lain"])
    neighbour = factories.make_person(Role.INNOVATOR, agency=place, unit=second_unit)
    ministry = factories.make_agency()

    def person(role: Role) -> User:
        return factories.make_person(role, agency=ministry)

    evaluators = [person(Role.EVALUATOR) for _ in range(3)]
    panelists = [person(Role.PANELIST) for _ in range(3)]
    cast = Cast(
        own=own,
        unit=replace(own, unit=second_unit, innovator=neighbour),
        agency=factories.make_team(),
        shut=factories.make_team(),
        people={
            "S": None,
            "P": factories.make_person(),
            "I": own.innovator,
            "A": own.admin,
            "E": evaluators[0],
            "N": panelists[0],
            "O": person(Role.OBSERVER),
            "F": person(Role.SECRETARIAT_OFFICER),
            "H": person(Role.SECRETARIAT_HEAD),
        },
        second=person(Role.SECRETARIAT_HEAD),
        third=person(Role.SECRETARIAT_HEAD),
        mate=evaluators[1],
        sitter=panelists[1],
        fellows=[evaluators[2], panelists[2]],
    )
    for user in cast.people.values():
        if user:
            user.set_password("gotong-royong-2019")
            user.save(update_fields=["password"])
    return cast


def write(team: Team, *titles: str) -> list[Innovation]:
    """Complete dossiers with everything that tells of their makers."""
    drafts = [
        DossierDraft(
            title=title,
            unit=team.unit,
            location=team.agency.region,
            category=factories.make_category(),
            started_on=date(2015, 1, 1),
            summary="Ringkasan layanan yang lebih cepat.",
            sections={key: f"Isi bagian {key} dari {title}." for key in WEIGHTS},
            team=[(f"Anggota {title}", "Ketua tim")],
            links=[("Liputan daerah", "https://contoh.example/liputan")],
        )
        for title in titles
    ]
    return create_innovations(by=team.innovator, agency=team.agency, drafts=drafts)


@dataclass
class Season:
    """An edition at one moment of its way, with an entry of each relation."""

    contest: Contest
    cast: Cast
    entries: dict[str, Entry] = field(default_factory=dict)

    def enter(self, relation: str, *titles: str) -> list[Entry]:
        """Drafts of a relation's team."""
        team = self.cast.team(relation)
        made = factories.enter(replace(self.contest, team=team, entries=[]), write(team, *titles))
        self.contest.entries += made
        return made

    def submit(self) -> None:
        """Send and submit the entry of each relation."""
        done = []
        for relation, entry in self.entries.items():
            own = replace(self.contest, team=self.cast.team(relation), entries=[entry])
            factories.submit_all(own)
            self.entries[relation] = own.entries[0]
            done += own.entries
        self.contest.entries = done

    def shut(self) -> None:
        """Bar everybody who works on entries from one of them, before anything was judged."""
        for letter in "ENOFH":
            ConflictDeclaration.objects.create(
                user=self.cast.person(letter),
                entry=self.entries["shut"],
                reason="Pernah membimbing.",
                declared_at=clock.now(),
            )


def make_season(
    cast: Cast, now_in: str, *, seats: int = 3, with_files: bool = False, objection_days: int = 0
) -> Season:
    """An edition walked to `now_in` on the days that each of its stages has."""
    head = cast.second
    contest = Contest(
        edition=factories.make_edition(
            head, now_in=now_in, seats=(seats, 1), objection_days=objection_days
        ),
        head=head,
        officer=cast.second,
        second=cast.third,
        observer=cast.person("O"),
        evaluators=[cast.person("E"), cast.mate, cast.fellows[0]],
        panelists=[cast.person("N"), cast.sitter, cast.fellows[1]],
        team=cast.own,
    )
    season = Season(contest, cast)

    def register() -> None:
        factories.start(contest, REGISTRATION)
        for relation in RELATIONS:
            (season.entries[relation],) = season.enter(relation, f"Proposal {relation} {now_in}")
            if with_files:
                team = cast.team(relation)
                octets = pdf(f"Surat {relation}")
                attach(team.innovator, season.entries[relation].innovation, octets, "Surat.pdf")
        season.shut()

    steps = (
        (REGISTRATION, register, season.submit),
        (
            ADMINISTRATIVE,
            lambda: factories.start(contest, ADMINISTRATIVE),
            lambda: factories.pass_all(contest),
        ),
        (
            REVIEW,
            lambda: factories.start_review(contest),
            lambda: score(contest),
        ),
        (FIRST, lambda: factories.start(contest, FIRST), lambda: announce(season, FIRST)),
        (SECOND, lambda: factories.start_panel(contest), lambda: finish(season)),
    )
    assert tuple(step[0] for step in steps) == STAGES
    for slug, begin, end in steps:
        if slug == now_in:
            begin()
            return season
        with clock.at(contest.moment(slug)):
            begin()
            end()
        with clock.at(contest.stage(slug).closes_at):
            close_stage(by=contest.head, stage=contest.stage(slug))
    return season


def score(contest: Contest) -> None:
    """Every sheet sent, with a remark in each that is held back until somebody has read it."""
    order = {entry.pk: place for place, entry in enumerate(contest.entries)}
    for judge in contest.evaluators:
        rows = contest.assignments(REVIEW, judge)
        sheets = [
            replace(sheet_for(row, 5 - order[row.entry_id]), weaknesses="Hubungi 0812-3456-7890.")
            for row in rows
        ]
        score_assignments(by=judge, sheets=sheets)


def announce(season: Season, slug: str) -> None:
    """Lock by two who are in no conflict, and announce."""
    factories.announce(season.contest, slug)


def finish(season: Season) -> None:
    """Score the finalists and announce the last list."""
    factories.score_all(season.contest, SECOND)
    announce(season, SECOND)
