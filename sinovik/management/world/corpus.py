"""Plausible proposals in Indonesian, drawn by seed from topics and sentences in TOML files.

Nothing here is true of the agency it is written for: every dossier made of it is marked as
simulated.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
RANGE = re.compile(r"<(\d+)-(\d+)>")
MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()
KEPT_UPPER = {"Kb": "KB", "Stnk": "STNK"}
MEASURABLE = (
    "biaya", "gejolak", "hasil", "harga", "indeks", "jarak", "kas ", "kematian", "keberhasilan",
    "ketepatan", "lama", "luas", "omzet", "pendapatan", "penghasilan", "prevalensi", "realisasi",
    "selisih", "waktu",
)  # fmt: skip
GOALS = {
    1: "pengentasan kemiskinan",
    2: "ketahanan pangan",
    3: "kesehatan yang merata",
    4: "pendidikan bermutu",
    5: "kesetaraan gender",
    6: "air bersih dan sanitasi",
    7: "energi bersih dan terjangkau",
    8: "pekerjaan yang layak",
    9: "infrastruktur dan inovasi",
    10: "berkurangnya kesenjangan",
    11: "permukiman yang berkelanjutan",
    12: "produksi dan konsumsi yang bertanggung jawab",
    13: "penanganan perubahan iklim",
    14: "kelestarian laut",
    15: "kelestarian daratan",
    16: "kelembagaan yang tangguh",
    17: "kemitraan",
}


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
    blocks = {name: lines_of(text) for name, text in table.items() if _is_block(text)}
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


def number(value: int) -> str:
    """1234 as Indonesian writes it: 1.234."""
    return f"{value:,}".replace(",", ".")


def spoken_name(name: str) -> str:
    """A name inside a sentence: "JEMPOL DESA" becomes "Jempol Desa"."""
    words = [word.capitalize() for word in name.split()]
    return " ".join(KEPT_UPPER.get(word, word) for word in words)


def listed(items: Iterable[str]) -> str:
    """a, b, dan c."""
    parts = list(items)
    if len(parts) < 3:
        return " dan ".join(parts)
    return ", ".join(parts[:-1]) + ", dan " + parts[-1]


def sentence_case(text: str) -> str:
    """First letter upper, the rest as it is."""
    return text[:1].upper() + text[1:]


def figure_of(label: str) -> str:
    """A label as something that can get better: "angka keluarga …", but "waktu tunggu …"."""
    return label if label.startswith(MEASURABLE) else f"angka {label}"


class Corpus:
    """Writes proposals; the same seed and the same calls give the same texts."""

    def __init__(self) -> None:
        self.topics = load_topics()
        self.phrases = load_phrases()
        self._taken: set[str] = set()

    def topics_for(self, kind: str, agency_name: str) -> list[Topic]:
        """Topics that an agency of this kind (its letter) may write about."""
        central = kind in "MLB"
        return [
            topic
            for topic in self.topics
            if kind in topic.kinds and (not central or _serves(topic, agency_name))
        ]

    def write(self, topic: Topic, scene: Scene, kind: str, random: Random) -> Text:
        """One proposal; `kind` is the novelty ("original", "adaptation", "modification")."""
        name, expansion = random.choice(topic.names)
        title = self._title(topic, scene, (name, expansion), random)
        pen = Pen(self.phrases, topic, scene, spoken_name(name), random)
        return Text(
            title=title,
            summary=pen.summary(),
            sections={
                "background": pen.background(),
                "novelty": pen.novelty(kind),
                "implementation": pen.implementation(),
                "significance": pen.significance(),
                "adaptability": pen.adaptability(),
                "resources": pen.resources(),
                "sustainability": pen.sustainability(),
            },
            goals=tuple(sorted(random.sample(topic.goals, min(len(topic.goals), 2)))),
        )

    def _title(
        self, topic: Topic, scene: Scene, pair: tuple[str, str], random: Random
    ) -> str:
        """A title nobody has: letters and digits decide, as in the rules of the contest."""
        for attempt in range(60):
            name, expansion = pair if attempt == 0 else random.choice(topic.names)
            tagline = random.choice(topic.lines["taglines"])
            title = _title_form(name, expansion, tagline, scene.short_place, random)
            key = "".join(letter for letter in title.casefold() if letter.isalnum())
            if key not in self._taken:
                self._taken.add(key)
                return title
        title = f"{spoken_name(pair[0])} {scene.short_place}: {sentence_case(topic.service)}"
        self._taken.add(title.casefold())
        return title


def _serves(topic: Topic, agency_name: str) -> bool:
    return any(word == "*" or word in agency_name for word in topic.agencies)


def _title_form(
    name: str, expansion: str, tagline: str, place: str, random: Random
) -> str:
    shown = name if " " not in name else spoken_name(name)
    forms = (
        f"{shown} ({expansion})",
        f"{shown}: {tagline}",
        f"{shown} {place}",
        f"{shown} ({expansion})",
        f"{shown} {place}: {tagline}",
        f"{tagline}: {shown} {place}",
    )
    return random.choice(forms)


class Pen:
    """Writes the sections of one proposal, numbers drawn once and kept."""

    def __init__(
        self,
        phrases: dict[str, dict[str, tuple[str, ...]]],
        topic: Topic,
        scene: Scene,
        name: str,
        random: Random,
    ) -> None:
        self.phrases, self.topic, self.random = phrases, topic, random
        self.values = [
            (random.randint(*measure.before), random.randint(*measure.after))
            for measure in topic.measures
        ]
        self.years = (scene.started_on.year - 1, scene.started_on.year, scene.last_year)
        partners = random.sample(topic.lines["partners"], 3)
        measures = random.sample(range(len(topic.measures)), len(topic.measures))
        self.order = measures
        self.words = {
            "name": name,
            "place": scene.place,
            "unit": scene.unit,
            "users": topic.users,
            "service": topic.service,
            "rule": scene.rule,
            "budget": scene.budget,
            "month": f"{MONTHS[scene.started_on.month - 1]} {scene.started_on.year}",
            "y0": str(self.years[0]),
            "y1": str(self.years[1]),
            "y2": str(self.years[2]),
            "goal": GOALS[random.choice(topic.goals)],
            "steps": listed(topic.lines["steps"]),
            **{f"p{place}": partner for place, partner in enumerate(partners, start=1)},
            **{
                f"m{place}": figure_of(topic.measures[index].label)
                for place, index in enumerate(measures, start=1)
            },
        }
        self.told: set[str] = set()

    def say(self, section: str, purpose: str, count: int = 1) -> str:
        """One sentence of a purpose, or several different ones, filled."""
        lines = self.random.sample(self.phrases[section][purpose], count)
        return " ".join(self.fill(line) for line in lines)

    def own(self, block: str) -> str:
        """A line of the topic's own, not told yet while there is one."""
        lines = self.topic.lines[block]
        fresh = [line for line in lines if line not in self.told] or list(lines)
        line = self.random.choice(fresh)
        self.told.add(line)
        return self.fill(line)

    def fill(self, line: str) -> str:
        """Put words and drawn numbers in, and start every sentence with a capital."""
        if "{problem}" in line:
            line = line.replace("{problem}", self.own("problem"))
        text = line.format_map(self.words)
        text = RANGE.sub(lambda found: str(self._draw(found)), text)
        return re.sub(r"(^|[.?] )([a-z])", _capital, text)

    def _draw(self, found: re.Match[str]) -> int:
        return self.random.randint(int(found[1]), int(found[2]))

    def change(self, index: int, form: int) -> str:
        """How one measure moved, as a sentence."""
        measure, (before, after) = self.topic.measures[index], self.values[index]
        verb = "naik" if after > before else "turun"
        start = f"{number(before)} {measure.unit}"
        end = f"{number(after)} {measure.unit}" if after else "tidak ada lagi"
        forms = (
            f"{measure.label} {verb} dari {start} menjadi {end}",
            f"{measure.label}, yang semula {start}, kini {end}",
            f"pada {self.years[0]} {measure.label} tercatat {start}; "
            f"pada {self.years[2]} angkanya {end}",
        )
        return forms[form % len(forms)]

    def course(self, index: int) -> str:
        """The values year by year between the two that are known."""
        measure, (before, after) = self.topic.measures[index], self.values[index]
        first, last = self.years[0], self.years[2]
        steps = last - first
        parts = []
        for place in range(steps + 1):
            # Most of the change happens early, as in most such series.
            share = 1 - (1 - place / steps) ** 2
            value = round(before + (after - before) * share)
            parts.append(f"{first + place}: {number(value)}")
        return f"Perkembangan {measure.label} ({measure.unit}): {'; '.join(parts)}."

    def summary(self) -> str:
        first, second = self.order[:2]
        return " ".join(
            [
                self.say("summary", "opening"),
                self.own("idea"),
                f"Sejak {self.words['month']}, {self.change(first, 0)}; "
                f"{self.change(second, self.random.randint(0, 1))}.",
                self.say("summary", "closing"),
            ]
        )

    def background(self) -> str:
        problems = [self.fill(line) for line in self.topic.lines["problem"]]
        causes = [self.fill(line) for line in self.topic.lines["cause"]]
        self.random.shuffle(problems)
        return "\n\n".join(
            [
                " ".join([self.say("background", "opening"), *problems]),
                " ".join([*causes, self.say("background", "survey", 2)]),
                " ".join([self.say("background", "aim"), self.say("background", "alignment")]),
            ]
        )

    def novelty(self, kind: str) -> str:
        own = [self.fill(line) for line in self.topic.lines["novelty"]]
        return "\n\n".join(
            [
                " ".join([self.say("novelty", kind), own[0]]),
                " ".join([self.say("novelty", "contrast", 2), own[1]]),
                self.say("novelty", "value", 2),
            ]
        )

    def implementation(self) -> str:
        return "\n\n".join(
            [
                " ".join(
                    [self.say("implementation", "start"), self.say("implementation", "widening", 2)]
                ),
                self.say("implementation", "roles"),
                self.say("implementation", "obstacle", 2),
            ]
        )

    def significance(self) -> str:
        changes = [
            sentence_case(self.change(index, form)) + "."
            for form, index in enumerate(self.order, start=self.random.randint(0, 2))
        ]
        stories = [self.fill(line) for line in self.topic.lines["story"]]
        return "\n\n".join(
            [
                " ".join([*changes, self.say("significance", "method")]),
                " ".join([self.course(self.order[0]), self.say("significance", "reach")]),
                " ".join(stories),
                " ".join(
                    [self.say("significance", "review", 2), self.say("significance", "saving", 2)]
                ),
            ]
        )

    def adaptability(self) -> str:
        return "\n\n".join(
            [
                " ".join([self.own("adapt"), self.say("adaptability", "replicas")]),
                " ".join(
                    self.say("adaptability", purpose) for purpose in ("guide", "cost", "advice")
                ),
            ]
        )

    def resources(self) -> str:
        purposes = ("people", "budget", "tools", "thrift")
        return " ".join(self.say("resources", purpose) for purpose in purposes)

    def sustainability(self) -> str:
        return "\n\n".join(
            [
                " ".join(self.say("sustainability", one) for one in ("legal", "money")),
                " ".join(self.say("sustainability", one) for one in ("social", "management")),
                " ".join(self.say("sustainability", one) for one in ("risk", "plan")),
            ]
        )


def _capital(found: re.Match[str]) -> str:
    return found[1] + found[2].upper()
