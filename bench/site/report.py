"""A walk for each visitor, what is wrong in it, and the table."""

import time
from collections import Counter
from collections.abc import Iterable

from bench.site import nu
from bench.site.crawling import MEMBER, STRANGER, Crawler, Fault, Walk, kind_of
from bench.site.judging import page_faults
from bench.site.visiting import Visitor
from sinovik.management.world.accounts import ACCOUNTS
from sinovik.management.world.people import DOMAIN

ROLES = ("", *(name for name, *_rest in ACCOUNTS))


def crawl(base: str, password: str) -> bool:
    """Print the table and every fault; whether there was none."""
    known: set[str] = set()
    walks, lines, faults = [], [], 0
    for role in ROLES:
        began = time.monotonic()
        visitor = Visitor(base)
        if role:
            visitor.sign_in(f"{role}@{DOMAIN}", password)
        walk = Walk(role or "stranger", base, MEMBER if role else STRANGER)
        Crawler(visitor, walk, known).run()
        of_pages, of_html = list(page_faults(walk)), list(nu.html_faults(walk.bodies))
        faults += _tell_faults(walk, (*walk.faults, *of_pages, *of_html))
        lines.append(
            f"| {walk.role} | {sum(walk.asked.values())} | {len(walk.pages)} | {len(walk.asked)}"
            f" | {walk.checked} | {len(walk.faults)} | {len(of_pages)} | {len(of_html)}"
            f" | {sum(walk.left_out.values())} | {time.monotonic() - began:.0f} |"
        )
        print(lines[-1], flush=True)
        walks.append(walk)
    _tell(walks, lines, faults)
    return not faults


def _tell_faults(walk: Walk, faults: Iterable[Fault]) -> int:
    """Print a fault of one kind of page once, with how many pages have it; how many there are."""
    found = list(faults)
    alike = Counter((kind_of(place), what) for place, what in found)
    first = {(kind_of(place), what): place for place, what in reversed(found)}
    for key, number in alike.items():
        more = f" (and {number - 1} more)" if number > 1 else ""
        print(f"{walk.role} {first[key]}: {key[1]}{more}")
    return len(found)


def _tell(walks: list[Walk], lines: list[str], faults: int) -> None:
    print("\n| who | asked | pages | kinds | links | broken | page faults | HTML | left out | s |")
    print("| --- " + "| ---: " * 9 + "|")
    print("\n".join(lines))
    outside = sorted({host for walk in walks for host in walk.outside})
    print(f"\nOther sites that links lead to, not asked: {', '.join(outside)}.")
    print(f"{faults} faults; no message of the checker is suppressed.")
