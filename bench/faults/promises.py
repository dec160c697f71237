"""What writers were promised, against what stands in the database."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

import psycopg

from bench.faults.writers import Account, Book

PER_AGENCY = 2
"""Proposals an agency: submitting locks the agency, so one for all would make a queue of people."""
KEYS = """
    SELECT request_key::text, count(*) FROM competitions_receipt
    WHERE request_key IS NOT NULL GROUP BY 1
"""
DOSSIERS = "SELECT id, edit_number, sections FROM innovations_innovation WHERE id = ANY(%s)"


def compare(
    books: Mapping[int, Book], line: psycopg.Connection[Any]
) -> tuple[list[str], list[str]]:
    """What is missing and what is there twice; `books` by the innovation they write."""
    keys: dict[str, int] = dict(line.execute(KEYS).fetchall())
    missing = []
    for book in books.values():
        missing += [f"receipt of {key}" for key in book.receipts if key not in keys]
        missing += book.broken
    for innovation, number, sections in line.execute(DOSSIERS, [list(books)]).fetchall():
        book = books[innovation]
        if number < book.version:
            missing.append(f"edit {book.version} of {innovation}: it is at {number}")
        elif number == book.version:
            missing += [
                f"text of {key} in {innovation}"
                for key, text in book.texts.items()
                if sections.get(key) != text
            ]
    return missing, [f"receipt of {key}" for key, count in keys.items() if count > 1]


def accounts(number: int) -> list[Account]:
    """People of several agencies with a draft each, in a contest of their own."""
    # By name: the checker of types does not go into the tests.
    factories = import_module("tests.factories")
    found: list[Account] = []
    # Not one that was remembered: those rows belong to another database.
    contest = factories.make_contest.__wrapped__(entries=0)
    while len(found) < number:
        contest = replace(contest, team=factories.make_team())
        drafts = factories.make_innovations(contest.team, PER_AGENCY)
        for entry in factories.enter(contest, drafts):
            found.append(account(contest.team.admin, entry))
    return found[:number]


def account(person: Any, entry: Any) -> Account:
    """Somebody signed in who may write and submit an entry."""
    innovation = entry.innovation
    return Account(
        entry=entry.pk,
        innovation=innovation.pk,
        cookie=signed_in(person),
        token=secrets.token_hex(16),
        version=innovation.edit_number,
    )


def signed_in(person: Any) -> str:
    """The cookie of a session that a person has just opened."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from sinovik.web.sessions import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)
