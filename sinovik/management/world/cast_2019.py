"""Who took part in KIPP 2019, as far as it is known, and the rest by lot.

Kept besides the composition: 22 of the Top 99 and 8 of the Top 45 in Jawa Tengah (3 of the
province, 19 of 11 regencies and cities), 9 of regencies and cities in Jawa Timur, Top 45 from
8 ministries, 4 state agencies, 5 provinces, 16 regencies and 9 cities (kipp_statistics.csv).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from agencies.actions.reference import open_agencies
from agencies.enums import AgencyType
from agencies.models import Agency
from sinovik.management.world.people import Team
from sinovik.management.world.planning import Fate, Plan, draw_agencies, spread
from sinovik.management.world.scale import Scale
from sinovik.management.world.winners import RealWinner, real_winners
from sinovik.web.reference import read_table

ORGANISER = "Kementerian Pendayagunaan Aparatur Negara dan Reformasi Birokrasi"
UNKNOWN_SOE = "BUMN peserta KIPP 2019 (nama tidak diketahui)"
DEMO_AGENCY = "Pemerintah Kabupaten Sleman"
MALANG = "Pemerintah Kota Malang"
BANYUWANGI = "Pemerintah Kabupaten Banyuwangi"
ERA = "2014-2019"
CENTRAL_JAVA, EAST_JAVA = "33", "35"
NOT_DRAWN = (
    "Badan Intelijen Negara",
    "Lembaga Sandi Negara",
    "Dewan Perwakilan Rakyat",
    "Dewan Perwakilan Daerah",
    "Majelis Permusyawaratan Rakyat",
)
"""Central agencies without services of their own to the public; left out of the lot."""


@dataclass
class Wins:
    """Invented winners by agency name: how many reach the first band, how many the second."""

    first: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    second: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def of(self, agency: Agency) -> int:
        """Invented winners of an agency, of either band."""
        return self.first[agency.name] + self.second[agency.name]


def unknown_soe() -> Agency:
    """The one state company, which no source names; opened where it is missing."""
    existing = Agency.objects.filter(name=UNKNOWN_SOE).first()
    if existing is not None:
        return existing
    agency = Agency(
        name=UNKNOWN_SOE,
        short_name="BUMN peserta",
        slug="bumn-peserta-kipp-2019",
        agency_type=AgencyType.SOE,
        is_simulated=True,
        source="Disimpulkan: 331 peserta dikurangi 330 yang disebut menurut jenisnya",
    )
    return open_agencies(by=None, agencies=[agency])[0]


def draw_participants(scale: Scale, random: Random) -> list[Agency]:
    """The agencies of 2019: those of the known winners and, by lot, the others."""
    unknown_soe()
    made_later = {row["code"] for row in read_table("agencies", "provinces") if row["since"]}
    names = {winner.agency for winner in real_winners()} | {DEMO_AGENCY}
    if scale.has_invented_winners:
        names.add(MALANG)
    participants: list[Agency] = []
    for kind, count in scale.agencies.items():
        found = Agency.objects.of_type(kind).select_related("region__province")
        pool = [
            agency
            for agency in found.exclude(name__in=[ORGANISER, *NOT_DRAWN])
            if (ERA in agency.eras or agency.region or kind == AgencyType.SOE)
            and agency.region_id not in made_later
        ]
        required = [agency for agency in pool if agency.name in names]
        participants += draw_agencies(pool, required, count, random)
    return participants


def cast(scale: Scale, teams: Sequence[Team], random: Random) -> list[Plan]:
    """Every proposal of 2019 with its fate, winners included."""
    real = real_winners()
    wins = _invented_wins(scale, teams, real, random) if scale.has_invented_winners else Wins()
    plans = []
    for kind in scale.agencies:
        chosen = [team for team in teams if team.agency.agency_type == kind]
        plans += _cast_kind(scale, kind, chosen, real, wins, random)
    return plans


def _cast_kind(
    scale: Scale,
    kind: str,
    teams: Sequence[Team],
    real: Sequence[RealWinner],
    wins: Wins,
    random: Random,
) -> list[Plan]:
    """Each agency has at least one proposal that passes: the number that took part is firm."""
    sure = {team.agency.pk: _sure_plans(team, real, wins) for team in teams}
    counts = spread(scale.recorded[kind], teams, lambda team: len(sure[team.agency.pk]), random)
    rest = [
        Plan(team, Fate.EMPTY)
        for team in teams
        for _ in range(counts[team.agency.pk] - len(sure[team.agency.pk]))
    ]
    random.shuffle(rest)
    passing = scale.passed[kind] - sum(len(plans) for plans in sure.values())
    submitted = scale.submitted[kind] - scale.passed[kind] + passing
    for place, plan in enumerate(rest):
        if place < passing:
            plan.fate = Fate.PASSED
        elif place < submitted:
            plan.fate = Fate.FAILED
        else:
            plan.fate = random.choices([Fate.COMPLETE, Fate.WAITING, Fate.RETURNED], [6, 3, 1])[0]
    return [plan for plans in sure.values() for plan in plans] + rest


def _sure_plans(team: Team, real: Sequence[RealWinner], wins: Wins) -> list[Plan]:
    """An agency's winners, real and invented; one that passes where it has none."""
    agency = team.agency
    plans = [
        Plan(team, Fate.PASSED, band=2 if winner.is_in_second_band else 1, real=winner)
        for winner in real
        if winner.agency == agency.name
    ]
    plans += [Plan(team, Fate.PASSED, band=2) for _ in range(wins.second[agency.name])]
    plans += [Plan(team, Fate.PASSED, band=1) for _ in range(wins.first[agency.name])]
    return plans or [Plan(team, Fate.PASSED)]


