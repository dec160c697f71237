"""Preparing an announcement: large lists by a job that can be stopped, small ones at once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from competitions.actions import preparations
from competitions.actions.preparations import (
    cancel_preparation,
    make_preparation,
    request_preparation,
)
from competitions.anonymity import find_personal
from competitions.enums import CutOffState, PreparationState
from competitions.exceptions import WrongState
from competitions.models import (
    Announcement,
    AnnouncementPreparation,
    Certificate,
    CommentScan,
    HeldComment,
)
from competitions.queries import preparations as preparation_queries
from competitions.tasks import prepare_announcement
from innovations.models import Award
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from sinovik.web.querysets import LockableQuerySet
from tests.factories import FIRST, Contest, lock, start
from tests.feedback import judged, schedule_list
from tests.pages import WatchfulClient
from tests.races import during, same, unlocked

pytestmark = pytest.mark.django_db
SEARCHED = "competitions.queries.comments.find_personal"


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> Contest:
    """A locked list with comments; two entries already count as a large one."""
    monkeypatch.setattr(preparation_queries, "SMALL_LIST", 2)
    contest = judged(entries=3)
    with clock.at(contest.moment(FIRST)):
        start(contest, FIRST)
        lock(contest, FIRST)
    return contest


def test_a_large_list_is_prepared_by_a_job_before_it_is_scheduled(
    locked: Contest, client: WatchfulClient
) -> None:
    cut_off = locked.cut_off(FIRST)
    board = reverse("competitions:ranking_board", args=[locked.stage(FIRST).pk])
    page, start_, cancel = (
        reverse(f"competitions:preparation_{name}", args=[locked.stage(FIRST).pk])
        for name in ("detail", "start", "cancel")
    )
    with clock.at(locked.moment(FIRST)):
        with pytest.raises(WrongState, match="belum disiapkan"):
            schedule_list(locked, cut_off, timedelta(days=1))
        assert (Announcement.objects.count(), Award.objects.count()) == (0, 0)
        client.force_login(locked.head)
        assert page in client.get(board).content.decode()
        assert "Mulai menyiapkan" in client.get(page).content.decode()
        client.post(start_)
        client.post(start_)
        preparation = AnnouncementPreparation.objects.get()
        assert preparation.state == PreparationState.QUEUED
        # The page of a second visit, as after a reload, knows the one that is under way.
        assert "Menunggu giliran" in client.get(page).content.decode()
        job = ProcrastinateJob.objects.get(task_name=preparations.JOB)
        assert job.args == {"preparation_id": preparation.pk}
        prepare_announcement(preparation_id=preparation.pk)
        prepare_announcement(preparation_id=preparation.pk)
        preparation.refresh_from_db()
        scan = CommentScan.objects.get()
        assert (preparation.state, preparation.done) == (PreparationState.READY, scan.comment_count)
        assert (scan.scanned_by, scan.comment_count > 0) == (locked.head, True)
        assert "Siap diumumkan" in client.get(page).content.decode()
        assert "penetapan" in client.get(board).content.decode()
        client.post(cancel)
        client.post(start_)
        assert AnnouncementPreparation.objects.count() == 1
        # Nothing but comments was prepared: names, awards and certificates wait for the decree.
        assert (Award.objects.count(), Certificate.objects.count()) == (0, 0)
        schedule_list(locked, cut_off, timedelta(days=1))
    assert CommentScan.objects.count() == 1
    assert locked.cut_off(FIRST).state == CutOffState.SCHEDULED


def test_a_cancelled_preparation_leaves_nothing_and_can_be_asked_for_again(
    locked: Contest, client: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off, head = locked.cut_off(FIRST), locked.head
    monkeypatch.setattr(preparations, "STEP", 1)
    stops: list[AnnouncementPreparation] = []
    real = find_personal

    def cancel_on_the_way(*arguments: object) -> object:
        if stops:
            client.post(reverse("competitions:preparation_cancel", args=[cut_off.stage_id]))
            stops.clear()
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(SEARCHED, cancel_on_the_way)
    client.force_login(head)
    first = request_preparation(by=head, cut_off=cut_off)
    stops.append(first)
    make_preparation(preparation_id=first.pk)
    first.refresh_from_db()
    assert (first.state, HeldComment.objects.count()) == (PreparationState.CANCELLED, 0)
    assert not CommentScan.objects.exists()
    assert AuditEvent.objects.named("preparation_cancelled").count() == 1
    page = reverse("competitions:preparation_detail", args=[cut_off.stage_id])
    assert "dibatalkan" in client.get(page).content.decode()
    with pytest.raises(WrongState, match="sudah selesai"):
        cancel_preparation(by=head, preparation=first)
    again = request_preparation(by=head, cut_off=cut_off)
    assert again.pk != first.pk
    make_preparation(preparation_id=again.pk)
    assert CommentScan.objects.count() == 1


def test_a_preparation_that_breaks_says_so_and_strangers_have_none(
    locked: Contest, client: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off = locked.cut_off(FIRST)
    addresses = [
        reverse(f"competitions:preparation_{name}", args=[cut_off.stage_id])
        for name in ("detail", "start", "cancel")
    ]
    with pytest.raises(Forbidden):
        request_preparation(by=locked.second, cut_off=cut_off)
    preparation = request_preparation(by=locked.head, cut_off=cut_off)
    with pytest.raises(Forbidden):
        cancel_preparation(by=locked.second, preparation=preparation)
    client.force_login(locked.second)
    assert client.get(addresses[0]).status_code == 403
    assert [client.post(one).status_code for one in addresses[1:]] == [403, 403]

    def break_down(*_arguments: object) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(SEARCHED, break_down)
        with pytest.raises(OSError):
            make_preparation(preparation_id=preparation.pk)
    client.force_login(locked.head)
    assert "Penyiapan gagal" in client.get(addresses[0]).content.decode()
    assert not CommentScan.objects.exists()


def test_a_small_list_is_prepared_at_once(locked: Contest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation_queries, "SMALL_LIST", 3)
    preparation = request_preparation(by=locked.head, cut_off=locked.cut_off(FIRST))
    assert preparation.state == PreparationState.READY
    assert (preparation.percent, CommentScan.objects.count()) == (100, 1)
    assert not ProcrastinateJob.objects.filter(task_name=preparations.JOB).exists()


def cancel_at_the_end(contest: Contest) -> tuple[AnnouncementPreparation, object]:
    """Somebody cancels while the job has written everything and not committed yet."""
    preparation = request_preparation(by=contest.head, cut_off=contest.cut_off(FIRST))
    head = same(contest.head)
    _made, cancelled = during(
        lambda: make_preparation(preparation_id=preparation.pk),
        lambda: cancel_preparation(by=head, preparation=preparation),
    )
    preparation.refresh_from_db()
    return preparation, cancelled


@pytest.mark.django_db(transaction=True)
def test_a_preparation_that_has_ended_is_not_cancelled(locked: Contest) -> None:
    preparation, cancelled = cancel_at_the_end(locked)
    assert isinstance(cancelled, WrongState)
    assert preparation.state == PreparationState.READY


@pytest.mark.django_db(transaction=True)
def test_control_unlocked_it_ends_cancelled_with_all_it_found(
    locked: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LockableQuerySet, "locked", unlocked)
    preparation, _cancelled = cancel_at_the_end(locked)
    assert preparation.state == PreparationState.CANCELLED
    assert CommentScan.objects.filter(cut_off=preparation.cut_off).exists()
