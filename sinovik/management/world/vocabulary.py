"""Topics and sentences that simulated proposals are made of, read from TOML files."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Measure:
    """A measure of a topic: what, in which unit, between which values before and after."""

    label: str
    unit: str
    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True)
class Topic:
    """What a family of proposals is about. `kinds` are letters of agency types."""

    key: str
    category: str
    kinds: str
    agencies: tuple[str, ...]
    units: tuple[str, ...]
    service: str
    users: str
    goals: tuple[int, ...]
    lines: dict[str, tuple[str, ...]]
    measures: tuple[Measure, ...]
    names: tuple[tuple[str, str], ...]
    is_coastal: bool = False


@dataclass(frozen=True)
class Scene:
    """Where a proposal plays: names as they stand in sentences, and the years."""

    place: str
    short_place: str
    unit: str
    rule: str
    budget: str
    started_on: date
    last_year: int


@dataclass(frozen=True)
class Text:
    """One finished proposal."""

    title: str
    summary: str
    sections: dict[str, str]
    goals: tuple[int, ...]


def lines_of(text: str) -> tuple[str, ...]:
    """The items of a block: one a line, blanks dropped."""
    return tuple(line.strip() for line in text.strip().splitlines() if line.strip())


def load_topics() -> list[Topic]:
    """All topics, in the order of their files."""
    topics = []
    for path in sorted((HERE / "topics").glob("*.toml")):
        for key, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            topics.append(_topic(key, path.stem, table))
    return topics


def _topic(key: str, category: str, table: dict[str, object]) -> Topic:
    blocks = {name: lines_of(str(text)) for name, text in table.items() if _is_block(text)}
    return Topic(
        key=key,
        category=category,
        kinds=str(table["kinds"]),
        agencies=tuple(table.get("agencies", ())),  # type: ignore[arg-type]
        units=blocks["units"],
        service=str(table["service"]),
        users=str(table["users"]),
        goals=tuple(table["goals"]),  # type: ignore[arg-type]
        lines=blocks,
        measures=tuple(_measure(line) for line in blocks["metrics"]),
        names=tuple(_pair(line) for line in blocks["names"]),
        is_coastal=bool(table.get("is_coastal", False)),
    )


def _is_block(value: object) -> bool:
    return isinstance(value, str) and "\n" in value


def _pair(line: str) -> tuple[str, str]:
    name, _, expansion = line.partition("|")
    return name, expansion


def _measure(line: str) -> Measure:
    label, unit, before, after = line.split("|")
    return Measure(label, unit, _range(before), _range(after))


def _range(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    return int(low), int(high)


def load_phrases() -> dict[str, dict[str, tuple[str, ...]]]:
    """Sentences for every topic, by section and purpose."""
    tables = tomllib.loads((HERE / "phrases.toml").read_text(encoding="utf-8"))
    return {
        section: {purpose: lines_of(block) for purpose, block in blocks.items()}
        for section, blocks in tables.items()
    }


def load_coast() -> tuple[frozenset[str], tuple[str, ...]]:
    """Places by the sea: their names, and words with which other such names begin."""
    table = tomllib.loads((HERE / "places.toml").read_text(encoding="utf-8"))
    names = frozenset(name.strip() for name in table["coastal"].split(",") if name.strip())
    return names, tuple(table["words"])
