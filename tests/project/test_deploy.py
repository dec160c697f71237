"""A deploy loses no request (T24), nginx as configured speaks TLS 1.2 and 1.3 alone."""

import contextlib
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import CommandError, call_command, get_commands
from django.db import connection

from bench.front import IS_THERE, Front
from bench.places import free_port
from competitions.actions.extensions import confirm_extension
from sinovik.api.gate import MOST
from sinovik.audit import clock
from sinovik.home.queue import STARTED
from tests import factories
from tests.chromium import REQUIRED
from tests.factories import REGISTRATION
from tests.rules.test_extensions import propose

ROOT = Path(__file__).parents[2]
HOST = "sinovik.contoh"
needs_nginx = pytest.mark.skipif(not IS_THERE and not REQUIRED, reason="no nginx")


class Machine(Front):
    """nginx before web servers on two ports, with a certificate of its own."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, free_port())

    def begin(self, first: int) -> None:
        _certificate(self.home)
        self.start(first, free_port())

    def serve(self, port: int) -> str:
        """The shell command that starts a web server there."""
        log = self.home / f"{port}.log"
        return (
            f"nohup {sys.executable} -m granian --interface wsgi sinovik.wsgi:application "
            f"--host 127.0.0.1 --port {port} --workers 1 --blocking-threads 2 --no-ws "
            f">{log} 2>&1 & echo $! >{self.home}/{port}.pid"
        )

    def end(self, port: int) -> str:
        """The shell command that stops it, requests under way finished."""
        pid = f"$(cat {self.home}/{port}.pid)"
        return f"kill -TERM {pid}; while kill -0 {pid} 2>/dev/null; do sleep 0.1; done"

    def line(self, **versions: ssl.TLSVersion) -> http.client.HTTPSConnection:
        # The certificate is made a moment ago and by nobody.
        context = ssl._create_unverified_context()  # noqa: S323
        for name, version in versions.items():
            setattr(context, name, version)
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=20)

    def ask(self, path: str, **versions: ssl.TLSVersion) -> int:
        line = self.line(**versions)
        try:
            line.request("GET", path, headers={"Host": HOST})
            return line.getresponse().status
        finally:
            line.close()

    def stop(self) -> None:
        for pid in self.home.glob("[0-9]*.pid"):
            with contextlib.suppress(psutil.NoSuchProcess):
                supervisor = psutil.Process(int(pid.read_text()))
                # Its worker would go on without it, after the tests.
                for process in (supervisor, *supervisor.children()):
                    process.kill()
        super().stop()


def _certificate(home: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (home / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (home / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    found = Machine(tmp_path)
    # nginx's processes run as nobody where root starts them, and must reach the folder.
    for folder in [tmp_path, *tmp_path.parents][:4]:
        if folder.stat().st_uid == os.getuid() and folder != Path("/tmp"):  # noqa: S108
            folder.chmod(0o755)
    yield found
    found.stop()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    known = connection.settings_dict
    settings = tmp_path / "sinovik.env"
    settings.write_text(f'ALLOWED_HOSTS="{HOST},www.{HOST}"\n')
    # The settings of production: they alone refuse hosts that are not theirs.
    return os.environ | {
        "SINOVIK_ENV": "production",
        "DJANGO_SETTINGS_MODULE": "sinovik.settings",
        "SINOVIK_VAR": str(tmp_path / "var"),
        "SECRET_KEY": "of-a-test-" + "0123456789abcdef" * 4,
        "ALLOWED_HOSTS": HOST,
        "SITE_ADDRESS": f"https://{HOST}",
        "EMAIL_URL": "smtp://mail.invalid:25",
        "SINOVIK_RECEIPT_KEY": "b25seS1mb3ItdGhlLWRlcGxveW1lbnQtY2hlY2stMDE=",
        "SINOVIK_TRUSTED_PROXIES": "1",
        "DATABASE_URL": (
            f"postgresql://{known['USER']}@{quote(known['HOST'], safe='')}/{known['NAME']}"
        ),
        "SETTINGS": str(settings),
    }


def answers(machine: Machine, done: Event, found: list[int | str]) -> None:
    while not done.is_set():
        try:
            found.append(machine.ask("/livez"))
        except (OSError, http.client.HTTPException) as broken:
            found.append(type(broken).__name__)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nothing listens on {port}")


@needs_nginx
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_switching_servers_under_load_loses_no_request(
    machine: Machine, environment: dict[str, str]
) -> None:
    old, new = free_port(), free_port()
    subprocess.run(["sh", "-c", machine.serve(old)], env=environment, cwd=ROOT, check=True)
    machine.begin(old)
    wait_for(old)
    wait_for(machine.port)
    assert machine.ask("/livez") == 200
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        assert machine.ask("/livez", minimum_version=version, maximum_version=version) == 200
    with pytest.raises(ssl.SSLError), pytest.warns(DeprecationWarning, match="TLSv1"):
        machine.ask(
            "/livez",
            minimum_version=ssl.TLSVersion.TLSv1,
            maximum_version=ssl.TLSVersion.TLSv1_1,
        )
    assert machine.ask("/.git/config") == 404

    done, found = Event(), []  # type: tuple[Event, list[int | str]]
    readers = [Thread(target=answers, args=(machine, done, found)) for _ in range(3)]
    for reader in readers:
        reader.start()
    reload = " ".join([*machine.command, "-s", "reload"])
    hooks = {
        "UPSTREAM": str(machine.upstream),
        "START": machine.serve(new),
        "STOP": machine.end(old),
        "RELOAD": reload,
        # nginx takes its time where the machine is busy.
        "DRAIN_SECONDS": "4",
    }
    script = [str(ROOT / "deploy" / "switch.sh"), str(new), str(old)]
    subprocess.run(script, env=environment | hooks, cwd=ROOT, check=True, timeout=120)
    time.sleep(0.5)
    done.set()
    for reader in readers:
        reader.join()
    assert len(found) > 20
    assert set(found) == {200}

    # Control: who stops the old server and leads nobody to the new one is noticed.
    subprocess.run(["sh", "-c", machine.end(new)], check=True)
    assert machine.ask("/livez") == 502


class Told(BaseHTTPRequestHandler):
    """Answers with what the proxy said of the request's arrival."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.headers.get("X-Request-Start", "").encode())

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def telling(machine: Machine) -> Iterator[Machine]:
    """A machine whose web server answers with what the proxy told it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    Thread(target=server.serve_forever, daemon=True).start()
    machine.begin(server.server_port)
    wait_for(machine.port)
    yield machine
    server.shutdown()
    server.server_close()


@needs_nginx
def test_proxy_itself_refuses_who_floods_the_api_and_nobody_elsewhere(telling: Machine) -> None:
    line = telling.line()
    seen: dict[str, list[int]] = {"/api/v1/innovations": [], "/pemenang/": []}
    for path, statuses in seen.items():
        for _number in range(MOST + 40):
            line.request("GET", path)
            answer = line.getresponse()
            body = answer.read()
            statuses.append(answer.status)
            if answer.status == 429:
                told = json.loads(body)
                assert told["title"] == "too_many_requests"
                assert f" {MOST} " in told["detail"]
                assert answer.headers["Retry-After"] == "60"
                assert answer.headers["Content-Type"] == "application/problem+json"
    line.close()
    # What one may ask within a minute passes at once; then what time has given back meanwhile.
    assert set(seen["/api/v1/innovations"][:MOST]) == {200}
    assert 429 in seen["/api/v1/innovations"]
    assert set(seen["/pemenang/"]) == {200}


@needs_nginx
def test_what_the_proxy_itself_answers_has_a_page_and_the_headers(machine: Machine) -> None:
    machine.begin(free_port())  # Nothing listens there.
    wait_for(machine.port)
    statuses = {}
    for path, body in {"/": b"", "/.git/config": b"", "/kerja/": b"x" * 13_000_000}.items():
        line = machine.line()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
            line.request("POST" if body else "GET", path, body or None)
        answer = line.getresponse()
        statuses[path] = answer.status
        text = answer.read().decode()
        assert "coba lagi" in text, path
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "includeSubDomains" in answer.headers["Strict-Transport-Security"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        line.close()
    assert statuses == {"/": 502, "/.git/config": 404, "/kerja/": 413}


@needs_nginx
def test_line_of_the_proxy_keeps_no_key_and_no_query(telling: Machine) -> None:
    secrets = ["/akun/sandi/baru/1a-rahasia/", "/en/surel/berhenti/rahasia/", "/undangan/rahasia/"]
    for path in [*secrets, "/inovasi/?q=rahasia", "/pemenang/2019/"]:
        line = telling.line()
        line.request("GET", path)
        line.getresponse().read()
        line.close()
    deadline = time.monotonic() + 10
    log = telling.home / "access.log"
    while len(lines := log.read_text().splitlines()) < 5 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "rahasia" not in "".join(lines)
    assert [json.loads(one)["path"] for one in lines] == [
        "/akun/sandi/baru/-",
        "/en/surel/berhenti/-",
        "/undangan/-",
        "/inovasi/",
        "/pemenang/2019/",
    ]


@needs_nginx
def test_proxy_dates_a_request_and_overwrites_what_a_stranger_says(telling: Machine) -> None:
    for path in ("/kerja/peserta/1/ajukan/", "/en/kerja/", "/pemenang/"):
        line = telling.line()
        line.request("GET", path, headers={"X-Request-Start": "t=1.000"})
        started = STARTED.fullmatch(line.getresponse().read().decode())
        assert started, path
        assert abs(time.time() - float(started[1])) < 10
        line.close()


@needs_nginx
@pytest.mark.django_db(transaction=True)
def test_new_server_that_never_is_ready_leaves_the_old_one_serving(
    machine: Machine, environment: dict[str, str]
) -> None:
    machine.upstream.write_text("server 127.0.0.1:1 max_fails=0;\n")
    hooks = {
        "UPSTREAM": str(machine.upstream),
        "START": "true",
        "GIVE_UP": f"touch {machine.home}/given-up",
        "STOP": f"touch {machine.home}/stopped",
        "RELOAD": "true",
        "READY_SECONDS": "1",
    }
    script = [str(ROOT / "deploy" / "switch.sh"), str(free_port()), "1"]
    done = subprocess.run(script, env=environment | hooks, capture_output=True, text=True)
    assert done.returncode == 1
    assert "goes on serving" in done.stderr
    assert (machine.home / "given-up").exists()
    assert not (machine.home / "stopped").exists()
    assert "127.0.0.1:1 " in machine.upstream.read_text()


@pytest.mark.django_db
def test_freeze_before_a_close_refuses_to_the_minute(capsys: pytest.CaptureFixture[str]) -> None:
    contest = factories.make_contest(REGISTRATION, entries=0)
    closes = contest.stage(REGISTRATION).closes_at
    with clock.at(closes - timedelta(hours=48, minutes=1)):
        call_command("freeze")
    with clock.at(closes - timedelta(hours=47)), pytest.raises(CommandError, match="ditutup"):
        call_command("freeze")
    with clock.at(closes + timedelta(seconds=1)):
        call_command("freeze")
    assert "Tidak ada penutupan" in capsys.readouterr().out


@pytest.mark.django_db
def test_freeze_knows_closes_that_were_moved(capsys: pytest.CaptureFixture[str]) -> None:
    contest = factories.make_contest(REGISTRATION, entries=1)
    closes = contest.stage(REGISTRATION).closes_at
    moved = timedelta(days=5)
    row = propose(contest, contest.entries[0].agency, moved)
    with clock.at(closes + moved - timedelta(hours=1)):
        call_command("freeze")
    confirm_extension(by=contest.head, extension=row)
    with (
        clock.at(closes + moved - timedelta(hours=1)),
        pytest.raises(CommandError, match="ditutup"),
    ):
        call_command("freeze")
    assert "Tidak ada penutupan" in capsys.readouterr().out


def parsed_by_shell(path: Path) -> dict[str, str]:
    """What deploy.sh has in its environment after reading the file."""
    script = 'set -eu; set -a; . "$1"; exec env -0'
    done = subprocess.run(
        ["env", "-i", "sh", "-c", script, "sh", str(path)], capture_output=True, check=True
    )
    return dict(line.split("=", 1) for line in done.stdout.decode().split("\0") if line)


def test_shell_reads_the_example_as_systemd_does(tmp_path: Path) -> None:
    example = ROOT / "deploy" / "sinovik.env.example"
    lines = re.findall(r"^([A-Z_]+)=(.*)$", example.read_text(), re.MULTILINE)
    # systemd takes the whole line, less the quotes around it.
    expected = {name: value.removeprefix('"').removesuffix('"') for name, value in lines}
    found = parsed_by_shell(example)
    assert {name: found.get(name) for name in expected} == expected
    assert expected["DEFAULT_FROM_EMAIL"].endswith(">")

    # Control: without quotes the shell takes < and > for files.
    careless = tmp_path / "sinovik.env"
    careless.write_text(example.read_text().replace('"', ""))
    with pytest.raises(subprocess.CalledProcessError):
        parsed_by_shell(careless)


def test_script_of_a_release_asks_for_no_variable_that_nobody_sets() -> None:
    script = (ROOT / "deploy" / "deploy.sh").read_text()
    used = set(re.findall(r"\$\{?([A-Z_]+)", script))
    given = set(re.findall(r"^\s*([A-Z_]+)=", script, re.MULTILINE))
    given |= parsed_by_shell(ROOT / "deploy" / "sinovik.env.example").keys()
    assert used - given == set()


def test_units_start_commands_that_exist_where_a_release_puts_them() -> None:
    linked = {"/opt/sinovik/current", "/opt/sinovik/next-%i"}
    units = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
    assert {unit.name for unit in units} == {
        "sinovik-archive.service",
        "sinovik-backup.service",
        "sinovik-web@.service",
        "sinovik-worker.service",
    }
    for unit in units:
        text = unit.read_text()
        folder = re.search(r"^WorkingDirectory=(\S+)$", text, re.MULTILINE)
        command = re.search(r"^ExecStart=(\S+?)/\.venv/bin/python (\S+) (\S+)", text, re.MULTILINE)
        assert folder, unit
        assert command, unit
        assert folder[1] == command[1], unit
        assert folder[1] in linked, unit
        if command[2] == "manage.py":
            assert command[3] in get_commands(), unit
