"""What every page must say of itself: one heading, its own title, its language and its pair."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from bench.site.crawling import Fault, Walk, kind_of, language_of, pages_by_kind
from bench.site.reading import Page
from bench.site.structured import block_faults
from tests.catalogue import left_indonesian, texts_with_english, unmarked

DOSSIER = "id inovasi/<slug:slug>/"


def page_faults(walk: Walk) -> Iterator[Fault]:
    """Everything wrong with single pages and with pages beside each other."""
    texts = texts_with_english()
    titles = {page.heading for address, page in walk.pages.items() if kind_of(address) == DOSSIER}
    for address, page in walk.pages.items():
        for fault in _own_faults(address, page, walk.base):
            yield address, fault
        if page.lang == "en":
            said = walk.bodies[address].decode()
            for text in sorted(left_indonesian(said, texts)):
                yield address, f"left Indonesian: {text!r}"
            for text in sorted(unmarked(said, titles)):
                yield address, f"not marked as Indonesian: {text!r}"
    yield from _same_titles(walk)
    yield from _pairs(walk)
    yield from _wrong_language_links(walk)


def _own_faults(address: str, page: Page, base: str) -> Iterator[str]:
    if page.headings != 1:
        yield f"{page.headings} h1"
    if page.lang != language_of(urlsplit(address).path):
        yield f"lang is {page.lang!r}"
    for name, number in Counter(page.ids).items():
        if number > 1:
            yield f"id {name!r} {number} times"
    if not page.title.replace("· SINOVIK", "").strip():
        yield "no title"
    if page.canonical and page.canonical != base + urlsplit(address).path:
        yield f"canonical is {page.canonical}"
    for block in page.blocks:
        yield from block_faults(block, base)


def _same_titles(walk: Walk) -> Iterator[Fault]:
    for _kind, addresses in pages_by_kind(walk):
        paths: dict[str, set[str]] = defaultdict(set)
        for address in addresses:
            paths[walk.pages[address].title].add(urlsplit(address).path)
        for title, same in paths.items():
            if len(same) > 1:
                some = sorted(same)
                yield some[0], f"called {title!r} like {', '.join(some[1:4])} ({len(some)} pages)"


def _pairs(walk: Walk) -> Iterator[Fault]:
    for address, page in walk.pages.items():
        if not page.alternates:
            continue
        if set(page.alternates) != {"id", "en", "x-default"}:
            yield address, f"alternates are {sorted(page.alternates)}"
            continue
        own = walk.base + urlsplit(address).path
        if page.alternates[page.lang] != own:
            yield address, "is not its own alternate"
        for code in ("id", "en"):
            other = page.alternates[code].removeprefix(walk.base)
            pair = walk.pages.get(other)
            if pair and pair.alternates != page.alternates:
                yield address, f"{other} names other alternates"


def _wrong_language_links(walk: Walk) -> Iterator[Fault]:
    """Links that leave the reader's language without saying so."""
    met: dict[tuple[str, str], str] = {}
    for address, page in walk.pages.items():
        for link in page.links:
            target = urljoin(walk.base + address, link.address)
            path = urlsplit(target).path
            if (
                link.source in ("<a>", "<form>")
                and not link.lang
                and f"{walk.base}{path}" in (target, target.partition("?")[0].partition("#")[0])
                and language_of(path) != page.lang
                and (walk.pages.get(path) or walk.statuses.get(path) in (301, 302))
            ):
                met.setdefault((page.lang, path), address)
    for (lang, path), address in met.items():
        yield address, f"a page in {lang} leads to {path}"