def _invented_wins(
    scale: Scale, teams: Sequence[Team], real: Sequence[RealWinner], random: Random
) -> Wins:
    """Invented winners by lot, so that type and region come out as published."""
    by_kind: dict[str, list[Agency]] = defaultdict(list)
    for team in teams:
        by_kind[team.agency.agency_type].append(team.agency)
    winners = {winner.agency for winner in real}
    wins = Wins()
    wins.first[BANYUWANGI] = 3
    wins.first[MALANG] = 1
    _central_java(by_kind, winners, wins, random)
    closed = {CENTRAL_JAVA, EAST_JAVA}
    for kind, agencies in by_kind.items():
        free = [one for one in agencies if _province(one) not in closed]
        _fill(scale, kind, free, real, wins, random)
    return wins


def _central_java(
    by_kind: Mapping[str, list[Agency]], winners: set[str], wins: Wins, random: Random
) -> None:
    """12 more of regencies and cities there: 4 new agencies besides the 7 known ones."""
    local = {
        kind: [one for one in by_kind[kind] if _province(one) == CENTRAL_JAVA]
        for kind in (AgencyType.REGENCY, AgencyType.CITY)
    }
    known = [one for one in local[AgencyType.REGENCY] if one.name in winners]
    new = [one for one in local[AgencyType.REGENCY] if one.name not in winners]
    cities = random.sample(local[AgencyType.CITY], 2)
    for agency in [*known, *random.sample(new, 2), *cities, cities[0]]:
        wins.first[agency.name] += 1


def _fill(
    scale: Scale,
    kind: str,
    agencies: Sequence[Agency],
    real: Sequence[RealWinner],
    wins: Wins,
    random: Random,
) -> None:
    """The seats of a kind that neither a real winner nor a region's number has taken."""
    own = [winner for winner in real if winner.agency_type == kind]
    in_second = [winner.agency for winner in own if winner.is_in_second_band]
    here = set(Agency.objects.of_type(kind).values_list("name", flat=True))
    given = sum(number for name, number in wins.first.items() if name in here)
    second = scale.second_band[kind] - len(in_second)
    first = scale.first_band[kind] - scale.second_band[kind]
    first -= sum(not winner.is_in_second_band for winner in own) + given
    fresh = [agency for agency in agencies if agency.name not in in_second]
    chosen = random.sample(fresh, min(second, len(fresh)))
    # Published: the Top 45 of ministries and of regencies hold one agency twice each.
    if kind in {AgencyType.MINISTRY, AgencyType.REGENCY}:
        chosen[-1] = chosen[0]
    for agency in chosen:
        wins.second[agency.name] += 1
    for agency in random.choices(agencies, k=first):
        wins.first[agency.name] += 1


def _province(agency: Agency) -> str | None:
    region = agency.region
    return None if region is None else region.province_id or region.code
