"""``manage.py demo``: a whole SINOVIK with its world, from nothing, until Ctrl-C."""

import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from procrastinate.exceptions import AlreadyEnqueued

from agencies.models import User
from sinovik import audit
from sinovik.apart import follow_parent
from sinovik.audit.models import AuditEvent
from sinovik.home.dumps import shelf
from sinovik.home.health import wanted_migrations
from sinovik.home.tasks import make_nightly_dump
from sinovik.management.databases import empty_database
from sinovik.management.processes import (
    ChildEnded,
    Children,
    StopAsked,
    raise_on_signals,
)
from sinovik.management.watching import ENDED, STOPPED, STOPPING, go_on_without_django
from sinovik.management.world.accounts import give_factor
from sinovik.management.world.building import world_exists

HOST = "127.0.0.1"
MANAGE = str(settings.BASE_DIR / "manage.py")
HASHED = {"SINOVIK_HASHED_STATIC": "1"}
DEMO = {"SINOVIK_DEMO": "1"}
# Each thread would keep a heap of its own for what a page once took: 7 MB of 150 after 700 pages.
FEW_HEAPS = {"MALLOC_ARENA_MAX": "2"}
WORKER = ("procrastinate", "worker")
WORLD_BUILT = "world_built"
PORT_FREE_WITHIN = 3.0
READY_WITHIN = 60.0


