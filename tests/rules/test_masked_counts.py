"""Counts for people in conflict: as if the entry weren't there; and figures that tell no loser."""

import re
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from agencies.enums import AgencyType
from agencies.models import User
from competitions.actions.checks import claim_checks
from competitions.actions.corrections import ask_correction
from competitions.actions.entries import create_entry
from competitions.models import AdministrativeCheck, ConflictDeclaration, Stage
from competitions.queries.board import hidden_from
from competitions.queries.corrections import round_figures
from competitions.queries.figures import Breakdown, Counts
from competitions.queries.progress import (
    coverage,
    stage_figures,
    undecided_checks,
    unsubmitted,
)
from competitions.queries.work_home import check_queues, editions_with_stages, open_stages
from competitions.views.public_figures import type_lines
from sinovik.audit import clock
from tests.factories import (
    ADMINISTRATIVE,
    REGISTRATION,
    REVIEW,
    Contest,
    Team,
    make_contest,
    make_innovations,
    make_team,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
DRAWN = re.compile(r'<body[^>]*>|name="csrfmiddlewaretoken" value="[^"]*"')
"""What is new at each drawing: tokens, and how long the session lasts."""


def close_to(person: User, contest: Contest, place: int) -> None:
    ConflictDeclaration.objects.create(
        user=person, entry=contest.entries[place], declared_at=clock.now(), reason="Kerabat."
    )


def enter_one(contest: Contest, team: Team) -> None:
    """Another agency registers a proposal."""
    (innovation,) = make_innovations(team, 1)
    create_entry(
        by=team.innovator,
        edition=contest.edition,
        group=contest.edition.groups.all()[0],
        innovation=innovation,
    )


def drawn(client: WatchfulClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return DRAWN.sub("", answer.content.decode())


def test_a_page_is_the_same_with_and_without_the_entry_in_conflict(client: WatchfulClient) -> None:
    contest = make_contest(entries=2)
    foreign = make_team()
    # One entry of that agency is there in both worlds, so that the notice of it is.
    enter_one(contest, foreign)
    contest.officer.employer = foreign.agency
    contest.officer.save(update_fields=["employer"])
    stage = contest.stage(REGISTRATION)
    addresses = [
        "/kerja/",
        reverse("competitions:stage_list", args=[contest.edition.year]),
        reverse("competitions:stage_detail", args=[stage.pk]),
    ]
    # Pages count down by the machine's clock.
    with time_machine.travel(clock.now(), tick=False), clock.at(stage.opens_at):
        client.force_login(contest.officer)
        absent = [drawn(client, address) for address in addresses]
        client.force_login(contest.second)
        seen = [drawn(client, address) for address in addresses[1:]]
        enter_one(contest, foreign)
        now = [drawn(client, address) for address in addresses[1:]]
        assert all(new != old for new, old in zip(now, seen, strict=True))
        client.force_login(contest.officer)
        assert [drawn(client, address) for address in addresses] == absent


def test_counts_of_the_selection_leave_hidden_entries_out() -> None:
    contest = make_contest(ADMINISTRATIVE, entries=3)
    stage = contest.stage(ADMINISTRATIVE)
    close_to(contest.officer, contest, 0)
    hidden = hidden_from(contest.officer, stage)
    assert hidden == {contest.entries[0].pk}
    checks = list(AdministrativeCheck.objects.order_by("pk"))
    claim_checks(by=contest.second, checks=checks[:1])
    ask_correction(by=contest.second, check=checks[0], remarks=[("novelty", "Bandingkan.")])
    assert (round_figures(stage).running, round_figures(stage, hidden).running) == (1, 0)
    assert sum(undecided_checks(stage).values()) == sum(undecided_checks(stage, hidden).values())
    close_to(contest.head, contest, 1)
    masked = hidden_from(contest.head, stage)
    assert undecided_checks(stage, masked) == {"queued": 1}
    assert check_queues(contest.head)[0]["queued"] == 1
    assert check_queues(contest.second)[0]["queued"] == 2
    for person, number in ((contest.head, 2), (contest.second, 3)):
        (row,) = open_stages(editions_with_stages(person))
        assert (row.inside, row.entered) == (number, number)
    figures = stage_figures(contest.edition, masked)[stage.pk]
    assert (figures.entered, figures.present) == (2, 2)
    assert unsubmitted(contest.stage(REGISTRATION), masked) == 0


def test_counts_of_the_sheets_leave_hidden_entries_out() -> None:
    contest = make_contest(REVIEW, entries=3)
    stage: Stage = contest.stage(REVIEW)
    whole = coverage(stage)
    close_to(contest.head, contest, 0)
    seen = coverage(stage, hidden_from(contest.head, stage))
    assert (seen.entries, seen.needed) == (2, whole.needed * 2 // 3)
    assert (seen.assigned, seen.final) == (whole.assigned * 2 // 3, whole.final * 2 // 3)


def test_public_tables_veil_what_the_transparency_page_veils() -> None:
    parts: dict[str, Any] = {
        AgencyType.REGENCY: Counts(agencies=9, recorded=40, submitted=30, passed=20),
        AgencyType.CITY: Counts(agencies=2, recorded=10, submitted=10, passed=9),
        AgencyType.PROVINCE: Counts(agencies=2, recorded=9, submitted=8, passed=4),
    }
    total = Counts(agencies=13, recorded=59, submitted=48, passed=33)
    rows = {line["key"]: line["values"] for line in type_lines(Breakdown(total, by_type=parts))}
    assert rows[AgencyType.REGENCY] == [9, 40, 30, 20]
    # One of ten failed and could be told; the next fewest goes too, or the total would tell.
    assert rows[AgencyType.CITY] == [2, 10, 10, None]
    assert rows[AgencyType.PROVINCE] == [2, 9, 8, None]
    unknown = Breakdown(Counts(agencies=2, recorded=9, submitted=8), by_type={})
    assert {tuple(line["values"]) for line in type_lines(unknown)} == {(0, 0, 0)}
