"""JSON-LD against the types of schema.org that the site uses.

The properties are those of the types' own pages on schema.org; required is what the consumers
named there (search engines for the trail, citation tools for the work) can't do without.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

DATE = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+([+-]\d\d:\d\d|Z))?")
EVERYWHERE = {"@type", "@id", "@context", "name", "url", "description", "image", "identifier"} | {
    "disambiguatingDescription",
    "sameAs",
    "alternateName",
}


@dataclass(frozen=True)
class Type:
    """What a node of a type must say, and what more it may."""

    required: frozenset[str]
    further: frozenset[str] = frozenset()


def _type(required: str, further: str = "") -> Type:
    return Type(frozenset(required.split()), frozenset(further.split()))


TYPES = {
    "CreativeWork": _type(
        "name url creator publisher inLanguage abstract",
        "datePublished dateModified about spatialCoverage award isAccessibleForFree"
        " creativeWorkStatus license keywords isBasedOn",
    ),
    "BreadcrumbList": _type("itemListElement"),
    "ListItem": _type("position name item"),
    "Thing": _type("name"),
    "Place": _type("name", "address geo containedInPlace"),
    "GovernmentOrganization": _type("name url", "parentOrganization address"),
    "Organization": _type("name url", "logo"),
    "WebSite": _type("name url inLanguage", "publisher potentialAction"),
}


def block_faults(text: str, base: str) -> Iterator[str]:
    """What is wrong with one block of a page."""
    try:
        block = json.loads(text)
    except ValueError as error:
        yield f"JSON-LD: {error}"
        return
    if block.get("@context") != "https://schema.org":
        yield f"JSON-LD of {block.get('@context')}"
    nodes = block.get("@graph", [block])
    for node in nodes:
        yield from (f"JSON-LD: {fault}" for fault in _node_faults(node, base))


def _node_faults(node: dict[str, Any], base: str) -> Iterator[str]:
    name = node.get("@type", "")
    kind = TYPES.get(name)
    if kind is None:
        yield f"unknown type {name!r}"
        return
    empty = {key for key, value in node.items() if value in ("", None, [], {})}
    missing = kind.required - (set(node) - empty)
    if missing:
        yield f"{name} without {', '.join(sorted(missing))}"
    foreign = set(node) - kind.required - kind.further - EVERYWHERE
    if foreign:
        yield f"{name} has no {', '.join(sorted(foreign))}"
    for key, value in node.items():
        if not all(VALUES.get(key, _anything)(one, base) for one in _listed(value)):
            yield f"{name}.{key} is {value!r}"
        for inner in _listed(value):
            if isinstance(inner, dict):
                yield from _node_faults(inner, base)
    if name == "BreadcrumbList":
        places = [item.get("position") for item in node["itemListElement"]]
        if places != list(range(1, len(places) + 1)):
            yield f"BreadcrumbList counts {places}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _anything(value: Any, base: str) -> bool:
    return value is not None


def _here(value: Any, base: str) -> bool:
    return isinstance(value, str) and value.startswith(f"{base}/")


VALUES: dict[str, Callable[[Any, str], bool]] = {
    "url": _here,
    "@id": _here,
    "image": _here,
    "item": _here,
    "datePublished": lambda value, base: bool(DATE.fullmatch(str(value))),
    "dateModified": lambda value, base: bool(DATE.fullmatch(str(value))),
    "inLanguage": lambda value, base: value in ("id", "en"),
    "isAccessibleForFree": lambda value, base: isinstance(value, bool),
}
