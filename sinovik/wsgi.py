"""WSGI entry point."""

import os
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sinovik.settings")

_site = get_wsgi_application()

from sinovik.home.line import Line  # noqa: E402
from sinovik.home.queue import LINE  # noqa: E402 (the apps must be ready)

PLACES = 4
"""Requests that a process works on at once; the server has threads for those that wait."""
# Whether a page is held was asked of the database before the line: eight who wait with their
# connection would leave none to those at work.
_line = Line(PLACES, connections.close_all)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The site, with the line of this process."""
    environ[LINE] = _line
    return _site(environ, start_response)


if settings.METRICS_PORTS:
    from sinovik.home import metrics

    metrics.register()
