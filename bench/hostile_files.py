"""Thousands of hostile files through examination and cleaning; run by hand, prints a table.

    .venv/bin/python -m bench.hostile_files --count 5000

Each hostile file of the tests and as many mutations of them as the count asks for go the whole
way, each through a child of its own. Exit code 1 where anything but a refusal was raised or a
payload was still there afterwards.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import django

from tests.documents import everything_in
from tests.hostile_files import Hostile, corpus, mutated


def outcome(hostile: Hostile, content: bytes, path: Path) -> str:
    """Send one file the whole way and say what became of it."""
    from sinovik.files import FileRefused, clean, examine

    path.write_bytes(content)
    try:
        cleaned = clean(path, examine(path, hostile.name))
    except FileRefused:
        return "refused"
    except Exception as error:
        return f"ERROR {type(error).__name__}"
    kept = cleaned.path.read_bytes()
    cleaned.path.unlink()
    is_gone = hostile.canary not in kept + everything_in(kept)
    return "cleaned" if is_gone else "STILL THERE"


def main() -> int:
    """Run as many as asked for and print what became of them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    parser = argparse.ArgumentParser(description="Hostile files in bulk")
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    files = corpus()
    contents = [hostile.content for hostile in files]
    counted: dict[str, Counter[str]] = {}
    slowest: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        for number in range(given.count):
            hostile = files[number % len(files)]
            content = contents[number % len(files)]
            if number >= len(files):
                content = mutated(content, chance) if content else content
            start = time.perf_counter()
            became = outcome(hostile, content, Path(directory) / "given")
            ending = hostile.name.rpartition(".")[2][-8:]
            counted.setdefault(ending, Counter())[became] += 1
            seconds = time.perf_counter() - start
            slowest[ending] = max(seconds, slowest.get(ending, 0.0))
            if became not in {"refused", "cleaned"}:
                print(f"{became}: {hostile.what!r}, file {number}, seed {given.seed}")
    print(f"{'ending':10}{'refused':>9}{'cleaned':>9}{'wrong':>7}{'slowest, s':>12}")
    wrong = 0
    for ending, results in sorted(counted.items()):
        bad = results.total() - results["refused"] - results["cleaned"]
        wrong += bad
        print(
            f"{ending!r:10}{results['refused']:9}{results['cleaned']:9}{bad:7}"
            f"{slowest[ending]:12.2f}"
        )
    print(f"{given.count} files, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
