"""Hostile requests in bulk, each drawn from a seed; run by hand, prints what came back.

    .venv/bin/python -m bench.hostile --count 1000000 --seed 1

Every form, script address, search, list and API address of the site, as nine kinds of visitors,
is sent values of the tests' corpus, mixed, repeated, doubled and mangled, in right and wrong
content types and methods, with forged headers; one in twelve is sent by somebody whose page it
isn't, and one in twelve to an address that nobody wrote. Each request is undone. Exit code 1
where one was answered by a failure, by a page with a fault, by another agency's canary, or by a
refusal without a sentence. Each process has a database and a stream of draws of its own; the same
seed and number of processes send the same. Every 1,000 requests of a process a line is added to
`--progress`, so that a run that is killed has told its count; `--seconds` ends one earlier, and
says so.
"""

import argparse
import gc
import inspect
import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

MODULES = (
    "visits visits_after visits_articles visits_design visits_hearing visits_objections"
    " visits_plenary visits_replication visits_tables"
).split()
STEP = 1_000
"""Requests between two lines of progress."""


@dataclass
class Share:
    """What one process is to send, and where it tells of it."""

    seed: int
    number: int
    database: str
    count: int
    seconds: float
    progress: Path


@dataclass
class Outcome:
    """What became of a share."""

    sent: int = 0
    wrong: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    cpu: float = 0.0


def world() -> tuple[list[Any], list[str]]:
    """Each target once of every page that the visits open, and the API's addresses."""
    from bench.hostile_requests import crowd_of
    from sinovik.home.addresses import all_addresses

    forms: Any = import_module("tests.journeys.test_hostile_forms")
    sample: Any = import_module("tests.project.test_url_policy").sample
    forms.plant_canary()
    modules = [import_module(f"tests.browser.{name}") for name in MODULES]
    visits = (one for module in modules for group in groups(module) for one in group())
    api = [sample(one) for one in all_addresses() if one.route.startswith("api/v1/")]
    return targets_of(crowd_of(forms.Attacker), visits), api


def targets_of(crowd: Any, visits: Iterable[Any]) -> list[Any]:
    """Each page of the visits, and each form and script address on it, once."""
    from bench.hostile_requests import Target
    from tests.hostile import forms_of

    ends_the_visit: Any = import_module("tests.journeys.test_hostile_forms").ends_the_visit
    targets: dict[tuple[Any, ...], Any] = {}

    def keep(user: int | None, method: str, path: str, fields: dict[str, list[str]]) -> None:
        key = (user, method, path, str(sorted(fields)))
        targets.setdefault(key, Target(user, method, path, fields))

    for visit in visits:
        who = visit.user and visit.user.pk
        crowd.be(who)
        keep(who, "get", visit.address, {})
        page = crowd.client.get(visit.address)
        if page.streaming or not page.get("Content-Type", "").startswith("text/html"):
            continue
        reader = forms_of(visit.address, page.content.decode())
        for method, address in sorted(reader.scripts):
            keep(who, method.lower(), address, {"text": [""]})
        for form in reader.forms:
            if not ends_the_visit(form):
                path = form.path if form.method == "get" else form.action
                keep(who, form.method, path, form.fields)
    return list(targets.values())


def groups(module: Any) -> list[Callable[[], Any]]:
    """The functions of a module of visits that need nothing to begin."""
    found = inspect.getmembers(module, inspect.isfunction)
    return [
        function
        for name, function in found
        if name.endswith("_visits")
        and function.__module__ == module.__name__
        and not inspect.signature(function).parameters
    ]


def send_share(share: Share, made: tuple[list[Any], list[str]], end: Any) -> None:
    """Be one process: send its requests, each undone, and tell of every fault at once."""
    set_up()
    from django.db import connection

    from bench.hostile_requests import Sender, crowd_of

    connection.settings_dict["NAME"] = share.database
    crowd = crowd_of(import_module("tests.journeys.test_hostile_forms").Attacker)
    end.send(_outcome(share, Sender(f"{share.seed}/{share.number}", crowd, *made)))


def _outcome(share: Share, sender: Any) -> Outcome:
    crowd = sender.attacker
    outcome = Outcome(statuses=sender.statuses, kinds=sender.kinds)
    # What is there by now stays: no need to look through it again.
    gc.freeze()
    began, parent, cpu = time.monotonic(), os.getppid(), time.process_time()
    while outcome.sent < share.count and time.monotonic() - began < share.seconds:
        if os.getppid() != parent:
            break
        sender.one()
        outcome.sent += 1
        for told in crowd.broken:
            print(f"SALAH {share.seed}/{share.number} ke-{outcome.sent}: {told[:2000]}", flush=True)
        outcome.wrong += len(crowd.broken)
        crowd.broken.clear()
        if outcome.sent % STEP == 0:
            _tell(share, outcome, began)
    outcome.slowest, outcome.cpu = sender.slowest, time.process_time() - cpu
    _tell(share, outcome, began)
    return outcome


def _tell(share: Share, outcome: Outcome, began: float) -> None:
    took = time.monotonic() - began
    line = {"seed": share.seed, "process": share.number, "count": outcome.sent,
            "wrong": outcome.wrong, "seconds": round(took)}  # fmt: skip
    with share.progress.open("a") as progress:
        progress.write(json.dumps(line) + "\n")
    speed = outcome.sent / max(took, 0.001)
    print(f"proses {share.number}: {outcome.sent} permintaan, {outcome.wrong} salah, "
          f"{speed:.0f} per detik", flush=True)  # fmt: skip


