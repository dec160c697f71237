"""What was vendored is what was recorded, and carries no crown."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
PLACES = (STATIC / "vendor", ROOT / "tests" / "vendor")
ROW = re.compile(
    r"^\| (?P<file>\S+) \|.*\(\[text\]\((?P<licence>[^)]+)\)\).*`(?P<hash>[0-9a-f]{64})` \|$"
)


def recorded(place: Path) -> list[re.Match[str]]:
    lines = (place / "VENDOR.md").read_text().splitlines()
    return [found for line in lines if (found := ROW.match(line))]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.parent.name)
def test_every_vendored_file_is_recorded(place: Path) -> None:
    names = {found["file"] for found in recorded(place)}
    on_disk = {path.name for path in place.iterdir() if not path.name.startswith("LICENSE")}
    assert names == on_disk - {"VENDOR.md"}


@pytest.mark.parametrize(
    ("place", "found"), [(place, found) for place in PLACES for found in recorded(place)]
)
def test_vendored_file_matches_its_hash_and_has_its_licence(
    place: Path, found: re.Match[str]
) -> None:
    assert hashlib.sha256((place / found["file"]).read_bytes()).hexdigest() == found["hash"]
    assert (place / found["licence"]).stat().st_size > 500


@pytest.mark.parametrize("mark", ["GDS Transport", "govuk-crest", "crown"])
def test_static_files_carry_nothing_of_the_british_state(mark: str) -> None:
    texts = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js", ".svg"}]
    assert [path.name for path in texts if mark.lower() in path.read_text().lower()] == []


def test_lock_file_names_no_registry() -> None:
    lock = (ROOT / "frontend" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
