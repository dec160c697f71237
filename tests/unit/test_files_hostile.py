"""Hostile files are refused with a sentence, or what was hostile in them is gone (T15, T16)."""

import random
from pathlib import Path

import pytest

from sinovik.cleaning.__main__ import clean as clean_within
from sinovik.cleaning.faults import Fault
from sinovik.files import Cleaned, FileRefused, clean, examine
from sinovik.files.refusals import SENTENCES
from tests.documents import docx, everything_in, pdf, picture, xlsx
from tests.hostile_files import Hostile, corpus, mutated

CORPUS = corpus()
PLAIN = {
    "a.pdf": pdf(),
    "a.jpg": picture("JPEG"),
    "a.png": picture("PNG"),
    "a.webp": picture("WEBP"),
    "a.xlsx": xlsx(),
    "a.docx": docx(),
}
MUTATIONS = 80


def taken(path: Path, name: str) -> Cleaned | str:
    """The cleaned file, or the sentence with which it was refused."""
    try:
        return clean(path, examine(path, name))
    except FileRefused as refused:
        return str(refused)


def is_helpful(sentence: str) -> bool:
    return len(sentence) > 30 and sentence.endswith(".") and "{" not in sentence


@pytest.mark.parametrize("name", PLAIN)
def test_plain_file_is_taken(tmp_path: Path, name: str) -> None:
    path = tmp_path / "given"
    path.write_bytes(PLAIN[name])
    cleaned = clean(path, examine(path, name))
    assert cleaned.size == cleaned.path.stat().st_size > 0
    assert cleaned.pages == (2 if name == "a.pdf" else None)
    assert path.read_bytes() == PLAIN[name]


def test_corpus_is_large_and_says_each_thing_once() -> None:
    assert len(CORPUS) == len({hostile.what for hostile in CORPUS}) >= 150


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.what)
def test_hostile_file_is_refused_or_made_harmless(tmp_path: Path, hostile: Hostile) -> None:
    path = tmp_path / "given"
    path.write_bytes(hostile.content)
    outcome = taken(path, hostile.name)
    if isinstance(outcome, str):
        assert is_helpful(outcome)
        return
    kept = outcome.path.read_bytes()
    outcome.path.unlink()
    # The canary was in it, or its absence would say nothing.
    assert hostile.canary in hostile.content + everything_in(hostile.content)
    assert hostile.canary not in kept + everything_in(kept)


@pytest.mark.parametrize("name", PLAIN)
def test_mutated_file_raises_nothing_but_a_refusal(tmp_path: Path, name: str) -> None:
    chance = random.Random(f"seed {name}")
    path, target = tmp_path / "given", tmp_path / "target"
    refused = 0
    for _time in range(MUTATIONS):
        path.write_bytes(mutated(PLAIN[name], chance))
        try:
            kind = examine(path, name)
        except FileRefused as caught:
            sentence = str(caught)
            refused += 1
        else:
            sentence = ""
        if sentence:
            assert is_helpful(sentence)
            continue
        # What the child does, without the cost of a child; its limits are tested elsewhere.
        answer = clean_within(kind.value, path, target)
        assert answer.get("fault") is None or Fault(str(answer["fault"])) in SENTENCES
    assert refused
