"""Canonical form and fingerprint of a frozen dossier. Pure."""

import hashlib
import json
from typing import Any


def canonical(content: dict[str, Any]) -> bytes:
    """The one byte form of `content`: sorted keys, no white space, UTF-8.

    Content holds strings, integers, booleans, None, lists and objects only, for which
    this equals RFC 8785 as long as keys are ASCII.
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def word_count(text: str) -> int:
    r"""Number of words as the forms count them: runs of non-space (`\S+`)."""
    return len(text.split())