def run(given: argparse.Namespace) -> int:
    """Make the world once, copy it for each process, and let them send their shares."""
    given.progress.parent.mkdir(parents=True, exist_ok=True)
    with copies(given.processes) as share_out:
        made = world()
        print(f"{len(made[0])} sasaran halaman, {len(made[1])} alamat API", flush=True)
        each, rest = divmod(given.count, given.processes)
        shares = [
            Share(given.seed, number, name, each + (number < rest), given.seconds, given.progress)
            for number, name in enumerate(share_out())
        ]
        began = time.monotonic()
        outcomes = list(side_by_side(shares, made))
        return report(given, outcomes, time.monotonic() - began)


def side_by_side(shares: list[Share], made: tuple[list[Any], list[str]]) -> Iterator[Outcome]:
    """A process for each share; a new one, as libraries with threads stand still in a fork."""
    context = get_context("spawn")
    children = []
    for share in shares:
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=send_share, args=(share, made, theirs), daemon=True)
        child.start()
        theirs.close()
        children.append((child, ours))
    for child, ours in children:
        yield ours.recv()
        child.join()


def report(given: argparse.Namespace, outcomes: list[Outcome], took: float) -> int:
    """Print the sum of all processes; the exit code."""
    sent, wrong = sum(one.sent for one in outcomes), sum(one.wrong for one in outcomes)
    for what, counts in (
        ("jenis", [one.kinds for one in outcomes]),
        ("jawaban", [one.statuses for one in outcomes]),
    ):
        summed = sorted(sum(counts, Counter[str]()).items())
        print(f"{what}:", ", ".join(f"{name} {n}" for name, n in summed))
    for cpu, what in sorted((it for one in outcomes for it in one.slowest), reverse=True)[:5]:
        print(f"terlama: {cpu * 1000:.0f} ms prosesor, {what}")
    short = "" if sent == given.count else f" (dari {given.count}; waktu habis)"
    print(
        f"{sent} permintaan{short}, benih {given.seed}, {wrong} salah, {took:.0f} detik, "
        f"{sent / took:.0f} per detik dalam {given.processes} proses, "
        f"{sum(one.cpu for one in outcomes) / max(sent, 1) * 1000:.1f} ms prosesor tiap satu"
    )
    return 1 if wrong else 0


@contextmanager
def copies(processes: int) -> Iterator[Callable[[], list[str]]]:
    """Be in a copy of the test database; called inside, copy what it has become for each process.

    Copies of a run that was killed go; those of this one go when it ends.
    """
    from django.db import connection

    from sinovik.management.databases import as_owner

    base = connection.settings_dict["NAME"]
    names = [f"{base}_{number}" for number in range(processes)]

    def make(template: str, *copied: str, is_end: bool = False) -> None:
        with as_owner(), connection._nodb_cursor() as cursor:
            for name in copied:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
                if not is_end:
                    cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def share() -> list[str]:
        make(f"{base}_world", *names)
        return names

    make(base, f"{base}_world")
    connection.settings_dict["NAME"] = f"{base}_world"
    try:
        yield share
    finally:
        connection.settings_dict["NAME"] = base
        make(base, f"{base}_world", *names, is_end=True)


def set_up() -> None:
    """Django with the tests' settings, and visitors who may ask as much as they like."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.contrib.auth.signals import user_logged_in
    from django.template import Template
    from django.test.utils import setup_test_environment

    django.setup()
    from sinovik.api import gate
    from sinovik.web import sessions
    from tests.proving import prove

    drawn: Any = Template
    plain = drawn._render
    setup_test_environment()
    # Nobody asks here which templates were drawn, and noting it is dear.
    drawn._render = plain
    # Nobody asks that much, or stays that long.
    gate.MOST = sessions.PAUSE = 1_000_000_000
    settings = import_module("django.conf").settings
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = gate.MOST
    settings.SESSION_IDLE_AGE = settings.SESSION_COOKIE_AGE = 30 * 24 * 3600
    user_logged_in.connect(prove)
    logging.disable(logging.CRITICAL)
    gc.set_threshold(20_000, 20, 50)


def main() -> int:
    """On a test database: a throwaway cluster, or that of SINOVIK_TEST_DATABASE_URL, kept."""
    parser = argparse.ArgumentParser(description="Hostile requests in bulk")
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--progress", type=Path, default=Path("var/hostile.jsonl"))
    given = parser.parse_args()
    set_up()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_databases

    from sinovik.management.databases import as_owner
    from sinovik.postgres.roles import make_role

    cluster = settings.EMBEDDED_CLUSTER
    if cluster:
        cluster.hold()
    try:
        # Made by the owner, as for the tests; asked with the rights of the web role.
        with as_owner():
            with connection._nodb_cursor() as cursor:
                make_role(cursor, settings.DATABASE_WEB_ROLE)
            setup_databases(
                verbosity=0, interactive=False, keepdb=not cluster, serialized_aliases=set()
            )
        return run(given)
    finally:
        if cluster:
            cluster.release()
            cluster.stop()


if __name__ == "__main__":
    sys.exit(main())
