"""Cleaning in a child process that has little time, little memory and nothing else."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from sinovik.cleaning.faults import Fault
from sinovik.files.kinds import FileKind
from sinovik.files.refusals import refusal
from sinovik.files.room import has_room
from sinovik.files.staging import stage_directory
from sinovik.files.storage import StorageFailed

PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv.pop(1));"
    "from sinovik.cleaning.__main__ import main; main()"
)
# Children are heavy; more of them at once would only make each slower.
PLACES = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Cleaned:
    """A file that is safe to keep. The caller removes `path` when done with it."""

    path: Path
    kind: FileKind
    size: int
    sha256: str
    pages: int | None
    was_changed: bool


def clean(path: Path, kind: FileKind) -> Cleaned:
    """Write a copy without programs, metadata and hidden parts; `path` itself is not changed.

    Raises FileRefused where that isn't possible, the child died, or it took too long;
    StorageFailed where the disk is full, which is no fault of the file: ask again later.
    """
    if not has_room():
        raise StorageFailed
    if not PLACES.acquire(timeout=settings.CLEANING_SECONDS):
        raise refusal(Fault.BUSY)
    try:
        with tempfile.TemporaryDirectory(dir=stage_directory("cleaning")) as directory:
            room = Path(directory)
            answer = _run(path.resolve(), kind, room)
            if fault := answer.get("fault"):
                raise refusal(Fault(fault))
            return _finished(room / "target", kind, answer)
    finally:
        PLACES.release()


def _run(source: Path, kind: FileKind, room: Path) -> dict[str, Any]:
    outcome = room / "outcome.json"
    seconds = settings.CLEANING_SECONDS
    command = [
        *[sys.executable, "-I", "-c", PROGRAM, str(settings.BASE_DIR), kind.value],
        *[str(source), str(room / "target"), str(outcome), str(seconds)],
    ]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, no name from outside
            command,
            cwd=room,
            env={"LANG": "C.UTF-8", "TMPDIR": str(room)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refusal(Fault.TOO_HARD) from error
    if done.returncode or not outcome.exists():
        raise refusal(Fault.TOO_HARD)
    answer: dict[str, Any] = json.loads(outcome.read_text())
    return answer


def _finished(made: Path, kind: FileKind, answer: dict[str, Any]) -> Cleaned:
    digest = hashlib.sha256()
    with made.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    size = made.stat().st_size
    handle, name = tempfile.mkstemp(dir=stage_directory("cleaned"), suffix=f".{kind.extension}")
    os.close(handle)
    made.replace(name)
    return Cleaned(
        path=Path(name),
        kind=kind,
        size=size,
        sha256=digest.hexdigest(),
        pages=answer["pages"],
        was_changed=answer["was_changed"],
    )
