"""T21: the disk of the files, of the data or of the log of the database is full, then no more.

Each walk has a small file system of its own in memory, and stuffs it.
"""

import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import close_old_connections
from django.urls import reverse

from bench.faults.pair import reached
from innovations.actions.attachments import examine_attachment
from innovations.enums import AttachmentState
from innovations.models import Attachment, Innovation
from sinovik.files import StorageFailed, room
from sinovik.postgres import ProgramFailed, Server, programs_of
from sinovik.postgres.cluster import DATABASE, SUPERUSER
from tests.factories import make_contest
from tests.pages import WatchfulClient
from tests.servers import MAJOR, migrated
from tests.uploading import pdf, send

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="mounting takes root"),
]


ENDED_WITHIN = 30.0


class Disk:
    """A file system of `size`, and what stuffs it."""

    def __init__(self, place: Path, size: str) -> None:
        place.mkdir(parents=True, exist_ok=True)
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", place])
        if made.returncode:
            pytest.skip("this root may not mount, as in most containers")
        self.place = place
        self._ballast = place / "ballast"

    def stuff(self, leave: int = 0) -> None:
        """Take all room but `leave`."""
        free = os.statvfs(self.place)
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - leave)

    def clear(self) -> None:
        """Give it back."""
        self._ballast.unlink()

    def forget(self) -> None:
        """Take the file system away with all that it holds."""
        subprocess.run(["umount", "-l", self.place], check=True)


@contextmanager
def disk(place: Path, size: str) -> Iterator[Disk]:
    made = Disk(place, size)
    try:
        yield made
    finally:
        made.forget()


