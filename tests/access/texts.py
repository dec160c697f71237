"""The table of texts: which words of which rows a role may read, wherever they stand."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from tests.access.canaries import marked_fields, marks_in
from tests.access.owners import Owners
from tests.access.reading import EVERYBODY
from tests.access.world import World

TABLE = Path(__file__).parent / "texts.txt"


@dataclass(frozen=True)
class Rule:
    """Texts and relations, as patterns, and who may read them, everywhere or at an address.

    The first that fits counts."""

    text: str
    relation: str
    readers: str
    place: str


def read_rules() -> list[Rule]:
    """The rules in their order."""
    rules = []
    for line in TABLE.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        text, relation, readers, *places = (part.strip() for part in line.split("|"))
        for one in relation.split(","):
            who = EVERYBODY if readers == "*" else readers
            rules.append(Rule(text, one.strip(), who, places[0] if places else "*"))
    return rules


class Readers:
    """Who may read what of a world's texts."""

    def __init__(self, world: World) -> None:
        self.owners, self.fields = Owners(world), marked_fields()
        self.rules = read_rules()
        self.used: set[Rule] = set()
        self.may_read = cache(self._may_read)

    def forbidden(self, letter: str, place: str, body: bytes) -> list[str]:
        """The texts in the answer of an address that this role may not read there."""
        return sorted(
            {
                f"{text} of {relation}"
                for text, relation in self.told(body)
                if letter not in self.may_read(text, relation, place)
            }
        )

    def told(self, body: bytes) -> set[tuple[str, str]]:
        """The texts that an answer shows, each with whose it is."""
        found = set()
        for place, part, pk in marks_in(body):
            model, name = self.fields[place]
            text = f"{model._meta.label}.{name}" + (f"/{part}" if part else "")
            found.add((text, self.owners.of(model, pk)))
        return found

    def _may_read(self, text: str, relation: str, place: str) -> str:
        for rule in self.rules:
            fits = fnmatchcase(text, rule.text) and fnmatchcase(relation, rule.relation)
            if fits and fnmatchcase(place, rule.place):
                self.used.add(rule)
                return rule.readers
        return ""
