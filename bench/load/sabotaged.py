"""The control's site: these settings with the faults named by SINOVIK_SABOTAGE."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sinovik.settings import *  # noqa: F403
from sinovik.settings import MIDDLEWARE as SOUND

FAULTS = os.environ.get("SINOVIK_SABOTAGE", "forgets").split(",")
AHEAD = timedelta(seconds=5)
EVERY = 4
MIDDLEWARE = [*SOUND, *(f"bench.load.sabotaged.{fault}" for fault in FAULTS)]


def forgets(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Acknowledge before the commit, which every fourth submission then does not reach."""
    from django.db import transaction

    def answer(request: Any) -> Any:
        entry = re.fullmatch(r"/kerja/peserta/(\d+)/ajukan/", request.path)
        if request.method != "POST" or entry is None or int(entry[1]) % EVERY:
            return get_response(request)
        with transaction.atomic():
            told = get_response(request)
            transaction.set_rollback(True)
        return told

    return answer


def late(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Decide deadlines by a clock that is five seconds behind."""
    from sinovik.audit import clock

    sound = clock.database_now
    clock.database_now = lambda: sound() - AHEAD
    return get_response


def early(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Show results by a clock that is five seconds ahead."""
    from sinovik.audit import clock

    sound = clock.now
    clock.now = lambda: sound() + AHEAD
    return get_response
