"""What a page shows: its links, its parts, and what it says of itself."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from defusedxml import ElementTree

LINK_TAGS = {"a": "href", "area": "href"}
PART_ATTRIBUTES = ("src", "poster", "data", "background")
HTMX = ("data-hx-get", "data-hx-post")
SEEN_BY_OTHERS = ("og:image", "og:url", "twitter:image")


@dataclass(frozen=True)
class Link:
    """An address as it stands on the page; `method` is what would be sent there."""

    address: str
    source: str
    method: str = "get"
    is_part: bool = False
    lang: str = ""


@dataclass
class Page:
    """What was read of one HTML page."""

    lang: str = ""
    title: str = ""
    headings: int = 0
    heading: str = ""
    canonical: str = ""
    is_hidden: bool = False
    links: list[Link] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    alternates: dict[str, str] = field(default_factory=dict)
    blocks: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._inside = ""
        self._in_svg = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._note(tag, given)
        self.page.links += links_of(tag, given)
        if tag == "svg":
            self._in_svg += 1
        if tag == "title" and not self._in_svg:
            self._inside = "title"
        if tag == "script" and given.get("type") == "application/ld+json":
            self._inside = "block"
            self.page.blocks.append("")

    def _note(self, tag: str, given: dict[str, str]) -> None:
        page = self.page
        if "id" in given:
            page.ids.append(given["id"])
        if tag == "html":
            page.lang = given.get("lang", "")
        if tag == "h1":
            page.headings += 1
            self._inside = "h1"
        relation = given.get("rel", "") if tag == "link" else ""
        if relation == "canonical":
            page.canonical = given["href"]
        if relation == "alternate" and "hreflang" in given:
            page.alternates[given["hreflang"]] = given["href"]
        if tag == "meta" and given.get("name") == "robots":
            page.is_hidden |= "noindex" in given.get("content", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg":
            self._in_svg -= 1
        if tag in ("title", "script", "h1"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.page.title += data
        elif self._inside == "h1":
            self.page.heading += data
        elif self._inside == "block":
            self.page.blocks[-1] += data


def links_of(tag: str, given: dict[str, str]) -> Iterator[Link]:
    """Every address that an element names."""
    if tag in LINK_TAGS and "href" in given:
        yield Link(given["href"], f"<{tag}>", lang=given.get("hreflang", ""))
    elif tag == "link" and given.get("rel") not in ("preconnect", "dns-prefetch"):
        relation = given.get("rel", "")
        is_page = relation in ("canonical", "alternate", "next", "prev", "license")
        yield Link(
            given.get("href", ""),
            f"<link rel={relation}>",
            is_part=not is_page,
            lang=given.get("hreflang", ""),
        )
    elif tag in ("use", "image"):
        yield Link(given.get("href") or given.get("xlink:href", ""), f"<{tag}>", is_part=True)
    elif tag == "form":
        yield Link(given.get("action", ""), "<form>", given.get("method", "get").lower())
    elif tag == "meta" and given.get("property", given.get("name")) in SEEN_BY_OTHERS:
        yield Link(given.get("content", ""), f"<meta {given.get('property')}>")
    yield from _further(tag, given)


def _further(tag: str, given: dict[str, str]) -> Iterator[Link]:
    if "formaction" in given:
        method = given.get("formmethod", "post").lower()
        yield Link(given["formaction"], f"<{tag} formaction>", method)
    for name in PART_ATTRIBUTES:
        if name in given and tag != "form":
            yield Link(given[name], f"<{tag} {name}>", is_part=True)
    for name in ("srcset", "imagesrcset"):
        for candidate in filter(None, given.get(name, "").split(",")):
            yield Link(candidate.split()[0], f"<{tag} {name}>", is_part=True)
    for name in HTMX:
        if name in given:
            yield Link(given[name], f"<{tag} {name}>", name.removeprefix("hx-"))
    for name, value in given.items():
        # Modules are named in attributes, and so are addresses that scripts ask.
        if name.startswith("data-") and value.startswith("/") and not value.startswith("//"):
            yield Link(value, f"<{tag} {name}>", "script", is_part=value.startswith("/static/"))


def read_page(text: str) -> Page:
    """Read an HTML page."""
    reader = _Reader()
    reader.feed(text)
    reader.page.title = " ".join(reader.page.title.split())
    return reader.page


def read_xml(body: bytes) -> list[Link]:
    """Addresses in a feed or a sitemap; raises ParseError on what is no XML."""
    found = []
    for element in ElementTree.fromstring(body).iter():
        name = str(element.tag).rpartition("}")[2]
        if name == "loc" and element.text:
            found.append(Link(element.text.strip(), "<loc>"))
        elif name == "link" and "href" in element.attrib:
            found.append(Link(element.attrib["href"], "<link> of a feed"))
        elif name == "use":
            found.append(Link(element.attrib.get("href", ""), "<use>", is_part=True))
    return found


def read_json(documents: Sequence[bytes], base: str) -> list[Link]:
    """Addresses of this site in JSON documents; raises ValueError on what is no JSON."""
    return [
        Link(text, "JSON")
        for text in _texts([json.loads(one) for one in documents])
        if text.startswith(f"{base}/")
    ]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
