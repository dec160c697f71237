"""Two worlds that differ in who made which entry look the same to a blind judge (T9).

Both worlds hold the same agencies, units and people; in the other world they made each other's
entries. So every count is the same, and any byte that differs tells who wrote what. Rows are
numbered alike: what a sequence gave out in one world it gives out again in the other.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agencies.enums import AgencyType, Role
from agencies.models import User
from competitions.actions.scoresheets import score_assignments
from competitions.actions.stages import close_stage
from competitions.filters import AssignmentFilter
from competitions.models import Assignment, Stage
from innovations.actions.dossiers import DossierDraft, create_innovations
from innovations.models import Attachment
from innovations.queries.columns import holder
from sinovik.audit import clock
from sinovik.home.addresses import Address, all_addresses
from tests import factories
from tests.crawling import body_of, count_from, filled, next_number, statements
from tests.editions import ADMINISTRATIVE, REGISTRATION, REVIEW, WEIGHTS, make_edition
from tests.factories import Contest, Team, sheet_for
from tests.uploading import attach, pdf

pytestmark = pytest.mark.django_db

UPDATED = re.compile(rb"<updated>[^<]*</updated>")
MOST = 6
"""Combinations of numbers that are tried at one address."""
TITLES = ("Antrean lewat pesan", "Perahu pustaka")
BY_THE_CLOCK = {"home:components", "account_session"}
"""The gallery's made-up examples, and the time that is left of a session."""
UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
World = dict[str, tuple[Any, ...]]


class Maker:
    """A team with what tells of it in a dossier; `traits` are told nowhere else."""

    def __init__(self, word: str, region: str) -> None:
        place = factories.make_regency(region)
        agency = factories.make_agency(
            f"Kabupaten {word}", agency_type=AgencyType.REGENCY, region=place
        )
        self.team: Team = factories.make_team(agency)
        self.team.innovator.name = f"Penulis {word}"
        self.team.innovator.save()
        self.team.unit.name = f"Puskesmas {word}"
        self.team.unit.save()
        self.member, self.link, self.file = f"Anggota {word}", f"liputan-{word}", f"surat-{word}"
        self.location = place
        self.public = [agency.name, place.name]
        self.traits = [
            self.team.innovator.name,
            self.team.innovator.email,
            self.team.unit.name,
            self.member,
            self.link,
            self.file,
        ]

    def enter(self, contest: Contest, title: str) -> Contest:
        """Write, send and submit a proposal whose text tells nothing of its maker."""
        draft = DossierDraft(
            title=title,
            unit=self.team.unit,
            location=self.location,
            category=factories.make_category(),
            started_on=factories.date(2015, 1, 1),
            summary="Ringkasan layanan yang lebih cepat.",
            sections={key: f"Isi bagian {key} tentang {title}." for key in WEIGHTS},
            team=[(self.member, "Ketua")],
            links=[("Liputan", f"https://contoh.example/{self.link}")],
        )
        made = create_innovations(by=self.team.innovator, agency=self.team.agency, drafts=[draft])
        own = replace(contest, team=self.team, entries=[])
        factories.enter(own, made)
        attach(self.team.innovator, made[0], pdf(self.file), f"{self.file}.pdf")
        factories.submit_all(own)
        return own


def make_base() -> tuple[Contest, list[Maker]]:
    """An edition under review with its people, and two teams that have written nothing yet."""
    ministry = factories.make_agency()
    head = factories.make_person(Role.SECRETARIAT_HEAD, agency=ministry)
    makers = [Maker("Kenari", "91.01"), Maker("Merpati", "91.02")]
    contest = Contest(
        edition=make_edition(head, now_in=REVIEW),
        head=head,
        officer=factories.make_person(Role.SECRETARIAT_OFFICER, agency=ministry),
        second=factories.make_person(Role.SECRETARIAT_OFFICER, agency=ministry),
        observer=factories.make_person(Role.OBSERVER, agency=ministry),
        evaluators=[factories.make_person(Role.EVALUATOR, agency=ministry) for _ in range(2)],
        panelists=[],
        team=makers[0].team,
    )
    return contest, makers


def judged(contest: Contest, makers: list[Maker]) -> Contest:
    """The first maker wrote the first title: both under review, one sheet sent."""
    with clock.at(contest.moment(REGISTRATION)):
        factories.start(contest, REGISTRATION)
        for maker, title in zip(makers, TITLES, strict=True):
            contest = replace(
                contest, entries=[*contest.entries, *maker.enter(contest, title).entries]
            )
    with clock.at(contest.stage(REGISTRATION).closes_at):
        close_stage(by=contest.head, stage=contest.stage(REGISTRATION))
    with clock.at(contest.moment(ADMINISTRATIVE)):
        factories.start(contest, ADMINISTRATIVE)
        factories.pass_all(contest)
    with clock.at(contest.stage(ADMINISTRATIVE).closes_at):
        close_stage(by=contest.head, stage=contest.stage(ADMINISTRATIVE))
    factories.start_review(contest)
    judge = contest.evaluators[0]
    first = Assignment.objects.get(evaluator=judge, entry=contest.entries[0])
    score_assignments(by=judge, sheets=[sheet_for(first)])
    return contest


