"""Replications of the real winners of 2019, invented like everything that people do here.

Verified ones lie between the editions; others are under way, two of them with the demo agency.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from agencies.enums import AgencyType
from agencies.models import User
from innovations.actions.dossiers import DossierDraft, create_innovation, publish_innovations
from innovations.actions.replication_hub import NeedText, offer_innovation, post_need
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
from innovations.enums import ServiceSize
from innovations.models import Category, Innovation, Replication
from sinovik.audit import clock
from sinovik.management.world.blueprints import wib
from sinovik.management.world.cast_2019 import DEMO_AGENCY
from sinovik.management.world.people import Team
from sinovik.management.world.planning import SIMULATED_SOURCE
from sinovik.management.world.stagehands import Task, World
from sinovik.web.zones import contest_day

NEED = "Warga kami menunggu lama untuk layanan serupa, terutama di wilayah yang jauh dari kantor."
TERMS = "Sebut asal inovasinya, dan kirim satu orang untuk belajar dua hari di kantor kami."
NOTE = "Pendampingan jarak jauh saja; anggaran perjalanan sudah habis."
REASON = "Tim kami sedang memperbaiki sistemnya. Silakan minta lagi tahun depan."
ADAPTED = "Loket dipindah ke balai desa dan formulirnya satu lembar, karena sinyal di sini lemah."
EVIDENCE = (
    "Waktu tunggu turun dari 140 menjadi 35 menit, diukur bagian organisasi selama tiga bulan."
)
OFFERED = "Pendampingan dua hari, naskah SOP, dan contoh anggaran."
PROBLEMS = (
    ("kesehatan", "Antrean rujukan puskesmas lebih dari tiga jam"),
    ("tata-kelola-pemerintahan", "Izin usaha kecil bolak-balik tiga kantor"),
    ("pendidikan", "Anak putus sekolah belum terdata per desa"),
    ("pengentasan-kemiskinan", "Lansia sendiri tidak terjangkau bantuan makan"),
)


@dataclass
class Story:
    """One replication to come: whose, of what, how far, and when each step is taken."""

    origin: Innovation
    owner: Team
    asking: Team
    length: int
    begins: datetime
    pause: timedelta
    asker: User | None = None
    refuses: bool = False
    row: list[Replication] = field(default_factory=list)

    def tasks(self, verifier: User) -> list[Task]:
        """Its steps, each at its moment."""
        steps: list[Callable[[], Replication]] = [
            self._ask,
            self._answer,
            self._agree,
            self._report,
            lambda: confirm_replication(by=self.owner.admin, replication=self.row[-1]),
            lambda: verify_replication(by=verifier, replication=self.row[-1]),
        ]

        def taken(step: Callable[[], Replication]) -> Callable[[], None]:
            return lambda: self.row.append(step())

        return [
            (self.begins + self.pause * place, taken(step))
            for place, step in enumerate(steps[: self.length])
        ]

    def _ask(self) -> Replication:
        return request_replication(
            by=self.asker or self.asking.admin,
            origin=self.origin,
            agency=self.asking.agency,
            request=ReplicationRequest(
                need=NEED,
                contact="Bagian organisasi, organisasi@sinovik.example",
                wanted_on=contest_day(clock.now()) + timedelta(days=60),
            ),
        )

    def _answer(self) -> Replication:
        return answer_replication(
            by=self.owner.admin,
            replication=self.row[-1],
            accepts=not self.refuses,
            answer=REASON if self.refuses else TERMS,
            internal_note="" if self.refuses else NOTE,
        )

    def _agree(self) -> Replication:
        today = contest_day(clock.now())
        return agree_replication(
            by=self.asking.admin,
            replication=self.row[-1],
            number=f"065/{self.row[-1].pk}/ORG/{today.year} (simulasi)",
            dated_on=today,
        )

    def _report(self) -> Replication:
        agency = self.asking.agency
        place = agency.region.name if agency.region else agency.name
        replica = create_innovation(
            by=self.asking.admin,
            agency=agency,
            draft=DossierDraft(
                title=f"{self.origin.title[:120].rstrip()} di {place}"[:200],
                category=self.origin.category,
                location=agency.region,
                novelty_kind="adaptation",
                started_on=contest_day(clock.now()) - timedelta(days=90),
                summary=f"Replikasi “{self.origin.title}” oleh {agency.name}. {ADAPTED}",
                sections={"adaptability": ADAPTED, "significance": EVIDENCE},
                is_simulated=True,
                source=SIMULATED_SOURCE,
            ),
        )
        publish_innovations(by=self.asking.admin, innovations=[replica])
        return report_replication(
            by=self.asking.admin,
            replication=self.row[-1],
            report=ReplicationReport(replica, ADAPTED, EVIDENCE),
        )


def replicate_winners(world: World) -> None:
    """Seven verified replications of five winners, in the years after their award."""
    winners = _winners(world)
    tasks: list[Task] = []
    for place in range(7):
        origin = winners[place % 5]
        story = Story(
            origin,
            world.teams[origin.agency_id],
            _asker(world, place, origin),
            length=6,
            begins=wib(date(2020 + place % 4, 2 + place, 10), time(9, 30)),
            pause=timedelta(days=40),
        )
        tasks += story.tasks(world.officers[place % 2])
    world.run("Replikasi pemenang 2019", tasks)


def replicating_tasks(world: World) -> list[Task]:
    """What is under way in these weeks, in every state; and the hub's offers and needs."""
    winners = _winners(world)
    askers = [_asker(world, 7 + place, one) for place, one in enumerate(winners[5:9])]
    demo = next(one for one in world.teams.values() if one.agency.name == DEMO_AGENCY)
    begins = wib(world.today - timedelta(days=19), time(9, 45))
    pause = timedelta(days=3)

    def story(origin: Innovation, asking: Team, way: int, **more: object) -> list[Task]:
        owner = world.teams[origin.agency_id]
        told = Story(origin, owner, asking, way, begins, pause, **more)  # type: ignore[arg-type]
        return told.tasks(world.officers[0])

    tasks = [
        *story(winners[5], askers[0], 5),
        *story(winners[6], askers[1], 4),
        *story(winners[7], askers[2], 3),
        *story(winners[8], askers[3], 2, refuses=True),
        *story(winners[9], demo, 2, asker=world.accounts["inovator"]),
    ]
    own = Innovation.objects.published().filter(agency=demo.agency).order_by("pk").first()
    if own is not None:
        tasks += story(own, _asker(world, 11, own), 1)
    return [*tasks, *_hub_tasks(world, winners, [*askers[:4], demo])]


