"""Two uploads for the last place. The control shows that the race is real without the lock."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection

from agencies.models import User
from innovations.actions import uploads
from innovations.actions.uploads import Wanted, start_upload
from innovations.models import Innovation, Upload
from sinovik.web.querysets import LockableQuerySet
from tests.factories import make_innovations, make_team

pytestmark = pytest.mark.django_db(transaction=True)


def start_two(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Both ask for room and meet before they take it, unless a lock keeps one away."""
    team = make_team()
    (innovation,) = make_innovations(team)
    meeting = Barrier(2)
    original = uploads._check_room

    def check(*args: Any) -> None:
        original(*args)
        with contextlib.suppress(BrokenBarrierError):
            meeting.wait(0.5)

    monkeypatch.setattr(uploads, "_check_room", check)

    def start() -> Any:
        try:
            return start_upload(
                by=User.objects.get(pk=team.innovator.pk),
                innovation=Innovation.objects.get(pk=innovation.pk),
                wanted=Wanted("surat.pdf", 100),
            )
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return [one.result() for one in [pool.submit(start), pool.submit(start)]]


def test_one_of_two_uploads_takes_the_last_place(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ATTACHMENT_FILES = 1
    results = start_two(monkeypatch)
    assert sorted(type(one).__name__ for one in results) == ["Upload", "UploadRefused"]
    assert Upload.objects.count() == 1


def test_control_unlocked_both_take_the_last_place(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ATTACHMENT_FILES = 1
    monkeypatch.setattr(LockableQuerySet, "locked", lambda rows: rows)
    assert [type(one).__name__ for one in start_two(monkeypatch)] == ["Upload", "Upload"]
    assert Upload.objects.count() == 2
