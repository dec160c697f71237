"""Every entrant is told of its own result: after the instant, once, and nothing of others."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from competitions.actions import announced
from competitions.actions.announced import tell_announced_results
from competitions.models import AnnouncementNotice, Result
from competitions.queries.notices import TOLD_FOR
from competitions.tasks import tell_results
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Mail, Notification
from tests.factories import FIRST, Contest, make_team
from tests.feedback import instant_of, scheduled
from tests.owner import as_owner
from tests.races import at, during


def told(contest: Contest) -> list[Notification]:
    rows = Notification.objects.filter(path__endswith="/umpan-balik/")
    return list(rows.filter(recipient=contest.team.admin).order_by("pk"))


@pytest.mark.django_db
def test_entrants_are_told_at_the_instant_once_and_of_their_own_entry_only() -> None:
    contest = scheduled(entries=4)
    stranger, instant = make_team().admin, instant_of(contest)
    before = set(ProcrastinateJob.objects.values_list("pk", flat=True))
    mails = Mail.objects.count()
    with clock.at(instant - timedelta(microseconds=1)):
        assert tell_announced_results() == 0
        tell_results(timestamp=0)
    # Until the instant there is neither a message nor a job nor a mail.
    assert set(ProcrastinateJob.objects.values_list("pk", flat=True)) == before
    assert (Mail.objects.count(), told(contest)) == (mails, [])
    with clock.at(instant):
        tell_results(timestamp=0)
        assert tell_announced_results() == 0
    results = list(Result.objects.filter(cut_off__stage=contest.stage(FIRST)).order_by("pk"))
    assert AnnouncementNotice.objects.count() == len(results) == 4
    assert AuditEvent.objects.named("result_told").count() == 4
    messages = told(contest)
    for result, message in zip(results, messages, strict=True):
        entry = result.entry
        assert message.path == f"/kerja/peserta/{entry.pk}/umpan-balik/"
        is_winner = "terpilih sebagai" in message.subject
        assert is_winner is result.is_selected
        assert ("Selamat" in message.subject) is result.is_selected
        assert ("Congratulations" in message.subject_en) is result.is_selected
        assert ("belum terpilih" in message.body) is not result.is_selected
        for text in (message.body, message.body_en):
            assert entry.innovation.title in text
            for other in contest.entries:
                if other != entry:
                    assert other.innovation.title not in text
                    assert other.number not in text + message.subject
    people = {contest.team.admin, contest.team.innovator}
    assert {one.recipient for one in Notification.objects.filter(path=messages[0].path)} == people
    assert not Notification.objects.filter(recipient=stranger).exists()
    assert Mail.objects.count() == mails + 8


@pytest.mark.django_db
def test_a_list_of_long_ago_is_not_news_and_batches_end(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = scheduled(entries=4)
    instant = instant_of(contest)
    monkeypatch.setattr(announced, "BATCH", 2)
    with clock.at(instant + TOLD_FOR):
        assert tell_announced_results() == 0
    with clock.at(instant + TOLD_FOR - timedelta(microseconds=1)):
        assert tell_announced_results(edition=contest.edition) == 4
    assert len(told(contest)) == 4


@pytest.mark.django_db
def test_the_database_refuses_a_notice_before_the_instant_and_keeps_it() -> None:
    contest = scheduled(entries=3)
    instant = instant_of(contest)
    result = Result.objects.filter(cut_off__stage=contest.stage(FIRST))[0]
    with pytest.raises(DatabaseError, match="not announced"), transaction.atomic():
        AnnouncementNotice.objects.create(
            result=result, told_at=instant - timedelta(microseconds=1)
        )
    notice = AnnouncementNotice.objects.create(result=result, told_at=instant)
    assert str(notice) == str(result.pk)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), as_owner():
        AnnouncementNotice.objects.filter(pk=notice.pk)._raw_delete("default")


def nobody_waits(_turn: int) -> None:
    """Stands in for `take_turn` in the control."""


def tell_twice() -> tuple[object, object]:
    instant = instant_of(scheduled(entries=3))
    return during(at(instant, tell_announced_results), at(instant, tell_announced_results))


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_each_entry_once() -> None:
    assert tell_twice() == (3, 0)
    assert Notification.objects.filter(path__endswith="/umpan-balik/").count() == 6


@pytest.mark.django_db(transaction=True)
def test_control_without_turns_the_second_worker_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announced, "take_turn", nobody_waits)
    _first, second = tell_twice()
    assert isinstance(second, IntegrityError)
