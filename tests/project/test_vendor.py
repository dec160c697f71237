"""What was vendored is what was recorded, and carries no crown."""

import hashlib
import re
from pathlib import Path

import pytest

VENDOR = Path(__file__).parents[2] / "static" / "vendor"
STATIC = VENDOR.parent
ROW = re.compile(
    r"^\| (?P<file>\S+) \|.*\(\[text\]\((?P<licence>[^)]+)\)\).*`(?P<hash>[0-9a-f]{64})` \|$"
)


def recorded() -> list[re.Match[str]]:
    lines = (VENDOR / "VENDOR.md").read_text().splitlines()
    return [found for line in lines if (found := ROW.match(line))]


def test_every_vendored_file_is_recorded() -> None:
    names = {found["file"] for found in recorded()}
    on_disk = {path.name for path in VENDOR.iterdir() if not path.name.startswith("LICENSE")}
    assert names == on_disk - {"VENDOR.md"}


@pytest.mark.parametrize("found", recorded(), ids=lambda found: found["file"])
def test_vendored_file_matches_its_hash_and_has_its_licence(found: re.Match[str]) -> None:
    assert hashlib.sha256((VENDOR / found["file"]).read_bytes()).hexdigest() == found["hash"]
    assert (VENDOR / found["licence"]).stat().st_size > 500


@pytest.mark.parametrize("mark", ["GDS Transport", "govuk-crest", "crown"])
def test_static_files_carry_nothing_of_the_british_state(mark: str) -> None:
    texts = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js", ".svg"}]
    assert [path.name for path in texts if mark.lower() in path.read_text().lower()] == []


def test_lock_file_names_no_registry() -> None:
    lock = (STATIC.parent / "frontend" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
