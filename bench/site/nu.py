"""The Nu HTML checker (vnu.jar of npm's vnu-jar, by Java, offline) over the pages of a walk."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JAR = ROOT / "frontend" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
AT_ONCE = 1000


def missing() -> str:
    """What is needed and not there; empty if nothing."""
    if not shutil.which("java"):
        return "java is not installed"
    if not JAR.exists():
        return "the checker is not installed: (cd frontend && npm ci)"
    return ""


def html_faults(bodies: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Address and message of each error and warning; none is suppressed."""
    addresses = list(bodies)
    for start in range(0, len(addresses), AT_ONCE):
        some = addresses[start : start + AT_ONCE]
        with tempfile.TemporaryDirectory(prefix="sinovik-nu-") as name:
            folder = Path(name)
            for number, address in enumerate(some):
                (folder / f"{number}.html").write_bytes(bodies[address])
            for message in _messages(folder):
                number = int(Path(message["url"]).stem)
                text = f"{message['message']} | {message.get('extract', '')!r}"
                yield some[number], text


def _messages(folder: Path) -> list[dict[str, str]]:
    command = ["java", "-Xss4m", "-jar", str(JAR), "--format", "json", "--exit-zero-always"]
    done = subprocess.run(
        [*command, "--stdout", str(folder)], capture_output=True, text=True, check=True
    )
    found: list[dict[str, str]] = json.loads(done.stdout)["messages"]
    return found
