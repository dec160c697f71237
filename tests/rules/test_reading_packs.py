"""An evaluator's proposals as PDF: blind as the sheet, only while they may be read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from agencies.enums import Role
from agencies.models import User
from competitions.actions import reading_packs
from competitions.actions.assignments import declare_conflict
from competitions.actions.reading_packs import (
    cancel_pack,
    drop_ended_packs,
    fetch_volume,
    make_pack,
    request_pack,
)
from competitions.actions.stages import close_stage
from competitions.enums import ExportState
from competitions.exceptions import ExportGone, StageClosed, WrongState
from competitions.models import Assignment, ReadingPack, Stage
from competitions.permissions.reading_packs import can_have_pack
from competitions.tasks import drop_packs, make_reading_pack
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.files import StorageFailed, open_kept
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests.documents import words_of_pdf
from tests.factories import REVIEW, Contest, make_contest, make_person, score_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    """Two proposals with two readers each, in a stage that hides whose they are."""
    made = make_contest(REVIEW, entries=2)
    Stage.objects.filter(pk=made.stage(REVIEW).pk).update(is_blind=True)
    return made


def reader_of(contest: Contest) -> User:
    return contest.assignments(REVIEW)[0].evaluator


def asked(contest: Contest, reader: User | None = None) -> ReadingPack:
    return request_pack(by=reader or reader_of(contest), stage=contest.stage(REVIEW))


def said_in(pack: ReadingPack) -> str:
    """Every word of the pack, without blanks."""
    words = []
    for volume in pack.volumes.all():
        with open_kept(volume.storage_name) as file:
            words.append(words_of_pdf(file.read()))
    return "".join(words)


def bare(text: str) -> str:
    return "".join(text.split())


def names_in(contest: Contest) -> list[str]:
    """Names in the frozen version that tell whose proposal it is."""
    version = contest.assignments(REVIEW)[0].version
    assert version is not None
    content = version.content
    return [bare(content["agency"]), bare(content["unit"])]


def by_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_packs, "PROPOSALS_AT_ONCE", 0)


def test_pack_holds_the_own_proposals_blind_and_with_a_sheet(contest: Contest) -> None:
    reader = reader_of(contest)
    own = Assignment.objects.filter(evaluator=reader, stage=contest.stage(REVIEW))
    foreign = [
        one for one in contest.entries if one.pk not in set(own.values_list("entry", flat=True))
    ]
    pack = asked(contest)
    assert (pack.state, pack.done) == (ExportState.READY, own.count())
    words = said_in(pack)
    for one in own:
        assert one.version is not None
        assert bare(one.version.content["title"]) in words
    for entry in foreign:
        assert bare(entry.innovation.title) not in words
    for criterion in contest.stage(REVIEW).criteria.all():
        assert bare(criterion.name) in words
    assert bare(reader.name) in words
    for name in names_in(contest):
        assert name not in words
    told = Notification.objects.filter(recipient=reader, subject="Paket bacaan siap diunduh")
    assert told.count() == 1
    verbs = AuditEvent.objects.filter(verb__startswith="reading_pack").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "reading_pack_requested",
        "reading_pack_made",
    ]


def test_control_open_stage_names_the_agency(contest: Contest) -> None:
    Stage.objects.filter(pk=contest.stage(REVIEW).pk).update(is_blind=False)
    words = said_in(asked(contest))
    for name in names_in(contest):
        assert name in words


def test_fetching_is_noted_and_for_the_reader_alone(contest: Contest) -> None:
    pack = asked(contest)
    (volume,) = pack.volumes.all()
    reader, other = reader_of(contest), make_person(Role.EVALUATOR)
    fetch_volume(by=reader, volume=volume)
    event = AuditEvent.objects.get(verb="reading_pack_fetched")
    assert event.actor == reader
    assert event.payload == {"volume": 1, "sha256": volume.sha256}
    assert can_have_pack(reader, pack)
    assert not can_have_pack(other, pack)
    for person in (other, contest.head):
        for act in (
            lambda by=person: fetch_volume(by=by, volume=volume),
            lambda by=person: cancel_pack(by=by, pack=pack),
        ):
            with pytest.raises(Forbidden):
                act()
    assert ReadingPack.objects.visible_to(other).count() == 0


def closed(contest: Contest, _pack: ReadingPack) -> None:
    score_all(contest, REVIEW)
    close_stage(by=contest.head, stage=contest.stage(REVIEW))


def in_conflict(contest: Contest, _pack: ReadingPack) -> None:
    row = Assignment.objects.filter(evaluator=reader_of(contest)).select_related("entry")[0]
    declare_conflict(by=row.evaluator, entry=row.entry, reason="Pernah membimbing.")


def taken_away(contest: Contest, _pack: ReadingPack) -> None:
    row = Assignment.objects.filter(evaluator=reader_of(contest))[0]
    row.scoresheet.delete()
    row.delete()


def newer(contest: Contest, _pack: ReadingPack) -> None:
    asked(contest)


@pytest.mark.parametrize("happens", [closed, in_conflict, taken_away, newer])
def test_what_may_not_be_read_any_more_is_refused_and_dropped(
    contest: Contest, happens: Callable[[Contest, ReadingPack], None]
) -> None:
    pack = asked(contest)
    (volume,) = pack.volumes.all()
    assert drop_ended_packs() == 0
    happens(contest, pack)
    with pytest.raises((ExportGone, StageClosed)):
        fetch_volume(by=pack.reader, volume=volume)
    drop_packs(timestamp=0)
    pack.refresh_from_db()
    assert pack.state == ExportState.EXPIRED
    assert not pack.volumes.exists()
    with pytest.raises(StorageFailed):
        open_kept(volume.storage_name)
    assert AuditEvent.objects.filter(verb="reading_pack_ended").count() == 1
    assert drop_ended_packs() == 0


def test_pack_ends_with_its_time_to_the_microsecond(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Shorter than the stage: that ends a pack too.
    monkeypatch.setattr(reading_packs, "KEPT_FOR", timedelta(minutes=1))
    pack = asked(contest)
    (volume,) = pack.volumes.all()
    end = pack.expires_at
    assert end is not None
    with clock.at(end - timedelta(microseconds=1)):
        fetch_volume(by=reader_of(contest), volume=volume)
    with clock.at(end), pytest.raises(ExportGone):
        fetch_volume(by=reader_of(contest), volume=volume)


def test_without_proposals_or_an_open_stage_there_is_no_pack(contest: Contest) -> None:
    with pytest.raises(WrongState, match="Belum ada proposal"):
        asked(contest, make_person(Role.EVALUATOR))
    with pytest.raises(Forbidden):
        asked(contest, contest.head)
    closed(contest, ReadingPack())
    with pytest.raises(StageClosed):
        asked(contest)


def test_large_pack_is_made_by_a_job_in_volumes(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_job(monkeypatch)
    monkeypatch.setattr(reading_packs, "VOLUME", 1)
    pack = asked(contest)
    assert (pack.state, pack.done) == (ExportState.QUEUED, 0)
    assert asked(contest).pk == pack.pk
    (job,) = ProcrastinateJob.objects.filter(task_name=reading_packs.JOB)
    for _time in range(2):
        make_reading_pack(**job.args)
    pack.refresh_from_db()
    assert pack.state == ExportState.READY
    assert [one.number for one in pack.volumes.all()] == list(range(1, pack.total + 1))
    assert pack.volumes.first().file_name.endswith("jilid-1.pdf")  # type: ignore[union-attr]
    assert str(pack.volumes.first()) == f"{pack.pk}: 1"
    with pytest.raises(ExportGone, match="sudah selesai"):
        cancel_pack(by=pack.reader, pack=pack)


def test_cancelled_pack_leaves_nothing(contest: Contest, monkeypatch: pytest.MonkeyPatch) -> None:
    by_job(monkeypatch)
    pack = asked(contest)
    real = reading_packs._make_volume

    def cancel_meanwhile(*args: Any) -> None:
        real(*args)
        cancel_pack(by=pack.reader, pack=pack)

    monkeypatch.setattr(reading_packs, "_make_volume", cancel_meanwhile)
    make_pack(pack_id=pack.pk)
    pack.refresh_from_db()
    assert pack.state == ExportState.CANCELLED
    assert not pack.volumes.exists()
    with pytest.raises(ExportGone):
        cancel_pack(by=pack.reader, pack=pack)


def test_fault_leaves_a_failed_pack_and_no_file(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_job(monkeypatch)
    pack = asked(contest)

    def break_down(*_args: Any) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(reading_packs, "pdf_bytes", break_down)
    with pytest.raises(RuntimeError):
        make_pack(pack_id=pack.pk)
    pack.refresh_from_db()
    assert pack.state == ExportState.FAILED
    assert not pack.volumes.exists()
    monkeypatch.undo()
    assert asked(contest).state == ExportState.READY


def test_volumes_of_a_broken_pack_go_with_the_sweep(contest: Contest) -> None:
    pack = asked(contest)
    ReadingPack.objects.filter(pk=pack.pk).update(state=ExportState.FAILED)
    assert drop_ended_packs() == 1
    pack.refresh_from_db()
    assert pack.state == ExportState.FAILED
    assert not pack.volumes.exists()


def test_database_keeps_one_pack_at_a_time_and_whole_ones(contest: Contest) -> None:
    reader, stage = reader_of(contest), contest.stage(REVIEW)
    facts = {"reader": reader, "stage": stage, "total": 2, "created_at": clock.now()}
    ReadingPack.objects.create(**facts)
    for change in ({}, {"state": "failed", "done": 3}, {"state": "ready"}):
        with transaction.atomic(), pytest.raises(IntegrityError):
            ReadingPack.objects.create(**facts | change)
