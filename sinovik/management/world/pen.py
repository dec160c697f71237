"""Writing one simulated proposal, section by section."""

import re
from collections.abc import Iterable
from random import Random

from sinovik.management.world.vocabulary import Scene, Topic

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
