"""A database of its own, the site over it, nginx before it: where a crowd meets the built."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg

from bench.faults.pair import MAJOR, reached
from bench.faults.site import Site, children_of
from bench.front import Front
from bench.places import free_ports
from sinovik.postgres import Server, programs_of
from sinovik.postgres.cluster import DATABASE, SETTINGS, SUPERUSER, WEB_ROLE

PROCESSORS = ("web", "PostgreSQL", "client", "nginx", "jobs")
PAST_TRIGGERS = "SET session_replication_role = replica"


@contextmanager
def placed(directory: Path, seed: Path) -> "Iterator[Place]":
    """A place that begins with a copy of a database's files, ended and forgotten afterwards."""
    # nginx and PostgreSQL run as accounts of their own.
    directory.chmod(0o755)
    place = Place(directory, free_ports())
    server = place.server
    shutil.copytree(seed, server.pgdata)
    server.trust()
    server.configure(**SETTINGS, fsync="on", synchronous_commit="on")
    server.own()
    try:
        server.start()
        yield place
    finally:
        server.forget()


class Place:
    """A server that keeps what it is told, and the address of the site over it."""

    def __init__(self, directory: Path, ports: tuple[int, int, int]) -> None:
        self.directory = directory
        self.port, self._behind, self._unused = ports
        self.server = Server(directory / "server" / "data", programs=programs_of(MAJOR))

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let Django of this process work on the server."""
        with reached(self.server):
            yield

    @contextmanager
    def site(self, settings: str = "sinovik.settings") -> Iterator[Site]:
        """nginx, web server and job worker, ready, ended afterwards."""
        socket = str(self.server.socket_dir).replace("/", "%2F")
        address = f"postgresql://{WEB_ROLE}@{socket}/{DATABASE}"
        site = Site(self.directory / "var", address, self._behind, settings=settings, proxies=1)
        self._site = site
        home = self.directory / "front"
        home.mkdir(exist_ok=True)
        front = self._front = Front(home, self.port, is_plain=True)
        try:
            site.wait_until_ready()
            front.start(self._behind, self._unused)
            yield site
        finally:
            front.stop()
            site.stop()

    def processors(self) -> dict[str, float]:
        """Seconds of a processor so far, of each kind of process with those it started."""
        site = self._site
        roots = {
            "web": site.web,
            "PostgreSQL": self.server.pid,
            "nginx": self._front.pid,
            "jobs": site.jobs,
        }
        return {name: used(pid) for name, pid in roots.items()}

    @contextmanager
    def line(self) -> Iterator[psycopg.Connection]:
        """Ask the database itself, past everything that is to be tried."""
        dsn = self.server.dsn(SUPERUSER, DATABASE)
        with psycopg.connect(dsn, autocommit=True) as line:
            yield line

    def close_at(self, stage: int, instant: datetime) -> None:
        """Move a stage's published close, which nobody but the owner of the tables can."""
        with self.line() as line:
            line.execute(PAST_TRIGGERS)
            line.execute(
                "UPDATE competitions_stage SET closes_at = %s WHERE id = %s", [instant, stage]
            )


def used(pid: int | None) -> float:
    """Seconds of a processor that a process and its children have used, ended ones too."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    ticks = sum(map(int, told.rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK") + sum(map(used, children_of(pid or 0)))
