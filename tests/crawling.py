"""Asking many addresses of a world, and telling two worlds apart."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any

from django.db import connection
from django.urls import converters

from sinovik.home.addresses import Address
from tests.owner import as_owner

DRAWN = re.compile(
    rb'"X-CSRFToken": "[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"'
    rb'|data-session-left="\d+"|data-now="[^"]*"(>[^<]*)?'
    # The key of a second factor that is offered, in its three forms.
    rb'|href="otpauth://[^"]*"|<svg [^>]*class="segno">.*?</svg>|<code>[A-Z2-7 ]+</code>'
    # What a passkey is asked to sign.
    rb'|data-options="[^"]*"'
    # When somebody signed in, in what they take along of their own.
    rb'|"last_login": "[^"]*"'
)
"""Tokens, offered keys and the visit's own clock: new in each drawing, whatever is drawn."""

LITERAL = re.compile(r"'[^']*'|\d+")


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that is sent meanwhile, without its literals.

    Two worlds that ask the database the same in the same order take as long: what a stopwatch
    would show on a quiet machine, shown without one.
    """
    sent: list[str] = []

    def keep(execute: Any, sql: str, *rest: Any) -> Any:
        sent.append(LITERAL.sub("?", sql))
        return execute(sql, *rest)

    with connection.execute_wrapper(keep):
        yield sent


def next_number() -> int:
    """A number above those of all tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_value) + 1 FROM pg_sequences WHERE schemaname = 'public'")
        return int(cursor.fetchone()[0])


def count_from(number: int) -> None:
    """Let every table number its next rows from there on, so that worlds are numbered alike."""
    with as_owner() as cursor:
        cursor.execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename), %s, false)"
            " FROM pg_sequences WHERE schemaname = 'public'",
            [number],
        )


def filled(
    address: Address,
    known: Mapping[str, Sequence[Any]],
    numbers: Sequence[int],
    uuids: Sequence[str],
) -> Iterator[str]:
    """The path of an address with each combination of values, by parameter or by its kind."""
    names = address.pattern.pattern.converters
    kinds = {converters.IntConverter: numbers, converters.UUIDConverter: uuids}
    choices = [known.get(name, kinds.get(type(kind), ["x"])) for name, kind in names.items()]
    for values in product(*choices):
        route = address.route
        for name, value in zip(names, values, strict=True):
            route = re.sub(rf"<(\w+:)?{name}>", str(value), route)
        yield "/" + route


def body_of(answer: Any) -> bytes:
    """What an answer holds, without what is new in each drawing."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return DRAWN.sub(b"", body)
