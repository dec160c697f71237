"""Phrases as words of an index that knows no places: runs of words without reading a text.

Of each text the index holds its pairs of words at most REACH apart, and of the runs of words
side by side those that its pairs feign: the text has every pair of the run, and every shorter
run inside it, but not the run itself. A text has a run exactly if it has all of its pairs and
feigns no run inside it; see docs/adr/0043-fast-search.md.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5
from itertools import accumulate, pairwise

from innovations.wording import MAXIMUM_WORDS

REACH = 3
LONGEST = 60
"""Letters of a key; of a longer one only a digest is kept."""

Places = Mapping[int, str]
Link = tuple[int, str]

# As PostgreSQL writes a tsquery; only runs are ever bracketed behind a "!".
LEXEME = r"'(?:[^'\\]|''|\\\\)*'"
CHAIN = re.compile(rf"(?P<no>!\( )?(?P<chain>{LEXEME}(?: <(?:-|\d+)> {LEXEME})+)(?(no) \))")
STEP = re.compile(rf"(?:<(?P<gap>-|\d+)> )?(?P<lexeme>{LEXEME})")
NOTHING = "'! '"
"""Stands in no text."""


@dataclass(frozen=True)
class Narrowed:
    """A tsquery for the keys of the index: what surely has a phrase, and what may have it.

    The same where the index knows for certain.
    """

    surely: str
    perhaps: str


def keys_of(places: Places) -> set[str]:
    """What the index holds of a text, given by the place of each word."""
    pairs = {
        (word, other, step)
        for at, word in places.items()
        for step in range(1, REACH + 1)
        if (other := places.get(at + step)) is not None
    }
    feigned = {
        _feigned(run)
        for run in _absent(places)
        # What is longer has these pairs in the shorter runs.
        if len(run) - 1 > REACH or (run[0], run[-1], len(run) - 1) in pairs
    }
    return feigned | {_pair(*pair) for pair in pairs}


def narrowed(query: str) -> Narrowed:
    """A tsquery as PostgreSQL writes it, with its phrases as keys of the index."""
    return Narrowed(
        CHAIN.sub(lambda found: _replaced(found, surely=True), query),
        CHAIN.sub(lambda found: _replaced(found, surely=False), query),
    )


def _replaced(found: re.Match[str], *, surely: bool) -> str:
    links = _links(found["chain"])
    keys = " & ".join(_needed(links))
    if not _is_certain(links) and surely != bool(found["no"]):
        keys = NOTHING
    return f"!( {keys} )" if found["no"] else f"( {keys} )"


def _links(chain: str) -> list[Link]:
    """The words of a phrase, each with its place in it."""
    steps = list(STEP.finditer(chain))
    gaps = [1 if one["gap"] in {None, "-"} else int(one["gap"]) for one in steps]
    words = [one["lexeme"][1:-1].replace("''", "'").replace("\\\\", "\\") for one in steps]
    return list(zip(accumulate(gaps), words, strict=True))


def _is_certain(links: Sequence[Link]) -> bool:
    gaps = [after - before for (before, _), (after, _word) in pairwise(links)]
    is_run = set(gaps) == {1} and len(links) <= MAXIMUM_WORDS
    return is_run or (len(gaps) == 1 and 0 < gaps[0] <= REACH)


def _needed(links: Sequence[Link]) -> Iterator[str]:
    """The keys that a text with this phrase has, and those that it hasn't."""
    for number, (at, word) in enumerate(links):
        yield _quoted(word)
        for other_at, other in links[number + 1 :]:
            if 0 < other_at - at <= REACH:
                yield _quoted(_pair(word, other, other_at - at))
        for length in range(3, len(links) - number + 1):
            run = links[number : number + length]
            if run[-1][0] - at == length - 1:
                yield f"!{_quoted(_feigned([one for _at, one in run]))}"


def _pair(word: str, other: str, step: int) -> str:
    """No lexeme has a space; there are as many as steps."""
    return _key(f"{word}{' ' * step}{other}")


def _feigned(run: Sequence[str]) -> str:
    return _key(f"!{' '.join(run)}")


def _key(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"! {md5(text.encode(), usedforsecurity=False).hexdigest()}"


def _quoted(lexeme: str) -> str:
    return "'{}'".format(lexeme.replace("\\", "\\\\").replace("'", "''"))


def _absent(places: Places) -> Iterator[tuple[str, ...]]:
    """Runs of three words or more that the text hasn't, though both runs one shorter it has.

    None is longer than a query: of a text that says everything twice there would be no end.
    """
    inner: dict[tuple[str, ...], list[int]] = {}
    for at, word in places.items():
        inner.setdefault((word,), []).append(at)
    for _length in range(1, MAXIMUM_WORDS - 1):
        longer: dict[tuple[str, ...], list[int]] = {}
        for run, starts in inner.items():
            if len(starts) < 2:
                continue
            ends = [(places.get(at - 1), places.get(at + len(run))) for at in starts]
            here = set(ends)
            before, after = {left for left, _right in here}, {right for _left, right in here}
            yield from (
                (left, *run, right)
                for left in before
                for right in after
                if left and right and (left, right) not in here
            )
            for at, (_left, right) in zip(starts, ends, strict=True):
                if right:
                    longer.setdefault((*run, right), []).append(at)
        inner = longer
