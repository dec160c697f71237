"""T20 in one walk: mail server, object store and scanner take the line and never answer."""

import io
import runpy
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from django.conf import settings as site
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from procrastinate.jobs import Job

from innovations import tasks
from innovations.actions.attachments import examine_attachment, examine_waiting
from innovations.enums import AttachmentState
from innovations.models import Attachment
from sinovik.audit import clock
from sinovik.files import StorageFailed, open_kept, storage
from sinovik.files.places import WaitingRoom
from sinovik.notifications.carrying import NotDelivered, carry
from sinovik.notifications.models import Mail
from tests.factories import Contest, make_contest
from tests.mailserver import black_hole, smtp_server
from tests.pages import WatchfulClient
from tests.uploading import attach, pdf, send

pytestmark = pytest.mark.django_db
NGINX = Path(__file__).parents[2] / "deploy" / "nginx" / "sinovik.conf"
SOON = 0.3
NAME = "ab/cd/" + "ef" * 16
PATIENCE = 1.0
"""Seconds after which a silent store is given up by who got a place to wait for it."""
WITHIN = 2.0
"""Seconds for a request that asks both store and scanner, each in vain."""


@contextmanager
def silent_services(settings: Any) -> Iterator[None]:
    """Store and scanner that never answer; as patient as in production, in tenths."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=50)) as hole:
        address = f"127.0.0.1:{hole.getsockname()[1]}"
        settings.CLAMD, settings.CLAMD_SECONDS = address, SOON
        kept = settings.STORAGES
        settings.STORAGES = kept | {
            "uploads": {
                "BACKEND": "storages.backends.s3.S3Storage",
                "OPTIONS": {
                    "bucket_name": "uploads",
                    "endpoint_url": f"http://{address}",
                    "region_name": "us-east-1",
                    "file_overwrite": False,
                    "client_config": Config(
                        connect_timeout=SOON, read_timeout=SOON, retries={"total_max_attempts": 2}
                    ),
                },
            }
        }
        yield
        settings.STORAGES = kept


@contextmanager
def in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < WITHIN


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.mark.usefixtures("keys")
def test_people_work_on_while_nothing_else_answers(client: WatchfulClient, settings: Any) -> None:
    contest = make_contest(entries=1)
    dossier = contest.entries[0].innovation
    old = attach(contest.team.innovator, dossier, name="lama.pdf")
    mails = Mail.objects.count()
    with silent_services(settings), black_hole():
        _write_and_submit(client, contest)
        sent = Attachment.objects.exclude(pk=old.pk).get()
        with in_time():
            gone = client.get(
                reverse("innovations:attachment_download", args=[dossier.slug, old.public_id])
            )
        assert gone.status_code == 503
        assert "Penyimpanan berkas" in gone.content.decode()
        _try_the_jobs(sent)
    # The store is back first: what nobody has scanned is kept, and shown to nobody.
    assert examine_attachment(by=None, attachment=sent).state == AttachmentState.HELD
    page = reverse("innovations:attachment_download", args=[dossier.slug, sent.public_id])
    assert client.get(page).status_code == 404
    assert examine_waiting(by=None) == 0
    queued = Mail.objects.waiting().order_by("pk")
    assert queued.count() > mails
    with smtp_server() as box, clock.at(clock.now() + timedelta(minutes=2)):
        for mail in list(queued):
            carry(mail.pk)
    assert len(box.mails) == Mail.objects.filter(sent_at__isnull=False).count() > mails


def _write_and_submit(client: WatchfulClient, contest: Contest) -> None:
    """Send a file, send the entry, submit it: nothing waits for who does not answer."""
    (entry,) = contest.entries
    client.force_login(contest.team.innovator)
    with in_time():
        answer = client.post(
            reverse("innovations:attachment_list", args=[entry.innovation_id]),
            {"purpose": "bukti", "file": SimpleUploadedFile("surat.pdf", pdf())},
        )
    assert answer.status_code == 302
    with in_time():
        client.post(reverse("competitions:entry_send", args=[entry.pk]))
    client.force_login(contest.team.admin)
    with in_time():
        answer = client.post(reverse("competitions:entry_submit", args=[entry.pk]))
    assert answer.headers["Location"].endswith("tanda-terima/")


def _try_the_jobs(sent: Attachment) -> None:
    """Each gives up in time, has done nothing, and is told to come again."""
    with in_time(), pytest.raises(StorageFailed) as failed:
        examine_attachment(by=None, attachment=sent)
    job = Job(id=1, queue="files", lock=None, queueing_lock=None, task_name=tasks.examine.name)
    assert tasks.examine.get_retry_exception(failed.value, job)
    sent.refresh_from_db()
    assert (sent.state, sent.storage_name) == (AttachmentState.EXAMINING, "")
    mail = Mail.objects.waiting().latest("pk")
    with in_time(), pytest.raises(NotDelivered):
        carry(mail.pk)


class SilentStore:
    """Takes every question and gives up after a while, when `until` is not set before."""

    def __init__(self) -> None:
        self.until = threading.Event()

    def open(self, name: str) -> File:
        if not self.until.wait(PATIENCE):
            raise TimeoutError(name)
        return File(io.BytesIO(b"isi"))


def _held(monkeypatch: pytest.MonkeyPatch, room: WaitingRoom, *, readers: int = 8) -> list[float]:
    """How long each of some readers at once was held by a store that does not answer."""
    monkeypatch.setattr(storage, "_readers", room)
    monkeypatch.setattr(storage, "_store", SilentStore)

    def held(_: int) -> float:
        began = time.monotonic()
        with pytest.raises(StorageFailed):
            open_kept(NAME)
        return time.monotonic() - began

    with ThreadPoolExecutor(readers) as threads:
        return sorted(threads.map(held, range(readers)))


def test_two_threads_wait_for_a_silent_store_and_the_others_are_told_at_once(
    client: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    contest = make_contest(entries=1)
    dossier = contest.entries[0].innovation
    old = attach(contest.team.innovator, dossier, name="lama.pdf")
    client.force_login(contest.team.innovator)
    room = WaitingRoom(moment=0.1)
    held = _held(monkeypatch, room)
    assert held[5] < PATIENCE <= held[6]
    page = reverse("innovations:attachment_download", args=[dossier.slug, old.public_id])
    store = SilentStore()
    monkeypatch.setattr(storage, "_store", lambda: store)
    with room.place(), room.place():
        told = client.get(page)
    assert told.status_code == 503
    assert "Penyimpanan berkas" in told.content.decode()
    # The store speaks again: everybody is served, by the first place that is free.
    store.until.set()
    assert client.get(page).status_code == 200


def test_control_without_places_all_threads_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _held(monkeypatch, WaitingRoom(places=8))[0] >= PATIENCE


@pytest.mark.usefixtures("keys")
def test_control_who_waits_for_the_store_without_end_is_late(
    settings: Any,
) -> None:
    contest = make_contest(entries=1)
    sent = send(contest.team.innovator, contest.entries[0].innovation)
    with silent_services(settings):
        settings.STORAGES["uploads"]["OPTIONS"]["client_config"] = Config(
            connect_timeout=SOON, read_timeout=WITHIN, retries={"total_max_attempts": 1}
        )
        with pytest.raises(AssertionError), in_time(), pytest.raises(StorageFailed):
            examine_attachment(by=None, attachment=sent)


def test_real_patience_ends_before_nginx_gives_the_request_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SINOVIK_S3_BUCKET", "uploads")
    made = runpy.run_path(str(site.BASE_DIR / "sinovik" / "settings.py"))
    store = made["STORAGES"]["uploads"]["OPTIONS"]["client_config"]
    tries = store.retries["total_max_attempts"]
    # One request takes a whole file: scanned, cleaned, kept.
    longest = made["CLAMD_SECONDS"] + made["CLEANING_SECONDS"] + tries * store.read_timeout
    assert f"proxy_read_timeout {longest + 5}s;" in NGINX.read_text()
