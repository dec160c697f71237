"""What became of a proposal between two frozen versions, section by section, word by word.

Files are compared whole, by name and SHA-256. Compares readings, not contents: what a blind
reading hides is hidden here too.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competitions.queries.attachments import Annex
from competitions.queries.reading import Proposal
from innovations.versions import Hunk, word_count, word_difference
from sinovik.web.templatetags.web import day, size


@dataclass(frozen=True)
class Difference:
    """One line of the identity, one section or the files: its hunks, and how much changed.

    `said` tells it in words where counting words would not do.
    """

    anchor: str
    title: str
    hunks: tuple[Hunk, ...]
    said: str = ""

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
        if self.said:
            return self.said
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
    found = [
        Difference(
            anchor=f"beda-{next(numbers)}",
            title=title,
            hunks=tuple(word_difference(before.get(title, ""), after.get(title, ""))),
        )
        for title in titles
    ]
    if old.annexes or new.annexes:
        found.append(_files(old.annexes, new.annexes, anchor=f"beda-{next(numbers)}"))
    return found


def changed(all_of_them: Sequence[Difference]) -> list[Difference]:
    """Those in which something differs."""
    return [difference for difference in all_of_them if difference.is_changed]


def _files(old: Sequence[Annex], new: Sequence[Annex], *, anchor: str) -> Difference:
    """Files that stayed, went and came, a line each; one name with other bytes is a replacement."""
    before, after = Counter(map(_file_line, old)), Counter(map(_file_line, new))
    went, came = before - after, after - before
    hunks: list[Hunk] = [("equal", text) for _name, text in sorted((before & after).elements())]
    # By name, so that both sides of a replacement stand together, the older one first.
    moved = [(name, 0, text) for name, text in went.elements()]
    moved += [(name, 1, text) for name, text in came.elements()]
    hunks += [("added" if side else "removed", text) for _name, side, text in sorted(moved)]
    names_gone = Counter(name for name, _text in went.elements())
    names_come = Counter(name for name, _text in came.elements())
    replaced = (names_gone & names_come).total()
    said = [
        ngettext("%d berkas ditambahkan", "%d berkas ditambahkan", came.total() - replaced),
        ngettext("%d berkas dihapus", "%d berkas dihapus", went.total() - replaced),
        ngettext("%d berkas diganti", "%d berkas diganti", replaced),
    ]
    numbers = (came.total() - replaced, went.total() - replaced, replaced)
    told = [text % number for text, number in zip(said, numbers, strict=True) if number]
    return Difference(anchor, _("Lampiran"), tuple(hunks), ", ".join(told))


def _file_line(one: Annex) -> tuple[str, str]:
    return one.name, f"{one.name} · {one.purpose} · {size(one.size)} · SHA-256 {one.sha256}\n"


def _texts(proposal: Proposal) -> Mapping[str, str]:
    """What a reading says, by the title it stands under."""
    texts = {_("Judul"): proposal.title, **dict(proposal.facts)}
    if proposal.started_on:
        texts[_("Mulai diterapkan")] = day(proposal.started_on)
    texts |= {part.title: part.text for part in proposal.parts}
    if proposal.links:
        texts[_("Tautan")] = "\n".join(f"{one['title']} {one['url']}" for one in proposal.links)
    return texts
