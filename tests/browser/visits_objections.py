"""Pages of objections and of the decree, each in every state that looks different."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse

from competitions.actions.announcements import schedule_announcement
from competitions.actions.contest_files import Incoming
from competitions.actions.cut_offs import apply_cut_off
from competitions.actions.decrees import attach_decree
from competitions.actions.objections import (
    confirm_answer,
    file_objection,
    open_objections,
    propose_answer,
)
from competitions.enums import AnswerReason, ObjectionReason
from sinovik.audit import clock
from tests.browser.visits import Visit, visits_of
from tests.editions import FIRST
from tests.factories import lock, make_contest
from tests.uploading import pdf


def objection_visits() -> Iterator[Visit]:
    """A window before, during and after; objections that wait, are proposed, are answered."""
    contest = make_contest(FIRST, entries=3, judges=2, seats=(1, 1), objection_days=5)
    stage, entry = contest.stage(FIRST), contest.entries[0]
    board = reverse("competitions:objection_board", args=[stage.pk])
    cut_off = apply_cut_off(by=contest.head, stage=stage)
    yield Visit(board, contest.head)
    open_objections(by=contest.head, cut_off=cut_off)
    rows = [
        file_objection(
            by=contest.team.admin, entry=entry, stage=stage, reason=reason, text="Kami keberatan."
        )
        for reason in (ObjectionReason.IDENTITY, ObjectionReason.DOCUMENT, ObjectionReason.OTHER)
    ]
    for row in rows[:2]:
        propose_answer(
            by=contest.officer,
            objection=row,
            answer="accepted",
            reason=AnswerReason.MISTAKE,
            text="Kategori memang tertukar.",
        )
    confirm_answer(by=contest.second, objection=rows[0])
    details = [reverse("competitions:objection_detail", args=[row.pk]) for row in rows]
    yield from visits_of(contest.head, board, *details)
    filing = reverse("competitions:entry_objections", args=[entry.pk])
    yield from visits_of(contest.team.admin, filing, details[0])
    yield Visit(reverse("competitions:objection_list", args=[contest.edition.year]))
    other = make_contest(FIRST, entries=2, judges=2, seats=(1, 1))
    announcement = schedule_announcement(
        by=other.head,
        cut_off=lock(other, FIRST),
        decree_number="636 Tahun 2031",
        decree_dated_on=clock.today(),
        announce_at=clock.now() + timedelta(days=1),
    )
    octets = pdf("Keputusan")
    incoming = Incoming("keputusan.pdf", len(octets), [octets])
    attach_decree(by=other.head, announcement=announcement, incoming=incoming)
    yield Visit(reverse("competitions:decree_attach", args=[other.stage(FIRST).pk]), other.head)
