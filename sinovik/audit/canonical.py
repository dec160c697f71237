"""The one byte form of JSON that is hashed and signed. Pure."""

import json
from datetime import UTC, datetime
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(content: Any) -> bytes:
    """Sorted keys, no white space, UTF-8.

    `content` holds strings, integers, booleans, None, lists and objects only, for which
    this equals RFC 8785 as long as keys are ASCII.
    """
    return _ENCODER.encode(content).encode("utf-8")


def instant_text(at: datetime) -> str:
    """The one way an instant is written where it is hashed or signed: UTC, microseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