def worlds(contest: Contest, makers: list[Maker], look: Any) -> tuple[World, World]:
    """What is seen when the makers wrote as given, and when they wrote each other's."""
    now, number, seen = clock.now(), next_number(), []
    for order in (makers, makers[::-1]):
        count_from(number)
        with transaction.atomic(), clock.at(now):
            seen.append(look(judged(contest, order)))
            transaction.set_rollback(True)
    return seen[0], seen[1]


def crawled(client: Client, judge: User, contest: Contest, makers: list[Maker]) -> World:
    """Every address that answers to GET, with the numbers a judge could hold, and what it says."""
    # What the first world left in memory would spare the second a query.
    cache.clear()
    holder._held = None
    client.force_login(judge)
    seen: World = {}
    for address in all_addresses():
        if address.name in BY_THE_CLOCK:
            continue
        for place, path in enumerate(paths(address, contest)):
            answer = look_at(client, seen, path)
            if answer in (403, 405) and not place:
                break
            if answer == 200 and path.startswith("/kerja/"):
                look_at(client, seen, path, HTTP_HX_REQUEST="true")
    listing = reverse("competitions:assignment_list")
    values = [*makers[0].public, *makers[0].traits]
    names = [*AssignmentFilter.base_filters, "urut", "page", "tahap"]
    asked = [("q", value) for value in values] + list(product(names, [values[0], "1", "belum"]))
    for name, value in asked:
        look_at(client, seen, f"{listing}?{name}={value}")
    for value in values[:4]:
        look_at(client, seen, f"{reverse('innovations:innovation_list')}?q={value}")
    return seen


def paths(address: Address, contest: Contest) -> Iterator[str]:
    """The address with each combination of values that a judge could know or guess."""
    samples = {
        "year": [contest.edition.year],
        "slug": [REVIEW],
        "key": ["novelty"],
        "kind": ["csv"],
    }
    files = Attachment.objects.order_by("pk").values_list("public_id", flat=True)
    uuids = [str(one) for one in files]
    return islice(filled(address, samples, numbers(contest), uuids), MOST)


def numbers(contest: Contest) -> list[int]:
    """Numbers of the rows around an entry: what tells of one tells of the other."""
    entry = contest.entries[0]
    rows = [
        entry,
        entry.innovation,
        entry.version,
        contest.stage(REVIEW),
        *Assignment.objects.filter(evaluator=contest.evaluators[0]),
        *Assignment.objects.filter(entry=entry).exclude(evaluator=contest.evaluators[0]),
        *Attachment.objects.filter(innovation=entry.innovation),
    ]
    return sorted({row.pk for row in rows})


def look_at(client: Client, seen: World, path: str, **headers: Any) -> int:
    """Ask once, and keep all that a judge gets: random names of files apart."""
    with statements() as sent:
        answer = client.get(path, **headers)
        body = UPDATED.sub(b"", body_of(answer))
    told = [
        answer.get(name) for name in ("Content-Type", "Content-Disposition", "Location", "ETag")
    ]
    named = UUID.sub(b"uuid", f"{path} {headers or ''} {told}".encode()).decode()
    seen[f"{len(seen)} {named}"] = (answer.status_code, UUID.sub(b"uuid", body), sent)
    return answer.status_code


def test_blind_judge_sees_the_same_whoever_wrote_what() -> None:
    contest, makers = make_base()
    Stage.objects.filter(edition=contest.edition, slug=REVIEW).update(is_blind=True)
    client, judge = Client(), contest.evaluators[0]
    first, second = worlds(contest, makers, lambda world: crawled(client, judge, world, makers))
    assert first.keys() == second.keys()
    assert [place for place in first if first[place] != second[place]] == []
    assert sum(answer[0] == 200 for answer in first.values()) > 60
    pages = {place: body for place, (_status, body, _sent) in first.items() if "?" not in place}
    traits = [trait for maker in makers for trait in maker.traits]
    assert [(at, one) for at, body in pages.items() for one in traits if one.encode() in body] == []
    own = {place: body for place, body in pages.items() if " /kerja/penilaian/" in place}
    assert any(TITLES[0].encode() in body for body in own.values())
    names = [name for maker in makers for name in maker.public]
    assert [(at, one) for at, body in own.items() for one in names if one.encode() in body] == []


def test_control_statements_tell_questions_apart_and_not_their_literals() -> None:
    def asked(**terms: object) -> list[str]:
        with statements() as sent:
            list(User.objects.filter(**terms)[:1])
        return sent

    assert len(asked(pk=1)) == 1
    assert asked(pk=1) == asked(pk=23)
    assert asked(name="Kenari") == asked(name="Merpati")
    assert asked(pk=1) != asked(name="Kenari")


def test_control_open_stage_tells_who_wrote_what() -> None:
    contest, makers = make_base()
    client, judge = Client(), contest.evaluators[0]

    def look(world: Contest) -> World:
        client.force_login(judge)
        seen: World = {}
        for row in Assignment.objects.filter(evaluator=judge):
            look_at(client, seen, reverse("competitions:scoresheet_edit", args=[row.pk]))
        look_at(client, seen, reverse("competitions:assignment_list"))
        return seen

    first, second = worlds(contest, makers, look)
    assert first.keys() == second.keys()
    assert [place for place in first if first[place] == second[place]] == []
    sheets = b"".join(answer[1] for answer in first.values())
    assert all(one.encode() in sheets for maker in makers for one in maker.public)
