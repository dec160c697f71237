"""What requirements.txt pins, and what the installed packages say of themselves."""

import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN_LOCK = ROOT / "requirements.txt"
VENDOR_TABLE = ROOT / "static" / "vendor" / "VENDOR.md"
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^ ;\\]+)(?P<rest>.*)$")
CLASSIFIER = "License :: OSI Approved :: "


@dataclass(frozen=True)
class Package:
    """One delivered package; `licence` is empty where it isn't installed on this system."""

    name: str
    version: str
    licence: str = ""


def plain(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(lock: Path = RUN_LOCK) -> list[Package]:
    """Every package of a lock file, in its order."""
    rows = (PIN.match(line) for line in lock.read_text().splitlines())
    return [Package(row["name"], row["version"]) for row in rows if row]


def delivered() -> list[Package]:
    """The same with their licences; those for other systems (markers) are left out."""
    return [
        Package(each.name, each.version, licence)
        for each in pinned()
        if (licence := licence_of(each.name))
    ]


def licence_of(name: str) -> str:
    """The licence that an installed package declares, "unknown" where it declares none.

    Its SPDX expression (PEP 639), else its classifiers, else the first line of the old field.
    """
    try:
        facts = distribution(name).metadata
    except PackageNotFoundError:
        return ""
    if expression := facts.get_all("License-Expression"):
        return str(expression[0])
    classifiers = [
        text.removeprefix(CLASSIFIER)
        for text in facts.get_all("Classifier") or []
        if text.startswith(CLASSIFIER)
    ]
    if classifiers:
        return " OR ".join(sorted(classifiers))
    first = "".join(facts.get_all("License") or []).strip().splitlines()
    return first[0][:60] if first else "unknown"


def vendored(table: Path = VENDOR_TABLE) -> list[dict[str, str]]:
    """The rows of static/vendor/VENDOR.md: file, package, version, licence, sha256."""
    rows = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in table.read_text().splitlines()
        if line.startswith("| ") and "sha256" not in line
    ]
    return [
        {
            "file": file,
            "package": package,
            "version": version,
            "licence": licence.split(" (")[0],
            "sha256": digest.strip("`"),
        }
        for file, package, version, licence, _done, digest in rows
    ]
