"""The gates of the supply chain are awake: each refuses what it is there to refuse."""

import json
import re
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bench.supply import audit, sbom
from bench.supply.licences import document
from bench.supply.packages import ROOT, delivered, pinned, plain, vendored

LOCKS = ["requirements.txt", "requirements-dev.txt"]
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
# Licences under which the whole may be delivered to every agency, source included.
FREE = re.compile(
    r"\b(MIT|MIT-0|MIT-CMU|BSD|0BSD|Apache|PSF|Python Software Foundation|MPL|Mozilla|ISC|Zlib|CC0"
    r"|OFL|LGPL|HPND|Unlicense)\b"
)


class Service(BaseHTTPRequestHandler):
    """Answers like OSV; `known` maps a package to the versions that have a hole."""

    known: dict[str, set[str]] = {}

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name, version = asked["package"]["name"], asked["version"]
        body = json.dumps(
            {"vulns": [{"id": "PYSEC-0", "details": "a hole", "affected": []}]}
            if version in self.known.get(name, set())
            else {}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    server.server_close()


@pytest.fixture
def small_lock(tmp_path: Path) -> Path:
    lock = tmp_path / "lock.txt"
    lock.write_text("segno==1.6.6\nnh3==0.3.2\n")
    return lock


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"urllib3": {"1.24.1"}}, 0),
        ({"urllib3": {"1.24.1"}, "nh3": {"0.3.2"}}, 1),
        # The canary passes: a service that knows nothing is no reason to be calm.
        ({}, 1),
    ],
    ids=["clean", "a hole in what is delivered", "asleep"],
)
def test_audit_is_green_only_with_the_canary_caught_and_no_hole(
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    small_lock: Path,
    known: dict[str, set[str]],
    code: int,
) -> None:
    monkeypatch.setattr(Service, "known", known)
    assert audit.main(["--lock", str(small_lock), "--osv-url", service]) == code


def test_audit_fails_when_nobody_answers(small_lock: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = f"http://127.0.0.1:{port}/v1/query"
    assert audit.main(["--lock", str(small_lock), "--osv-url", address]) == 1


@pytest.mark.parametrize("name", LOCKS)
def test_every_pinned_package_has_a_hash(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    pins = [number for number, line in enumerate(lines) if "==" in line and line[0] != " "]
    assert len(pins) > 50
    assert [lines[number] for number in pins if not HASH.match(lines[number + 1])] == []


def test_licences_document_is_fresh() -> None:
    assert (ROOT / "docs" / "licences.md").read_text() == document(), "run make lock"


def test_everything_delivered_is_free() -> None:
    named = [(each.name, each.licence) for each in delivered()]
    named += [(row["file"], row["licence"]) for row in vendored()]
    assert len(named) > 60
    assert [row for row in named if not FREE.search(row[1])] == []


def test_bill_of_materials_holds_what_is_delivered_and_nothing_else() -> None:
    bill = sbom.bill()
    names = {plain(component["name"]) for component in bill["components"]}
    assert {plain(each.name) for each in delivered()} <= names
    assert {plain(row["package"]) for row in vendored()} <= names
    assert names.isdisjoint({"pytest", "ruff", "playwright", "mypy"})
    assert bill["bomFormat"] == "CycloneDX"
    assert len(pinned()) >= len(delivered())
    text = json.dumps(bill)
    assert "pypi.org/simple" not in text
    assert str(ROOT) not in text
