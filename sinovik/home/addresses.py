"""Every address of the site with its policy, for the generated docs and the tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern

from sinovik.web.access import Policy


@dataclass(frozen=True)
class Address:
    """One entry of the URLconf; ``policy`` is None where a view declares none."""

    route: str
    name: str
    view: Any
    policy: Policy | None
    pattern: URLPattern


def all_addresses() -> list[Address]:
    """Walk the URLconf, in its order."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(
    patterns: "list[URLPattern | URLResolver]", route: str, namespace: str
) -> Iterator[Address]:
    for pattern in patterns:
        here = route + _readable(pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, here, inner)
        else:
            view = pattern.callback
            name = f"{namespace}{pattern.name}"
            yield Address(here, name, view, getattr(view, "policy", None), pattern)


def _readable(pattern: URLPattern | URLResolver) -> str:
    # The prefix of the language in use: empty for Indonesian, "en/" for English.
    if isinstance(pattern.pattern, LocalePrefixPattern):
        return ""
    return str(pattern.pattern)
