"""ASVS 1.2.9, 1.3.12: no pattern of ours takes long over a text made to keep it busy."""

import re
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest

PACKAGES = ("sinovik", "agencies", "innovations", "competitions")
BUDGET = 0.1
LENGTH = 100_000
SEEDS = (
    "a", " ", "0", "1,", "1.", "-", "a-", "a ", "a.", "a@", "@a.", "<a ",
    '"', "\\", "((", "[](", "é",
    "http://a.", "2019-", "a\r\n", "_a",
)  # fmt: skip
OUR_OWN = {
    # Names of events, which are in the code.
    "sinovik.audit.ledger.EVENT_NAME",
    # Pages of ours, in which no text has a tag.
    "competitions.actions.rehearsal_screens.LINK",
}
"""Patterns that never read what a stranger wrote."""


def patterns() -> Iterator[tuple[str, "re.Pattern[str]"]]:
    """Every compiled pattern that stands in a module."""
    for name in PACKAGES:
        for found in walk_packages(import_module(name).__path__, f"{name}."):
            if ".migrations" not in found.name and not found.name.endswith("__main__"):
                import_module(found.name)
    seen = set()
    for name, module in sorted(sys.modules.items()):
        if name.split(".")[0] in PACKAGES:
            for label, value in vars(module).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    is_new = value.pattern not in seen
                    seen.add(value.pattern)
                    if is_new and f"{name}.{label}" not in OUR_OWN:
                        yield f"{name}.{label}", value


def busy(pattern: "re.Pattern[str]", text: str) -> float:
    """Seconds of processor over the whole of a text, in each way a pattern is used."""
    began = time.process_time()
    pattern.match(text)
    for _found in pattern.finditer(text):
        pass
    return time.process_time() - began


def texts() -> Iterator[str]:
    """100 kB of one thing over and over, with an end that fits nothing."""
    for seed in SEEDS:
        yield seed * (LENGTH // len(seed)) + "\x01!"


def slow(pattern: "re.Pattern[str]") -> list[str]:
    """The texts over which a pattern takes too long; measured again, for a busy machine."""
    return [
        repr(text[:12])
        for text in texts()
        if busy(pattern, text) > BUDGET and busy(pattern, text) > BUDGET
    ]


def test_no_pattern_is_kept_busy_by_a_long_text() -> None:
    found = dict(patterns())
    assert len(found) > 30
    assert {name: texts for name, one in found.items() if (texts := slow(one))} == {}


@pytest.mark.parametrize(("bad", "text"), [(r"\s+$", " " * 8000), (r"(\w+\s?)*!$", "a" * 22)])
def test_pattern_that_goes_back_and_forth_is_found(bad: str, text: str) -> None:
    """The control, over a shorter text: it would not end over a long one."""
    assert busy(re.compile(bad), f"{text}\x01") > BUDGET
