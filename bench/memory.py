"""How much memory a running site takes: the share of each process, pages held together divided."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

KINDS = (
    ("procrastinate", "job worker"),
    ("sinovik.apart", "heavy job"),
    ("granian", "web worker"),
    ("postgres", "PostgreSQL"),
)
"""By a word of the command line, granian with the one that starts the workers; the rest start and
watch them."""
OTHER = "starters"


def told(root: int) -> list[str]:
    """A table of `root`, of all it started and of the database beside it, in MB; Linux alone."""
    sizes: Counter[str] = Counter()
    most: Counter[str] = Counter()
    for pid in _family(root):
        # A process may end meanwhile; another account's can't be looked into.
        with suppress(OSError):
            kind, size = _kind(pid), _share(pid)
            sizes[kind] += size
            most[kind] = max(most[kind], size)
    rows = [f"| {kind} | {most[kind]} | {size} |" for kind, size in sorted(sizes.items())]
    head = ["| memory | largest, MB | together, MB |", "| --- | ---: | ---: |"]
    return [*head, *rows, f"| all | | {sizes.total()} |"]


def _family(root: int) -> Iterator[int]:
    parents = {int(one.name): _parent(one) for one in Path("/proc").iterdir() if one.name.isdigit()}
    # The server of the database is a daemon: it belongs to the site by the directory it names.
    place = _environment(root).get("SINOVIK_VAR", "")
    wanted = {root} | {pid for pid in parents if place and f"{place}/postgres" in _command(pid)}
    while more := {pid for pid, parent in parents.items() if parent in wanted} - wanted:
        wanted |= more
    yield from wanted


def _parent(place: Path) -> int:
    with suppress(OSError):
        return int((place / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def _environment(pid: int) -> dict[str, str]:
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def _kind(pid: int) -> str:
    command = _command(pid)
    return next((kind for word, kind in KINDS if word in command), OTHER)


def _share(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.partition("Pss:")[2].split()[0]) // 1024