@pytest.fixture
def open_dir(django_db_setup: None, django_db_blocker: Any) -> Iterator[Path]:
    """A directory that an unprivileged account reaches; each pytest closes its own to others."""
    with django_db_blocker.unblock(), tempfile.TemporaryDirectory(prefix="sinovik-f-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.django_db
def test_full_disk_of_files_refuses_new_ones_and_spoils_none_that_was_taken(
    client: WatchfulClient, settings: Any, tmp_path: Path
) -> None:
    contest = make_contest(entries=1)
    innovation, person = contest.entries[0].innovation, contest.team.innovator
    with disk(tmp_path / "var", "96m") as small:
        settings.STAGE_DIR = small.place / "stage"
        options = settings.STORAGES["uploads"]["OPTIONS"] | {"location": small.place / "uploads"}
        uploads = settings.STORAGES["uploads"] | {"OPTIONS": options}
        settings.STORAGES = settings.STORAGES | {"uploads": uploads}
        brakes = "django.core.cache.backends.filebased.FileBasedCache"
        settings.CACHES = settings.CACHES | {
            "brakes": {"BACKEND": brakes, "LOCATION": small.place / "cache"}
        }
        taken = send(person, innovation)
        small.stuff()
        client.force_login(person)
        shelf = reverse("innovations:attachment_list", args=[innovation.pk])
        fields = {"purpose": "bukti", "file": SimpleUploadedFile("bukti.pdf", pdf())}
        page = client.post(shelf, fields).content.decode()
        assert "Ruang penyimpanan sementara tidak bisa ditulisi" in page
        assert list(Attachment.objects.all()) == [taken]
        with pytest.raises(StorageFailed):
            examine_attachment(by=None, attachment=taken)
        taken.refresh_from_db()
        assert taken.state == AttachmentState.EXAMINING
        for path in (shelf, "/", "/api/v1/openapi.json"):
            assert client.get(path).status_code == 200
        ready = client.get("/readyz")
        assert (ready.status_code, "disk" in ready.json()["warnings"]) == (200, True)
        assert room.free_octets() < room.LEAST_ROOM
        small.clear()
        assert "disk" not in client.get("/readyz").json()["warnings"]
        assert room.free_octets() > room.LEAST_ROOM
        assert examine_attachment(by=None, attachment=taken).is_ready
        fields["file"] = SimpleUploadedFile("bukti.pdf", pdf())
        assert client.post(shelf, fields).status_code == 302


@contextmanager
def reached_on(place: Path, *, log: Path | None = None) -> Iterator[Server]:
    """Django on a durable server whose data, or log alone, lie on a small disk."""
    server = Server(place / "data", programs=programs_of(MAJOR))
    shutil.copytree(migrated(), server.pgdata)
    if log:
        shutil.copytree(server.pgdata / "pg_wal", log, dirs_exist_ok=True)
        shutil.rmtree(server.pgdata / "pg_wal")
        (server.pgdata / "pg_wal").symlink_to(log)
    server.own()
    if log:
        subprocess.run(["chown", "-R", f"--reference={server.pgdata}", log], check=True)
    server.configure(restart_after_crash="on")
    server.start("-F")
    try:
        with reached(server):
            yield server
    finally:
        server.forget()


def switch_log(server: Server) -> None:
    with psycopg.connect(server.dsn(SUPERUSER, DATABASE), autocommit=True) as line:
        line.execute("SELECT pg_switch_wal()")


class ServedClient(WatchfulClient):
    """Drops a dead connection after each request, as a server does; Django's client keeps it."""

    def request(self, **request: Any) -> Any:
        try:
            return super().request(**request)
        finally:
            close_old_connections()


class Writer:
    """An innovator who saves one section time and again and remembers what was promised."""

    def __init__(self) -> None:
        contest = make_contest.__wrapped__(entries=1)
        (self.entry,) = contest.entries
        self.client = ServedClient(raise_request_exception=False)
        self.client.force_login(contest.team.innovator)
        self.version = self.entry.innovation.edit_number
        self.kept = ""
        self.address = f"/kerja/peserta/{self.entry.pk}/bagian/background/"

    def save(self) -> Any:
        """Save a text that no compression makes small."""
        text = random.Random(self.version).randbytes(3_000).hex()
        answer = self.client.put(
            self.address,
            json.dumps({"text": text}),
            content_type="application/json",
            headers={"If-Match": f'"{self.version}"'},
        )
        if answer.status_code == HTTPStatus.OK:
            self.version, self.kept = int(answer["ETag"].strip('"')), text
        return answer

    def save_until_refused(self, after_each: Callable[[], object] = lambda: None) -> None:
        """Write on; at last the answer is a sentence, and when to come again."""
        while (answer := self.save()).status_code == HTTPStatus.OK:
            with suppress(psycopg.OperationalError):
                after_each()
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "belum pasti tersimpan" in answer.json()["message"]
        assert answer["Retry-After"]

    def read(self) -> None:
        """Pages of one's own work, of everybody, and the one for machines."""
        for path in (f"/kerja/peserta/{self.entry.pk}/", "/", "/inovasi/", "/readyz"):
            assert self.client.get(path).status_code == HTTPStatus.OK

    @property
    def is_kept(self) -> bool:
        """Whether the last promise holds, word for word; a later text may have been kept too."""
        now = Innovation.objects.get(pk=self.entry.innovation_id)
        promised, self.version = self.version, now.edit_number
        is_same = now.sections["background"] == self.kept
        return now.edit_number > promised or (now.edit_number == promised and is_same)


def test_full_disk_of_data_refuses_what_it_can_not_keep_and_lets_people_read(
    open_dir: Path,
) -> None:
    with disk(open_dir / "small", "400m") as small, reached_on(small.place / "pg") as server:
        writer, began_as = Writer(), server.pid
        assert writer.save().status_code == 200
        small.stuff(leave=200_000)
        writer.save_until_refused()
        writer.read()
        small.clear()
        assert writer.is_kept
        assert writer.save().status_code == 200
        assert writer.is_kept
        assert server.pid == began_as


def test_full_disk_of_the_log_stops_the_database_and_loses_nothing(open_dir: Path) -> None:
    with (
        disk(open_dir / "log", "56m") as small,
        reached_on(open_dir / "pg", log=small.place) as server,
    ):
        writer = Writer()
        assert writer.save().status_code == HTTPStatus.OK
        small.stuff()
        # Each goes into the next file of the log, 16 MB further on.
        writer.save_until_refused(after_each=lambda: switch_log(server))
        deadline = time.monotonic() + ENDED_WITHIN
        # Who finds no room first may hear of it alone; the server ends with who finds it in the
        # middle of a commit.
        while server.is_running and time.monotonic() < deadline:
            writer.save()
            with suppress(psycopg.OperationalError):
                switch_log(server)
            time.sleep(0.05)
        assert not server.is_running
        assert writer.client.get("/inovasi/").status_code == HTTPStatus.SERVICE_UNAVAILABLE
        # An init system tries on; it can't be started while there is no room.
        with pytest.raises(ProgramFailed):
            server.start("-F")
        small.clear()
        server.start("-F")
        assert writer.is_kept
        assert writer.save().status_code == HTTPStatus.OK
        assert writer.is_kept
