"""How views of the contest tell people why not."""

from collections.abc import Callable
from typing import Any

from sinovik.web.access import Forbidden, Refusal


def why_not(check: Callable[..., None], *args: Any) -> str:
    """The sentence with which a permission refuses, empty where it allows.

    For the disabled button: people read beside it why they can't press it.
    """
    try:
        check(*args)
    except Refusal as refusal:
        return str(refusal)
    return ""


def status_of(refusal: Refusal) -> int:
    """403 for a missing right, 409 for a state that has moved on."""
    return 403 if isinstance(refusal, Forbidden) else 409
