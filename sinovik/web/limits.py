"""How often one address may ask for something that costs little once."""

import time

from allauth.account.adapter import get_adapter
from django.core.cache import caches
from django.http import HttpRequest

WINDOW = 60
"""Seconds that are counted together; also how long to wait after a refusal."""


def asks_too_often(request: HttpRequest, *, what: str, most: int) -> bool:
    """Count this request; whether its address made more than `most` of them in this minute."""
    return requests_made(request, what=what) > most


def requests_made(request: HttpRequest, *, what: str) -> int:
    """Count this request; how many its address made in this minute, in all processes.

    A brake and not a lock: two processes that count at once may miss one.
    """
    minute = int(time.time()) // WINDOW
    key = f"limit:{what}:{get_adapter().get_client_ip(request)}:{minute}"
    brakes = caches["brakes"]
    try:
        brakes.add(key, 0, 2 * WINDOW)
        return int(brakes.incr(key))
    except (ValueError, OSError):
        # Forgotten between the two lines, or no room on the disk: reading goes on uncounted.
        return 1


def seconds_left() -> int:
    """Until the count begins anew."""
    return WINDOW - int(time.time()) % WINDOW
