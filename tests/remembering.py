"""Worlds made once and put back: a contest takes a second to walk, its rows a twentieth of that.

The rows of a world are those that its maker wrote; they are copied out the first time and put back
for every later test of the same process that asks for the same world on an empty database. The
ids were handed out by this very database and rolled back with the test, so that nobody else has
them; what is put back never passed a trigger, but its original did.
"""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

import time_machine
from django.conf import UserSettingsHolder, settings
from django.db import connection, transaction
from django.utils import translation
from psycopg import IntegrityError

from agencies.models import Agency, User
from competitions.models import Edition
from innovations.models import Category
from sinovik.audit import clock
from tests.owner import as_owner, past_triggers

P = ParamSpec("P")
World = TypeVar("World")

# Within this many seconds nothing that a test looks at has become another day or a missed deadline.
FRESH = 240


@dataclass(frozen=True)
class Memory:
    """A world: what its maker returned, its rows by table, and when it was made."""

    world: object
    rows: dict[str, bytes]
    made_at: float


def remembered(make: Callable[P, World]) -> Callable[P, World]:
    """Let a maker of worlds put back what it has made before with the same arguments."""
    memories: dict[str, Memory] = {}

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> World:
        if not _is_plain():
            return make(*args, **kwargs)
        key = repr((connection.in_atomic_block, args, sorted(kwargs.items())))
        memory = memories.get(key)
        if memory and time.monotonic() - memory.made_at < FRESH:
            try:
                return _put_back(memory)  # type: ignore[return-value]
            except IntegrityError:
                # A test with real transactions left something behind that is in the way.
                return make(*args, **kwargs)
        with transaction.atomic():
            with as_owner() as cursor:
                cursor.execute("CREATE TEMP TABLE started ON COMMIT DROP AS SELECT 1")
                cursor.execute("SELECT xmin::text::bigint FROM started")
                (first,) = cursor.fetchone()
                cursor.execute("DROP TABLE started")
            world = make(*args, **kwargs)
            memories[key] = Memory(copy.deepcopy(world), _rows_since(first), time.monotonic())
        return world

    return made


def _is_plain() -> bool:
    """Tell whether nothing about this test makes its world another than the next test's."""
    return not (
        clock.is_stopped()
        or time_machine.escape_hatch.is_travelling()
        or isinstance(settings._wrapped, UserSettingsHolder)
        or translation.get_language() != settings.LANGUAGE_CODE
        or any(model.objects.exists() for model in (Agency, User, Category, Edition))
    )


def _tables() -> dict[str, str]:
    """Find each table of the database with the columns that can be written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text,"
            " string_agg(quote_ident(attname), ', ' ORDER BY attnum)"
            " FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' GROUP BY attrelid"
        )
        return dict(cursor.fetchall())


def _rows_since(first: int) -> dict[str, bytes]:
    """Copy out what was written by the transactions from `first` on, by the COPY that takes it."""
    found = {}
    with connection.cursor() as cursor:
        for table, columns in _tables().items():
            copying = f"COPY (SELECT {columns} FROM {table} WHERE xmin::text::bigint >= {first}) "
            with cursor.copy(copying + "TO STDOUT") as rows:
                octets = b"".join(rows)
            if octets:
                found[f"COPY {table} ({columns}) FROM STDIN"] = octets
    return found


def _put_back(memory: Memory) -> object:
    with transaction.atomic(), past_triggers() as cursor:
        cursor.execute("SET sinovik.hand = 'tests'")
        # Neither triggers nor keys are asked again; unique and exclusion constraints are.
        for copying, octets in memory.rows.items():
            with cursor.copy(copying) as rows:
                rows.write(octets)
        cursor.execute("RESET sinovik.hand")
    return copy.deepcopy(memory.world)
