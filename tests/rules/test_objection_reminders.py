"""An objection's answer has a due day: shown to its agency, everybody and the secretariat."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.actions.cut_offs import apply_cut_off
from competitions.actions.objections import (
    confirm_answer,
    file_objection,
    open_objections,
    propose_answer,
)
from competitions.enums import AnswerReason
from competitions.models import ConflictDeclaration, Objection, Stage
from competitions.queries.objections import public_objections
from sinovik.audit import clock
from sinovik.notifications.models import Notification, Reminder
from sinovik.notifications.reminding import send_reminders
from tests.editions import FIRST
from tests.factories import Contest, make_contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
KIND = "objection-answer-due"


@pytest.fixture
def filed() -> tuple[Contest, Objection]:
    """One objection, to be answered within five days."""
    contest = make_contest(FIRST, entries=2, judges=2, seats=(1, 1), objection_days=3)
    Stage.objects.update(answer_days=5)
    apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    open_objections(by=contest.head, cut_off=contest.cut_off(FIRST))
    row = file_objection(
        by=contest.team.admin,
        entry=contest.entries[0],
        stage=contest.stage(FIRST),
        reason="identity",
        text="Kategori tertukar.",
    )
    return contest, row


def noon(row: Objection, days: int) -> datetime:
    local = timezone.localtime(row.filed_at) + timedelta(days=days)
    return local.replace(hour=12, minute=0, second=0, microsecond=0)


def test_the_secretariat_is_reminded_before_on_and_after_the_due_day(
    filed: tuple[Contest, Objection],
) -> None:
    contest, row = filed
    due = timezone.localtime(row.due_at)
    assert (due.date() - timezone.localtime(row.filed_at).date()).days == 5
    assert (due.hour, due.minute) == (23, 59)
    # One of the two who could be the second person is too close to the entry.
    ConflictDeclaration.objects.create(
        user=contest.second, entry=row.entry, declared_at=clock.now(), reason="Dekat."
    )
    for day in range(8):
        for _again in range(2):
            with clock.at(noon(row, day)):
                send_reminders()
    days = {
        person: [
            (one.due_on - timezone.localdate(row.due_at)).days
            for one in Reminder.objects.filter(kind=KIND, recipient=person).order_by("due_on")
        ]
        for person in (contest.head, contest.second, contest.officer, contest.team.admin)
    }
    assert days[contest.head] == [-2, 0, 1]
    assert days[contest.second] == days[contest.team.admin] == []
    told = Notification.objects.filter(recipient=contest.head, kind="reminder").order_by("pk")
    assert [row.code in one.body for one in told] == [True] * 3
    assert ["lewat waktu" in one.body for one in told] == [False, False, True]
    propose_answer(
        by=contest.head,
        objection=row,
        answer="rejected",
        reason=AnswerReason.COMPLIANT,
        text="Sudah sesuai.",
    )
    with clock.at(noon(row, 10)):
        send_reminders()
    assert Reminder.objects.filter(kind=KIND, recipient=contest.head).count() == 3


def test_the_due_day_stands_on_every_page_and_overdue_is_marked(
    filed: tuple[Contest, Objection], client: WatchfulClient
) -> None:
    contest, row = filed
    contest.edition.is_published = True
    contest.edition.save(update_fields=["is_published"])
    board = reverse("competitions:objection_board", args=[row.stage_id])
    detail = reverse("competitions:objection_detail", args=[row.pk])
    public = reverse("competitions:objection_list", args=[contest.edition.year])
    places = ((contest.head, board), (contest.team.admin, detail), (contest.team.admin, public))
    last = row.due_at
    for instant, is_late in ((last, False), (last + timedelta(microseconds=1), True)):
        with clock.at(instant):
            assert public_objections(contest.edition)[0].is_overdue is is_late
            for person, address in places:
                client.force_login(person)
                page = client.get(address).content.decode()
                assert "ijawab paling lambat" in page
                assert ("Lewat waktu" in page) is is_late
    with clock.at(last + timedelta(days=1)):
        answered = propose_answer(
            by=contest.head,
            objection=row,
            answer="rejected",
            reason=AnswerReason.COMPLIANT,
            text="Sudah sesuai.",
        )
        assert not confirm_answer(by=contest.second, objection=answered).is_overdue
        assert "Lewat waktu" not in client.get(public).content.decode()
