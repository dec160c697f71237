"""Who enters what: agencies drawn from the real lists, proposals with their fates."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from random import Random

from agencies.enums import AgencyType
from agencies.models import Agency
from competitions.models import Entry
from innovations.actions.dossiers import DossierDraft
from innovations.enums import BenefitKind, NoveltyForm, NoveltyKind
from innovations.models import Category, Innovation
from sinovik.management.world.corpus import Corpus
from sinovik.management.world.people import Names, Team, short_place
from sinovik.management.world.vocabulary import Scene, Topic
from sinovik.management.world.winners import RealWinner

LETTERS = {
    AgencyType.MINISTRY: "M",
    AgencyType.STATE_AGENCY: "L",
    AgencyType.PROVINCE: "P",
    AgencyType.REGENCY: "K",
    AgencyType.CITY: "C",
    AgencyType.SOE: "B",
}
RULES = {
    AgencyType.MINISTRY: "keputusan menteri",
    AgencyType.STATE_AGENCY: "keputusan pimpinan lembaga",
    AgencyType.PROVINCE: "peraturan gubernur",
    AgencyType.REGENCY: "peraturan bupati",
    AgencyType.CITY: "peraturan wali kota",
    AgencyType.SOE: "keputusan direksi",
}
CENTRAL_ONLY = re.compile(r"^(Biro|Pusat|Direktorat|Deputi|Balai Besar|Kantor Kementerian)")
LOCAL_ONLY = re.compile(
    r"^(Dinas|Badan Kepegawaian|Badan Perencanaan|Bagian|UPTD|Kelurahan|Kecamatan|RSUD|Rumah Sakit"
    r" Umum Daerah|Tim Pengendalian|Unit Metrologi)"
)
SIMULATED_SOURCE = "Data simulasi; bukan proposal dari instansi ini"
JUNK = (
    "Sudah dijelaskan pada bagian sebelumnya.",
    "Sama dengan ringkasan. Sama dengan ringkasan. Sama dengan ringkasan.",
    "Akan dilengkapi kemudian.",
    "Inovasi ini sangat bagus dan sangat bermanfaat bagi masyarakat.",
)


class Fate(StrEnum):
    """How far a proposal gets."""

    EMPTY = "empty"
    HALF = "half"
    COMPLETE = "complete"
    WAITING = "waiting"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    FAILED = "failed"
    PASSED = "passed"

    @property
    def is_submitted(self) -> bool:
        """Whether it reaches the ministry."""
        return self in {Fate.SUBMITTED, Fate.FAILED, Fate.PASSED}

    @property
    def is_sent(self) -> bool:
        """Whether it leaves its unit."""
        return self.is_submitted or self in {Fate.WAITING, Fate.RETURNED}


@dataclass(eq=False)
class Plan:
    """One proposal to come. `band` counts the bands it reaches: 0, 1 or 2.

    One `is_late` lies with its admin at the close.
    """

    team: Team
    fate: Fate
    band: int = 0
    group: str = "umum"
    real: RealWinner | None = None
    is_junk: bool = False
    is_late: bool = False
    created_at: datetime | None = None
    unit_name: str = ""
    draft: DossierDraft | None = None
    innovation: Innovation | None = None
    entry: Entry | None = None


@dataclass
class Writer:
    """Turns plans into dossier drafts; the corpus keeps titles apart."""

    corpus: Corpus
    random: Random
    names: Names
    categories: Mapping[str, Category]
    shared_places: frozenset[str]
    years: tuple[int, int]
    latest_start: Mapping[str, date]
    topics: dict[int, list[Topic]] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)

    def choose_unit(self, plan: Plan) -> Topic | None:
        """Fix topic and unit name of a plan; None for a real winner."""
        if plan.real is not None:
            plan.unit_name = plan.real.unit
            return None
        agency = plan.team.agency
        if agency.pk not in self.topics:
            letter = LETTERS[AgencyType(agency.agency_type)]
            self.topics[agency.pk] = self.corpus.topics_for(letter, agency.name)
        # The less a topic was used, the likelier it is: the register stays varied.
        pool = self.topics[agency.pk]
        weights = [1 / (3 + self.used[topic.key]) for topic in pool]
        (topic,) = self.random.choices(pool, weights)
        self.used[topic.key] += 1
        plan.unit_name = plan.unit_name or self._unit_name(topic, agency)
        return topic

    def _unit_name(self, topic: Topic, agency: Agency) -> str:
        wrong = LOCAL_ONLY if agency.region is None else CENTRAL_ONLY
        fitting = [unit for unit in topic.units if not wrong.match(unit)]
        return self.random.choice(fitting or list(topic.units))

    def draft(self, plan: Plan, topic: Topic | None) -> DossierDraft:
        """The dossier of a plan; its unit must exist."""
        unit = plan.team.units.get(plan.unit_name)
        if plan.real is not None:
            return self._real_draft(plan)
        if topic is None:
            raise ValueError("a plan without a real winner needs a topic")
        started_on = self._start(plan.group)
        novelty = self.random.choice(list(NoveltyKind))
        text = self.corpus.write(
            topic, self._scene(plan.team.agency, plan.unit_name, started_on), novelty, self.random
        )
        sections = text.sections
        if plan.is_junk:
            sections = {key: self.random.choice(JUNK) for key in sections}
        return DossierDraft(
            title=text.title,
            unit=unit,
            category=self.categories[topic.category],
            location=plan.team.agency.region,
            novelty_kind=novelty,
            novelty_form=self.random.choice(list(NoveltyForm)),
            benefit=self.random.choices(list(BenefitKind), [4, 1])[0],
            started_on=started_on,
            summary=text.summary,
            sections=sections,
            goals=text.goals,
            team=self._members(),
            is_simulated=True,
            source=SIMULATED_SOURCE,
        )

    def _members(self) -> tuple[tuple[str, str], ...]:
        roles = ("Penanggung jawab", "Ketua tim", "Anggota", "Anggota")
        return tuple((self.names.any(), role) for role in roles[: self.random.randint(2, 4)])

    def _real_draft(self, plan: Plan) -> DossierDraft:
        real = plan.real
        if real is None:
            raise ValueError("not a real winner")
        return DossierDraft(
            title=real.title,
            unit=plan.team.units.get(plan.unit_name),
            category=self.categories[real.category],
            location=plan.team.agency.region,
            started_on=self.latest_start["umum"],
            summary=real.summary(),
            sections=real.sections(),
            is_simulated=False,
            source=real.source,
        )

    def _start(self, group: str) -> date:
        """A day in the writer's years that is old enough for the group."""
        first, last = self.years
        day = date(self.random.randint(first, last), self.random.randint(1, 12), 1)
        return min(day, self.latest_start[group].replace(day=1))

    def _scene(self, agency: Agency, unit: str, started_on: date) -> Scene:
        kind = AgencyType(agency.agency_type)
        if agency.region is None:
            place = f"wilayah kerja {agency.name}"
        elif kind == AgencyType.PROVINCE:
            place = f"Provinsi {agency.region.name}"
        else:
            place = agency.region.name
        budgets = {True: "APBD", False: "anggaran perusahaan" if kind == "bumn" else "APBN"}
        return Scene(
            place=place,
            short_place=short_place(agency, self.shared_places),
            unit=unit,
            rule=RULES[kind],
            budget=budgets[agency.region is not None],
            started_on=started_on,
            last_year=max(self.years[1], started_on.year + 1),
        )


def spread(
    total: int, teams: Sequence[Team], least: Callable[[Team], int], random: Random
) -> Counter[int]:
    """Share `total` among teams, at least `least` each, unevenly as in life; by agency id."""
    counts = Counter({team.agency.pk: least(team) for team in teams})
    rest = total - counts.total()
    if rest < 0:
        raise ValueError("fewer proposals than the winners need")
    weights = [random.lognormvariate(0, 0.8) for _ in teams]
    counts.update(team.agency.pk for team in random.choices(teams, weights, k=rest))
    return counts


def draw_agencies(
    pool: Sequence[Agency], required: Sequence[Agency], count: int, random: Random
) -> list[Agency]:
    """`required` and as many others of `pool` as are missing."""
    wanted = {agency.pk: agency for agency in required}
    others = [agency for agency in pool if agency.pk not in wanted]
    if len(wanted) > count:
        raise ValueError("more agencies required than take part")
    chosen = [*wanted.values(), *random.sample(others, count - len(wanted))]
    return sorted(chosen, key=lambda agency: agency.name)
