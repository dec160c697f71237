"""What became of a proposal between two frozen versions, section by section, word by word.

Compares readings, not contents: what a blind reading hides is hidden here too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competitions.queries.reading import Proposal
from innovations.versions import Hunk, word_count, word_difference
from sinovik.web.templatetags.web import day


@dataclass(frozen=True)
class Difference:
    """One line of the identity or one section: its hunks, and how many words came and went."""

    anchor: str
    title: str
    hunks: tuple[Hunk, ...]

    @property
    def is_changed(self) -> bool:
        """Whether anything differs."""
        return any(operation != "equal" for operation, _text in self.hunks)

    @property
    def old(self) -> tuple[Hunk, ...]:
        """The older text, what went marked."""
        return tuple(hunk for hunk in self.hunks if hunk[0] != "added")

    @property
    def new(self) -> tuple[Hunk, ...]:
        """The newer text, what came marked."""
        return tuple(hunk for hunk in self.hunks if hunk[0] != "removed")

    @property
    def summary(self) -> str:
        """How much came and went, in words."""
        counts = {"added": 0, "removed": 0, "equal": 0}
        for operation, text in self.hunks:
            counts[operation] += word_count(text)
        came = ngettext("%d kata ditambahkan", "%d kata ditambahkan", counts["added"])
        went = ngettext("%d kata dihapus", "%d kata dihapus", counts["removed"])
        said = [came % counts["added"]] if counts["added"] else []
        return ", ".join(said + ([went % counts["removed"]] if counts["removed"] else []))


def differences(old: Proposal, new: Proposal) -> list[Difference]:
    """Every line and section of either reading, in the order of the newer one."""
    before, after = _texts(old), _texts(new)
    titles = [*after, *(title for title in before if title not in after)]
    numbers = count(1)
    return [
        Difference(
            anchor=f"beda-{next(numbers)}",
            title=title,
            hunks=tuple(word_difference(before.get(title, ""), after.get(title, ""))),
        )
        for title in titles
    ]


def changed(all_of_them: Sequence[Difference]) -> list[Difference]:
    """Those in which something differs."""
    return [difference for difference in all_of_them if difference.is_changed]


def _texts(proposal: Proposal) -> Mapping[str, str]:
    """What a reading says, by the title it stands under."""
    texts = {_("Judul"): proposal.title, **dict(proposal.facts)}
    if proposal.started_on:
        texts[_("Mulai diterapkan")] = day(proposal.started_on)
    texts |= {part.title: part.text for part in proposal.parts}
    if proposal.links:
        texts[_("Tautan")] = "\n".join(f"{one['title']} {one['url']}" for one in proposal.links)
    return texts
