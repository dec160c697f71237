"""Canonical form, fingerprint and differences of a dossier's text. Pure."""

import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise, takewhile
from typing import Any, Literal

from sinovik.audit.canonical import canonical

Operation = Literal["equal", "added", "removed"]
Hunk = tuple[Operation, str]

MOST_PAIRS = 40_000
"""Pairs of equal words that difflib weighs at once; many more would take seconds."""


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def word_count(text: str) -> int:
    r"""Number of words as the forms count them: runs of non-space (`\S+`)."""
    return len(text.split())


def word_difference(old: str, new: str) -> list[Hunk]:
    """What became of `old`, word by word, as runs of (operation, text).

    Words and line ends of equal and added runs are those of `new`, of equal and removed runs
    those of `old`; other white space counts for nothing. Two texts of 10,000 words take less
    than a second whatever they say.
    """
    runs: list[tuple[Operation, list[str]]] = []
    for operation, words in _operations(_tokens(old), _tokens(new)):
        if runs and runs[-1][0] == operation:
            runs[-1][1].extend(words)
        elif words:
            runs.append((operation, list(words)))
    return list(_spaced(runs))


def _tokens(text: str) -> list[str]:
    return re.findall(r"\n|\S+", text.replace("\r\n", "\n").replace("\r", "\n"))


def _operations(old: list[str], new: list[str]) -> Iterator[tuple[Operation, Sequence[str]]]:
    """Runs of words; what both texts begin and end with needs no comparison."""
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    end, new_end = len(old) - tail, len(new) - tail
    yield "equal", old[:head]
    yield from _inner(old[head:end], new[head:new_end])
    yield "equal", old[end:]


def _alike(old: list[str], new: list[str]) -> int:
    """How many words two texts have in common from their beginning."""
    pairs = zip(old, new, strict=False)
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _inner(old: list[str], new: list[str]) -> Iterator[tuple[Operation, Sequence[str]]]:
    """Compare by difflib; a long text piece by piece between words that stand once in both."""
    if _pairs(old, new) <= MOST_PAIRS:
        yield from _matched(old, new)
        return
    anchors = [(-1, -1), *_anchors(old, new), (len(old), len(new))]
    left = 5 * MOST_PAIRS
    for (i, j), (next_i, next_j) in pairwise(anchors):
        yield "equal", old[max(i, 0) : i + 1]
        piece, new_piece = old[i + 1 : next_i], new[j + 1 : next_j]
        pairs = _pairs(piece, new_piece)
        if pairs <= min(MOST_PAIRS, left):
            left -= pairs
            yield from _matched(piece, new_piece)
        else:
            yield "removed", piece
            yield "added", new_piece


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pairs of equal words two texts have: the measure of difflib's work."""
    counts = Counter(new)
    return sum(times * counts[word] for word, times in Counter(old).items())


def _matched(old: list[str], new: list[str]) -> Iterator[tuple[Operation, Sequence[str]]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, end, j, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield "equal", old[i:end]
        else:
            yield "removed", old[i:end]
            yield "added", new[j:new_end]


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Places (in old, in new) of words that stand once in each, the most in rising order."""
    once = {word for word, times in Counter(old).items() if times == 1}
    once &= {word for word, times in Counter(new).items() if times == 1}
    places = {word: j for j, word in enumerate(new) if word in once}
    shared = [(i, places[word]) for i, word in enumerate(old) if word in once]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, (_i, j) in enumerate(shared):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [at]
    chain: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        chain.append(shared[at])
        at = before[at]
    return chain[::-1]


def _spaced(runs: Sequence[tuple[Operation, list[str]]]) -> Iterator[Hunk]:
    """Join the words of each run; a space parts it from a word that follows, in either text."""
    for at, (operation, words) in enumerate(runs):
        text = re.sub(r" ?\n ?", "\n", " ".join(words))
        is_parted = words[-1] != "\n" and any(word != "\n" for word in _following(runs, at))
        yield operation, f"{text} " if is_parted else text


def _following(runs: Sequence[tuple[Operation, list[str]]], at: int) -> Iterator[str]:
    """The first word after a run as both are shown together, in the new text, in the old one."""
    # Neighbours differ in their operation: what one text shows next is at most two runs away.
    later = runs[at + 1 : at + 3]
    if later:
        yield later[0][1][0]
    for unseen in ("removed", "added"):
        if runs[at][0] != unseen:
            yield from [words[0] for operation, words in later if operation != unseen][:1]


def title_key(title: str) -> str:
    """What two spellings of one title have in common: letters and digits, whatever case."""
    return "".join(letter for letter in title.casefold() if letter.isalnum())
