"""Two worlds that differ in the winner alone look the same until the instant (T10)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from agencies.models import User
from competitions.actions.announcements import schedule_announcement
from competitions.actions.contest_files import Incoming
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.decrees import attach_decree
from competitions.actions.objections import (
    confirm_answer,
    file_objection,
    open_objections,
    propose_answer,
)
from competitions.actions.plenary import close_plenary
from competitions.enums import AnswerReason, ObjectionReason, VoteChoice
from competitions.models import Objection
from sinovik.audit import clock
from sinovik.notifications.models import Notification
from tests import factories
from tests.crawling import body_of
from tests.editions import FIRST
from tests.factories import Contest, Team
from tests.pages import WatchfulClient
from tests.uploading import pdf

pytestmark = pytest.mark.django_db

INSTANT = timedelta(microseconds=1)
ROWS = re.compile(rb'/kerja/sanggahan/\d+/|/kerja/pemberitahuan/\d+/|name="stage" value="\d+"')
"""Row numbers, which grow from world to world."""
World = dict[str, Any]


@pytest.fixture
def contest() -> Contest:
    """Two entries of one agency for one seat."""
    return factories.make_contest(FIRST, entries=2, judges=2, seats=(1, 1), objection_days=5)


def objected(contest: Contest, winner: int) -> None:
    """The list with its winner, and an objection about the other entry."""
    cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    first, second = contest.entries
    plenary = factories.sit(contest)
    choice = VoteChoice.FOR if winner else VoteChoice.AGAINST
    factories.moved(contest, plenary, entry_in=second, entry_out=first, choice=choice)
    close_plenary(by=contest.officer, plenary=plenary)
    open_objections(by=contest.head, cut_off=cut_off)
    row = file_objection(
        by=contest.team.admin,
        entry=contest.entries[0],
        stage=contest.stage(FIRST),
        reason=ObjectionReason.PROCEDURE,
        text="Jadwal wawancara berubah.",
    )
    propose_answer(
        by=contest.officer,
        objection=row,
        answer="rejected",
        reason=AnswerReason.COMPLIANT,
        text="Jadwal diumumkan sepekan sebelumnya.",
    )
    confirm_answer(by=contest.second, objection=row)


def scheduled(contest: Contest) -> None:
    """Locked, with a decree and its file, announced in a day."""
    cut_off = contest.cut_off(FIRST)
    propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno.")
    confirm_lock(by=contest.second, cut_off=cut_off)
    octets = pdf("Keputusan")
    attach_decree(
        by=contest.head,
        announcement=schedule_announcement(
            by=contest.head,
            cut_off=contest.cut_off(FIRST),
            decree_number="636 Tahun 2031",
            decree_dated_on=clock.today(),
            announce_at=clock.now() + timedelta(days=1),
        ),
        incoming=Incoming("keputusan.pdf", len(octets), [octets]),
    )


def addresses(contest: Contest) -> list[str]:
    """Every surface that objections and the decree have, and those that lead to them."""
    year, row = contest.edition.year, Objection.objects.get()
    named: list[tuple[str, list[Any]]] = [
        ("objection_list", [year]),
        ("edition_detail", [year]),
        ("edition_calendar", [year]),
        ("result_list", [year, FIRST]),
        ("result_csv", [year, FIRST]),
        ("decree_file", [year, FIRST]),
        ("objection_detail", [row.pk]),
        ("objection_evidence", [row.pk]),
        *(("entry_objections", [entry.pk]) for entry in contest.entries),
        *(("entry_receipt", [entry.pk]) for entry in contest.entries),
        ("work_home", []),
    ]
    return [reverse(f"competitions:{name}", args=args) for name, args in named]


def look(client: WatchfulClient, contest: Contest, stranger: Team) -> World:
    """Status, type and body of each surface for everybody who is not to know."""
    seen: World = {}
    people: list[User | None] = [None, contest.team.admin, contest.team.innovator, stranger.admin]
    for person in people:
        client.logout()
        if person:
            client.force_login(person)
        for address in addresses(contest):
            answer = client.get(address)
            place = re.sub(r"/sanggahan/\d+/", "/sanggahan/0/", address)
            seen[f"{person} {place}"] = (
                answer.status_code,
                answer.get("Content-Type"),
                ROWS.sub(b"", body_of(answer)),
            )
        told = Notification.objects.filter(recipient=person).order_by("pk")
        seen[f"{person} told"] = list(told.values_list("subject", "body"))
    return seen


def worlds(build: Callable[[int], World]) -> tuple[World, World]:
    """Both worlds from the same rows: each is walked through and rolled back."""
    found = []
    for winner in (0, 1):
        with transaction.atomic():
            found.append(build(winner))
            transaction.set_rollback(True)
    return found[0], found[1]


def test_window_and_answers_look_the_same_whoever_wins(
    client: WatchfulClient, contest: Contest
) -> None:
    stranger, now = factories.make_team(), clock.now()

    def build(winner: int) -> World:
        with clock.at(now):
            objected(contest, winner)
            return look(client, contest, stranger)

    first, second = worlds(build)
    assert [place for place in first if first[place] != second[place]] == []
    public = first[f"None {reverse('competitions:objection_list', args=[contest.edition.year])}"]
    assert b"Sudah sesuai ketentuan" in public[2]


def test_decree_looks_the_same_until_its_instant_and_differs_at_it(
    client: WatchfulClient, contest: Contest
) -> None:
    stranger, now = factories.make_team(), clock.now()
    after_window = now + timedelta(days=7)
    instant = after_window + timedelta(days=1)

    def at(moment: Any) -> Callable[[int], World]:
        def build(winner: int) -> World:
            with clock.at(now):
                objected(contest, winner)
            with clock.at(after_window):
                scheduled(contest)
            with clock.at(moment):
                return look(client, contest, stranger)

        return build

    decree = f"None {reverse('competitions:decree_file', args=[contest.edition.year, FIRST])}"
    results = f"None {reverse('competitions:result_list', args=[contest.edition.year, FIRST])}"
    own = f"{contest.team.admin} "
    receipt = own + reverse("competitions:entry_receipt", args=[contest.entries[0].pk])
    first, second = worlds(at(instant - INSTANT))
    assert [place for place in first if first[place] != second[place]] == []
    assert first[decree][0] == 404
    first, second = worlds(at(instant))
    assert first[results] != second[results]
    assert first[receipt] != second[receipt]
    assert (first[decree][0], first[decree][2][:4]) == (200, b"%PDF")
