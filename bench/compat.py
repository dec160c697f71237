"""Old code on the new schema: what runs between a migration and the switch of a release.

    python -m bench.compat [--commit REVISION] [--broken]

Without a revision the old code is the commit before the newest migration. Its tree is checked out
beside this one, its web server runs over a database that this code has migrated, and people walk
through it: public pages, sign in, draft, send, submit, receipt. With --broken a column that the old
code needs is renamed first; then the walk must fail (the control).
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.faults.__main__ import MANAGE, free_ports
from bench.places import own_directory
from bench.site.visiting import Visitor

ROOT = Path(__file__).parents[1]
PUBLIC = (
    "/",
    "/inovasi/",
    "/instansi/",
    "/kompetisi/",
    "/statistik/",
    "/bantuan/",
    "/api/v1/openapi.json",
)
PASSWORD = "kunci-panjang-untuk-uji"
VERSION = re.compile(r'name="version" value="(\d+)"')
BREAK = "ALTER TABLE innovations_innovation RENAME COLUMN edit_number TO edits"
READY_WITHIN = 90.0


def main() -> int:
    """Walk; 0 where the old code served everybody, with --broken where it did not."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--commit", default="")
    parser.add_argument("--broken", action="store_true")
    options = parser.parse_args()
    revision = options.commit or f"{_git('log', '-1', '--format=%h', '--', '*/migrations/*.py')}^"
    with own_directory("compat", "var") as directory:
        try:
            _git("worktree", "add", "--detach", str(directory / "old"), revision)
            faults = _walk(directory / "old", is_broken=options.broken)
        finally:
            _git("worktree", "remove", "--force", str(directory / "old"))
    at = _git("log", "-1", "--format=%h of %cd", "--date=iso", revision)
    print("\n".join(faults) or f"The code of {at} serves everybody on the schema of now.")
    return int(bool(faults) != options.broken)


def _walk(old: Path, *, is_broken: bool) -> list[str]:
    subprocess.run([sys.executable, str(MANAGE), "migrate", "-v0"], check=True)
    import django
    from django.conf import settings

    cluster = settings.EMBEDDED_CLUSTER
    assert cluster, "this wants a database of its own"
    cluster.hold()
    django.setup()
    contest = _people()
    if is_broken:
        import psycopg

        with psycopg.connect(cluster.dsn(), autocommit=True) as line:
            line.execute(BREAK)
    port = free_ports()[0]
    try:
        with _served(old, port):
            return _visit(f"http://127.0.0.1:{port}", contest)
    finally:
        cluster.release()


def _people() -> Any:
    # By name: the checker of types does not go into the tests.
    contest = import_module("tests.factories").make_contest.__wrapped__(entries=1)
    for person in (contest.team.innovator, contest.team.admin):
        person.set_password(PASSWORD)
        person.save()
    return contest


@contextmanager
def _served(old: Path, port: int) -> Iterator[None]:
    from sinovik.management.commands.demo import web_command

    env = os.environ | {"SITE_ADDRESS": f"http://127.0.0.1:{port}"}
    where = [sys.executable, "-c", "import sinovik; print(sinovik.__file__)"]
    found = subprocess.run(where, cwd=old, env=env, check=True, capture_output=True, text=True)
    assert found.stdout.startswith(str(old)), f"not the old code: {found.stdout}"
    with (old.parent / "site.log").open("wb") as log:
        child = subprocess.Popen(web_command(port), cwd=old, env=env, stdout=log, stderr=log)
        try:
            yield
        finally:
            child.terminate()
            child.wait(30)


def _visit(base: str, contest: Any) -> list[str]:
    """What went wrong, page by page."""
    _wait_until_alive(base)
    stranger = Visitor(base)
    faults = [
        f"{path}: {status}"
        for path in ("/readyz", *PUBLIC)
        if (status := stranger.get(path).status) != 200
    ]
    try:
        _submit(base, contest)
    except AssertionError as fault:
        faults.append(str(fault))
    return faults


def _wait_until_alive(base: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            if Visitor(base).get("/livez").status == 200:
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def _submit(base: str, contest: Any) -> None:
    (entry,) = contest.entries
    work = f"/kerja/peserta/{entry.pk}/"
    section = f"{work}bagian/background/"
    writer = Visitor(base)
    writer.sign_in(contest.team.innovator.email, PASSWORD)
    page = writer.get(section).body.decode()
    version = VERSION.search(page)
    assert version, f"no form at {section}"
    _done(writer.send(section, {"text": "Ditulis oleh kode lama.", "version": version[1]}), section)
    assert "Ditulis oleh kode lama." in writer.get(section).body.decode(), "the text is not kept"
    _done(writer.send(f"{work}kirim/", {}, form_at=section), f"{work}kirim/")
    head = Visitor(base)
    head.sign_in(contest.team.admin.email, PASSWORD)
    _done(head.send(f"{work}ajukan/", {}), f"{work}ajukan/")
    assert head.get(f"{work}tanda-terima/").status == 200, "no receipt"


def _done(answer: Any, where: str) -> None:
    assert answer.status in (302, 303), f"{where}: {answer.status}"


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