class Command(BaseCommand):
    help = "Menjalankan SINOVIK dengan dunia contoh sampai dihentikan."
    # The checks of Django run once in the web server; here they would only cost time.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--scale", default="full", help="as of build_world")

    def handle(self, *, port: int, scale: str, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo tidak dijalankan di lingkungan produksi.")
        began = time.monotonic()
        raise_on_signals()
        self._require_free(port)
        children = Children()
        env = HASHED | DEMO | FEW_HEAPS | {"PORT": str(port)}
        try:
            self._collect_static()
            # A world from last time: the web server loads while the database starts.
            early = bool(_accounts())
            if early:
                children.start("web", *web_command(port), env=env)
            self._prepare(scale)
            if not early:
                children.start("web", *web_command(port), env=env)
            password = self._set_password()
            self._wait_until_ready(children, port)
            # After the web server, not to slow it down.
            self._order_first_dump()
            children.start("worker", sys.executable, MANAGE, *WORKER, env=env, quiet=True)
            if settings.BACKUP_DIR:
                children.start("archive", sys.executable, MANAGE, "archive", env=env, quiet=True)
            self._greet(port, password, time.monotonic() - began)
            connection.close()
            go_on_without_django(children, settings.EMBEDDED_CLUSTER)
        except StopAsked:
            self.stdout.write(f"\n{STOPPING}")
        except ChildEnded as ended:
            raise CommandError(ENDED.format(ended)) from ended
        finally:
            children.stop()
        self.stdout.write(STOPPED)

    def _require_free(self, port: int) -> None:
        # A demo that was killed a moment ago is still letting go of the port.
        deadline = time.monotonic() + PORT_FREE_WITHIN
        while not _is_free(port):
            if time.monotonic() > deadline:
                raise CommandError(
                    f"Porta {port} sedang dipakai program lain. Hentikan program itu, atau pilih "
                    f"porta lain, misalnya: make demo PORT={port + 1}"
                )
            time.sleep(0.1)

    def _prepare(self, scale: str) -> None:
        if settings.EMBEDDED_CLUSTER:
            settings.EMBEDDED_CLUSTER.hold()
        self._migrate()
        if AuditEvent.objects.named(WORLD_BUILT).exists():
            return
        if User.objects.exists() and not world_exists():
            self._forget_unfinished()
        self._build_world(scale)

    def _migrate(self) -> None:
        applied = MigrationRecorder(connection).applied_migrations()
        if not wanted_migrations() <= applied.keys():
            self.stdout.write("Menyiapkan tabel …")
            call_command("migrate", verbosity=0, interactive=False)

    def _forget_unfinished(self) -> None:
        # A database that somebody else keeps is not ours to empty.
        if not settings.EMBEDDED_CLUSTER:
            raise CommandError(
                "Basis data pada DATABASE_URL sudah berisi akun, tetapi bukan dunia contoh yang "
                "lengkap. Pakai basis data kosong, atau kosongkan dengan make demo-reset."
            )
        self.stdout.write("Dunia contoh yang lalu belum selesai dibangun. Memulai dari awal …")
        empty_database()
        self._migrate()

    def _build_world(self, scale: str) -> None:
        began = time.monotonic()
        # In a process of its own: what the building takes of memory, 300 MB, goes with it.
        building = [sys.executable, MANAGE, "build_world", "--scale", scale]
        done = subprocess.run(building, check=False, preexec_fn=follow_parent)  # noqa: S603
        if done.returncode:
            raise CommandError("Dunia contoh tidak selesai dibangun. Lihat pesan di atas.")
        with transaction.atomic():
            seconds = round(time.monotonic() - began)
            first = User.objects.order_by("pk").first()
            if first is None:
                raise CommandError("build_world tidak membuat satu akun pun.")
            audit.record(by=None, event=WORLD_BUILT, obj=first, payload={"seconds": seconds})

    def _collect_static(self) -> None:
        stamp = Path(settings.STATIC_ROOT).with_suffix(".stamp")
        digest = _static_digest()
        if stamp.exists() and stamp.read_text() == digest:
            return
        self.stdout.write("Menyiapkan berkas statis …")
        # In a process of its own: this one has loaded the settings without hashed names.
        subprocess.run(  # noqa: S603 (our own program, no shell)
            [sys.executable, MANAGE, "collectstatic", "--verbosity=0", "--no-input", "--clear"],
            env=os.environ | HASHED,
            check=True,
        )
        stamp.write_text(digest)

    def _order_first_dump(self) -> None:
        """Let the worker write the open data now: nobody waits for the first night of a demo."""
        if not shelf.stamps():
            with suppress(AlreadyEnqueued):
                make_nightly_dump.configure().defer(timestamp=0)

    def _set_password(self) -> str:
        password = os.environ.get("SINOVIK_DEMO_PASSWORD") or secrets.token_urlsafe(9)
        emails = [account["email"] for account in _accounts()]
        users = User.objects.filter(email__in=emails)
        # One hash for all: hashing takes long by design, and the password is the same.
        known = users.values_list("password", flat=True).first()
        if not known or not check_password(password, known):
            users.update(password=make_password(password))
        for user in users:
            give_factor(user)
        return password

    def _wait_until_ready(self, children: Children, port: int) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            children.check()
            try:
                with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise CommandError("Peladen tidak siap dalam satu menit. Lihat pesan di atas.")

    def _greet(self, port: int, password: str, seconds: float) -> None:
        lines = ["", f"SINOVIK siap di http://localhost:{port}/ (dalam {seconds:.1f} detik)", ""]
        accounts = _accounts()
        if accounts:
            width = max(len(account["role"]) for account in accounts)
            address = max(len(account["email"]) for account in accounts)
            lines += ["Akun contoh (kata sandi sama untuk semua):"]
            lines += [
                f"  {a['role']:<{width}}  {a['email']:<{address}}  {a.get('note', '')}".rstrip()
                for a in accounts
            ]
            lines += ["", f"Kata sandi: {password}"]
            lines += ["Bila diminta kode: halaman masuk menampilkannya, hanya di dunia contoh ini."]
        lines += [f"Masuk di http://localhost:{port}/akun/masuk/", "Tekan Ctrl-C untuk berhenti."]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def web_command(port: int) -> list[str]:
    """Tell how the web server is started; why this one: docs/adr/0003."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "sinovik.wsgi:application",
        "--host", HOST, "--port", str(port), "--workers", "2", "--blocking-threads", "512",
        "--backlog", "4096", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "5",
        "--log-level", "error",  # its warning of 512 threads: they are meant (ADR 64)
    ]  # fmt: skip


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _accounts() -> list[dict[str, str]]:
    path = settings.VAR_DIR / "demo-accounts.json"
    if not path.exists():
        return []
    accounts: list[dict[str, str]] = json.loads(path.read_text())
    return accounts


def _static_digest() -> str:
    """Digest names, sizes and times of the sources, and the pinned packages that bring more."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for directory in settings.STATICFILES_DIRS:
        for path in sorted(Path(directory).rglob("*")):
            seen = path.stat()
            digest.update(f"{path} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()
