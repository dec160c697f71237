"""The one byte form of JSON that is hashed and signed. Pure."""

import json
from typing import Any


def canonical(content: Any) -> bytes:
    """Sorted keys, no white space, UTF-8.

    `content` holds strings, integers, booleans, None, lists and objects only, for which
    this equals RFC 8785 as long as keys are ASCII.
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")
