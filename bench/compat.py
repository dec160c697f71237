"""Old code on the new schema: what runs between a migration and the switch of a release.

    python -m bench.compat [--commit REVISION] [--broken] [--during] [--writers 6] [--seconds 60]

Without a revision the old code is the commit before the newest migration. Its tree is checked out
beside this one, its web server runs over a database that this code has migrated, and people walk
through it: public pages, sign in, draft, send, submit, receipt. Then several write, send and submit
at once, and what was acknowledged is looked up. The short form, with two of them, is
`tests/project/test_compat.py`. With --broken a column that the old
code needs is renamed first; then the walk must fail (the control).

With --during the old code makes the database too, and the newer migrations run, as deploy.sh runs
them, while people of the old code write.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from bench.places import MANAGE, free_port, own_directory
from bench.site.visiting import Visitor

if TYPE_CHECKING:
    from bench.faults.writers import Account

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
LIMITS = "-c lock_timeout=5s -c statement_timeout=15min"
"""As deploy/deploy.sh gives them to a migration."""
PEOPLE = """
import dataclasses, importlib.util, json, sys, django
django.setup()
spec = importlib.util.spec_from_file_location("people", sys.argv[1])
people = importlib.util.module_from_spec(spec)
spec.loader.exec_module(people)
print(json.dumps([dataclasses.asdict(one) for one in people.accounts(int(sys.argv[2]))]))
"""
"""Run by the old code, whose rows they are to be; this code says who they are."""


def main() -> int:
    """Walk; 0 where the old code served everybody, with --broken where it did not."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--commit", default="")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--broken", action="store_true")
    kinds.add_argument("--during", action="store_true", help="write while the migrations run")
    parser.add_argument("--writers", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long they write at once")
    options = parser.parse_args()
    revision = options.commit or before_newest_migration()
    with own_directory("compat", "var") as directory, old_tree(directory / "old", revision) as old:
        on_own_server = _during if options.during else _on_own_server
        faults = on_own_server(old, options)
    at = git("log", "-1", "--format=%h of %cd", "--date=iso", revision)
    print("\n".join(faults) or f"The code of {at} serves everybody on the schema of now.")
    return int(bool(faults) != options.broken)


def before_newest_migration() -> str:
    """The commit whose code does not know the newest migration."""
    return f"{git('log', '-1', '--format=%h', '--', '*/migrations/*.py')}^"


@contextmanager
def old_tree(place: Path, revision: str) -> Iterator[Path]:
    """The code of a revision, in a directory of its own."""
    try:
        git("worktree", "add", "--detach", str(place), revision)
        yield place
    finally:
        git("worktree", "remove", "--force", str(place))


def _on_own_server(old: Path, options: argparse.Namespace) -> list[str]:
    subprocess.run([sys.executable, str(MANAGE), "migrate", "-v0"], check=True)
    import django
    from django.conf import settings

    from bench.faults.promises import accounts

    cluster = settings.EMBEDDED_CLUSTER
    assert cluster, "this wants a database of its own"
    cluster.hold()
    django.setup()
    people, writers = signed_up(), accounts(options.writers)
    if options.broken:
        with psycopg.connect(cluster.dsn(), autocommit=True) as line:
            line.execute(BREAK)
    try:
        with served(old, {}) as port:
            faults = visit(f"http://127.0.0.1:{port}", people)
            if options.broken:
                return faults
            return faults + written(writers, port, options.seconds, cluster.dsn())
    finally:
        cluster.release()


def _during(old: Path, options: argparse.Namespace) -> list[str]:
    """The old code's database and people; the migrations run when they have begun to write."""
    import django
    from django.conf import settings

    django.setup()
    cluster = settings.EMBEDDED_CLUSTER
    assert cluster, "this wants a database of its own"
    cluster.hold()
    run = partial(subprocess.run, cwd=old, check=True, stdout=subprocess.PIPE, text=True)
    try:
        run([sys.executable, "manage.py", "migrate", "-v0"])
        who = str(ROOT / "bench" / "faults" / "promises.py")
        made = run([sys.executable, "-c", PEOPLE, who, str(options.writers)])
        from bench.faults.writers import Account

        people = [Account(**one) for one in json.loads(made.stdout.splitlines()[-1])]
        with served(old, {}) as port:
            _wait_until_alive(f"http://127.0.0.1:{port}")
            later = threading.Timer(options.seconds / 3, _migrate)
            later.start()
            try:
                return written(people, port, options.seconds, cluster.dsn()) + _left(cluster.dsn())
            finally:
                later.join()
    finally:
        cluster.release()


def _migrate() -> None:
    began = time.monotonic()
    env = os.environ | {"PGOPTIONS": LIMITS}
    done = subprocess.run(
        [sys.executable, str(MANAGE), "migrate", "--no-input"],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = re.findall(r"Applying (\S+?)\.\.\.", done.stdout)
    print(f"{', '.join(names) or done.stderr[-400:]}: {time.monotonic() - began:.1f} s")


def _left(dsn: str) -> list[str]:
    """Migrations of this code that did not go through."""
    with psycopg.connect(dsn) as line:
        rows = line.execute("SELECT app || '.' || name FROM django_migrations").fetchall()
    done = {name for (name,) in rows}
    files = git("ls-files", "*/migrations/0*.py").splitlines()
    wanted = {f"{Path(one).parts[-3]}.{Path(one).stem}" for one in files}
    return [f"{name} has not been applied" for name in sorted(wanted - done)]


def signed_up() -> Any:
    """A contest with a draft, whose innovator and admin have a password."""
    # By name: the checker of types does not go into the tests.
    contest = import_module("tests.factories").make_contest.__wrapped__(entries=1)
    from django.contrib.auth.hashers import Argon2PasswordHasher

    # As the site keeps it, whatever the tests do.
    hasher = Argon2PasswordHasher()
    for person in (contest.team.innovator, contest.team.admin):
        person.password = hasher.encode(PASSWORD, hasher.salt())
        person.save()
    return contest


@contextmanager
def served(old: Path, env: dict[str, str], *, workers: int = 2) -> Iterator[int]:
    """The web server of the old code; its port."""
    from sinovik.management.commands.demo import web_command

    port = free_port()
    env = os.environ | {"SITE_ADDRESS": f"http://127.0.0.1:{port}"} | env
    where = [sys.executable, "-c", "import sinovik; print(sinovik.__file__)"]
    found = subprocess.run(where, cwd=old, env=env, check=True, capture_output=True, text=True)
    assert found.stdout.startswith(str(old)), f"not the old code: {found.stdout}"
    command = web_command(port)
    command[command.index("--workers") + 1] = str(workers)
    with (old.parent / "site.log").open("wb") as log:
        child = subprocess.Popen(command, cwd=old, env=env, stdout=log, stderr=log)
        try:
            yield port
        finally:
            child.terminate()
            child.wait(30)


def written(people: "list[Account]", port: int, seconds: float, dsn: str) -> list[str]:
    """Let people write and submit at once; what they were promised and is not there."""
    from bench.faults.promises import compare
    from bench.faults.writers import Writer

    stop = threading.Event()
    writers = [Writer(one, port, saves=5, stop=stop) for one in people]
    for writer in writers:
        writer.start()
    stop.wait(seconds)
    stop.set()
    for writer in writers:
        writer.join(30)
    with psycopg.connect(dsn) as line:
        missing, doubled = compare({one.account.innovation: one.book for one in writers}, line)
    done = sum(one.count for one in writers)
    receipts = sum(len(one.book.receipts) for one in writers)
    wait = max(one.longest_wait for one in writers)
    print(
        f"{done} writes of {len(people)} people at once, {receipts} of them with a receipt;"
        f" the longest that one waited from one to the next: {wait:.1f} s."
    )
    idle = [f"entry {one.account.entry}: nothing acknowledged" for one in writers if not one.count]
    return missing + doubled + idle


def visit(base: str, contest: Any) -> list[str]:
    """What went wrong, page by page."""
    _wait_until_alive(base)
    with closing(Visitor(base)) as stranger:
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
            with closing(Visitor(base)) as visitor:
                if visitor.get("/livez").status == 200:
                    return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def _submit(base: str, contest: Any) -> None:
    (entry,) = contest.entries
    work = f"/kerja/peserta/{entry.pk}/"
    section = f"{work}bagian/background/"
    with closing(Visitor(base)) as writer:
        writer.sign_in(contest.team.innovator.email, PASSWORD)
        page = writer.get(section).body.decode()
        version = VERSION.search(page)
        assert version, f"no form at {section}"
        answer = writer.send(section, {"text": "Ditulis oleh kode lama.", "version": version[1]})
        _done(answer, section)
        page = writer.get(section).body.decode()
        assert "Ditulis oleh kode lama." in page, "the text is not kept"
        _done(writer.send(f"{work}kirim/", {}, form_at=section), f"{work}kirim/")
    with closing(Visitor(base)) as head:
        head.sign_in(contest.team.admin.email, PASSWORD)
        _done(head.send(f"{work}ajukan/", {}), f"{work}ajukan/")
        assert head.get(f"{work}tanda-terima/").status == 200, "no receipt"


def _done(answer: Any, where: str) -> None:
    assert answer.status in (302, 303), f"{where}: {answer.status}"


def git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
