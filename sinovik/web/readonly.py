"""GET, HEAD and OPTIONS never write: the database connection refuses, not our care."""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Sessions and counts are bookkeeping of the browser's visit, not a change to the register.
# A look at somebody else's page is written before the page is shown.
ALLOWED_TABLES = frozenset(
    {"agencies_supportlook", "django_session", "sinovik_cache", "usersessions_usersession"}
)
WRITE = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?|COPY)\s+"
    r'(?:ONLY\s+)?"?(?P<table>\w+)"?',
    re.IGNORECASE,
)
QUOTED = re.compile(r"'(?:[^']|'')*'")
# Locks read as writes to the pattern above.
LOCKING = re.compile(r"\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b", re.IGNORECASE)


class WriteInSafeMethod(RuntimeError):
    """A view changes rows on GET; a programming error."""


def refuse_writes(
    execute: Callable[..., Any],
    sql: Any,
    params: Any,
    many: bool,
    context: dict[str, Any],
) -> Any:
    """Let reads through, refuse statements that change a table (an execute_wrapper)."""
    text = sql if isinstance(sql, str) else sql.as_string(context["connection"].connection)
    for match in WRITE.finditer(LOCKING.sub("", QUOTED.sub("''", text))):
        if match["table"].lower() not in ALLOWED_TABLES:
            raise WriteInSafeMethod(text[:200])
    return execute(sql, params, many, context)


class ReadOnlyMiddleware:
    """Wraps the connection for the time of a safe request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            return self.get_response(request)
        with connection.execute_wrapper(refuse_writes):
            return self.get_response(request)