def _hub_tasks(world: World, winners: list[Innovation], needing: list[Team]) -> list[Task]:
    sizes = ServiceSize.values
    categories = Category.objects.in_bulk([slug for slug, _ in PROBLEMS], field_name="slug")

    def offer(place: int, innovation: Innovation) -> Callable[[], object]:
        return lambda: offer_innovation(
            by=world.teams[innovation.agency_id].admin,
            innovation=innovation,
            text=OFFERED,
            size=sizes[place % 4],
        )

    def need(place: int, team: Team) -> Callable[[], object]:
        slug, title = PROBLEMS[place % len(PROBLEMS)]
        text = NeedText(title, NEED, categories[slug], sizes[place % 4])
        return lambda: post_need(by=team.admin, agency=team.agency, need=text)

    posted = wib(world.today - timedelta(days=17), time(10, 20))
    steps = [offer(place, one) for place, one in enumerate(winners[:12])]
    steps += [need(place, team) for place, team in enumerate(needing)]
    return [(posted + timedelta(hours=place), step) for place, step in enumerate(steps)]


def _winners(world: World) -> list[Innovation]:
    """The real ones, whose agencies have people here."""
    rows = Innovation.objects.published().filter(
        is_simulated=False, agency__in=list(world.teams), category__isnull=False
    )
    return list(rows.select_related("agency", "category").order_by("pk"))


def _asker(world: World, place: int, origin: Innovation) -> Team:
    """Whoever asks for an innovation: regencies and cities without a winner first."""
    winning = {one.agency_id for one in _winners(world)}
    local = {AgencyType.REGENCY, AgencyType.CITY}
    others = [
        team
        for pk, team in sorted(world.teams.items())
        if pk != origin.agency_id and team.agency.name != DEMO_AGENCY
    ]
    others.sort(key=lambda one: (one.agency.agency_type not in local, one.agency.pk in winning))
    return others[place % len(others)]
