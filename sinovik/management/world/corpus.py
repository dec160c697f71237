"""Plausible proposals in Indonesian, drawn by seed from topics and sentences in TOML files.

Nothing here is true of the agency it is written for: every dossier made of it is marked as
simulated.
"""

import re
from itertools import count
from random import Random

from sinovik.management.world.pen import Pen, sentence_case, spoken_name
from sinovik.management.world.vocabulary import (
    Scene,
    Text,
    Topic,
    load_coast,
    load_phrases,
    load_topics,
)


class Corpus:
    """Writes proposals; the same seed and the same calls give the same texts."""

    def __init__(self) -> None:
        self.topics = load_topics()
        self.phrases = load_phrases()
        self.coast = load_coast()
        self._taken: set[str] = set()

    def topics_for(self, kind: str, agency_name: str) -> list[Topic]:
        """Topics that an agency of this kind (its letter) may write about."""
        central = kind in "MLB"
        inland = kind in "KC" and not self.is_by_the_sea(agency_name)
        return [
            topic
            for topic in self.topics
            if kind in topic.kinds
            and (not central or _serves(topic, agency_name))
            and not (inland and topic.is_coastal)
        ]

    def is_by_the_sea(self, agency_name: str) -> bool:
        """Whether a regency or city is known to have a coast."""
        names, words = self.coast
        place = re.sub(r"^Pemerintah (Kabupaten|Kota) ", "", agency_name)
        return place in names or place.startswith(words)

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

    def _title(self, topic: Topic, scene: Scene, pair: tuple[str, str], random: Random) -> str:
        """A title nobody has: letters and digits decide, as in the rules of the contest."""
        for attempt in range(60):
            name, expansion = pair if attempt == 0 else random.choice(topic.names)
            tagline = random.choice(topic.lines["taglines"])
            title = _title_form(name, expansion, tagline, scene.short_place, random)
            if self._take(title):
                return title
        # In a large world a topic runs out of names: then they are counted.
        named = f"{spoken_name(pair[0])} {scene.short_place}".rstrip()
        titles = (f"{named} {number}: {sentence_case(topic.service)}" for number in count(2))
        return next(title for title in titles if self._take(title))

    def _take(self, title: str) -> bool:
        """Whether the title was free; it is not any more."""
        key = "".join(letter for letter in title.casefold() if letter.isalnum())
        is_free = key not in self._taken
        self._taken.add(key)
        return is_free


def _serves(topic: Topic, agency_name: str) -> bool:
    return any(word == "*" or word in agency_name for word in topic.agencies)


def _title_form(name: str, expansion: str, tagline: str, place: str, random: Random) -> str:
    shown = name if " " not in name else spoken_name(name)
    forms = [f"{shown} ({expansion})", f"{shown}: {tagline}", f"{tagline}: {shown}"]
    if place:
        forms += [
            f"{shown} {place}",
            f"{shown} {place} ({expansion})",
            f"{shown} {place}: {tagline}",
            f"{tagline}: {shown} {place}",
        ]
    return random.choice(forms)
