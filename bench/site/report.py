"""A walk for each visitor, what is wrong in it, and the table."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from bench.site import nu
from bench.site.crawling import MEMBER, STRANGER, Crawler, Fault, Walk, kind_of
from bench.site.judging import page_faults
from bench.site.visiting import Visitor
from sinovik.management.world.accounts import ACCOUNTS
from sinovik.management.world.people import DOMAIN

SHOWN = 16
"""Kinds in the table of what was left out."""
ROLES = ("", *(name for name, *_rest in ACCOUNTS))


def crawl(base: str, password: str) -> bool:
    """Print the table and every fault; whether there was none."""
    known: set[str] = set()
    began, lines, faults, walks = time.monotonic(), [], 0, []
    with ThreadPoolExecutor(1) as checker:
        # The checker reads one visitor's pages while the next one walks.
        waiting = [_walk(base, role, password, known, checker) for role in ROLES]
        for walk, seconds, of_pages, later in waiting:
            of_html = later.result()
            print(f"{walk.role}: HTML checked, {len(of_html)} faults", file=sys.stderr)
            faults += len(walk.faults) + len(of_pages) + len(of_html)
            _tell_faults(walk, of_html)
            lines.append(_line(walk, len(of_pages), len(of_html), seconds))
            walks.append(walk)
    _tell(walks, lines, faults)
    print(
        f"{time.monotonic() - began:.0f} s; {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}"
    )
    return not faults


def _walk(
    base: str, role: str, password: str, known: set[str], checker: ThreadPoolExecutor
) -> tuple[Walk, float, list[Fault], Future[list[Fault]]]:
    began = time.monotonic()
    visitor = Visitor(base)
    if role:
        visitor.sign_in(f"{role}@{DOMAIN}", password)
    walk = Walk(role or "stranger", base, MEMBER if role else STRANGER)
    Crawler(visitor, walk, known).run()
    later = checker.submit(lambda: list(nu.html_faults(walk.bodies)))
    of_pages = list(page_faults(walk))
    _tell_faults(walk, (*walk.faults, *of_pages))
    seconds = time.monotonic() - began
    counts = f"{walk.asked.total()} asked, {len(walk.pages)} pages in {seconds:.0f} s"
    print(f"{walk.role}: {counts}, {len(walk.faults) + len(of_pages)} faults", file=sys.stderr)
    return walk, seconds, of_pages, later


def _line(walk: Walk, of_pages: int, of_html: int, seconds: float) -> str:
    figures = (
        walk.asked.total(),
        len(walk.pages),
        len(walk.asked),
        walk.checked,
        len(walk.faults),
        of_pages,
        of_html,
        sum(map(len, walk.left_out.values())),
        round(seconds),
    )
    return f"| {walk.role} | {' | '.join(map(str, figures))} |"


def _tell_faults(walk: Walk, faults: Iterable[Fault]) -> None:
    """Print a fault of one kind of page once, with how many pages have it."""
    found = list(faults)
    alike = Counter((kind_of(place), what) for place, what in found)
    first = {(kind_of(place), what): place for place, what in reversed(found)}
    for key, number in alike.items():
        more = f" (and {number - 1} more)" if number > 1 else ""
        print(f"{walk.role} {first[key]}: {key[1]}{more}", flush=True)


def _tell(walks: list[Walk], lines: list[str], faults: int) -> None:
    print("\n| who | asked | pages | kinds | links | broken | page faults | HTML | left out | s |")
    print("| --- " + "| ---: " * 9 + "|")
    print("\n".join(lines))
    _tell_left_out(walks[0])
    outside = sorted({host for walk in walks for host in walk.outside})
    print(f"\nOther sites that links lead to, not asked: {', '.join(outside)}.")
    print(f"{faults} faults; no message of the checker is suppressed.")


def _tell_left_out(walk: Walk) -> None:
    """Kinds of which the stranger met more than was asked for; queries by their parameters."""
    print("\n| kind, as a stranger | asked | met and left out |\n| --- | ---: | ---: |")
    kinds = sorted(walk.left_out.items(), key=lambda item: -len(item[1]))
    for kind, addresses in kinds[:SHOWN]:
        asked = "" if "?" in kind else walk.asked[kind]
        print(f"| `{kind}` | {asked} | {len(addresses)} |")
    rest = sum(len(addresses) for _kind, addresses in kinds[SHOWN:])
    print(f"| {len(kinds[SHOWN:])} more | | {rest} |")
