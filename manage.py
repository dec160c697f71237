#!/usr/bin/env python
"""Django's command line."""

import os
import sys

# Commands that open no connection; demo starts the cluster itself, beside the web server.
WITHOUT_DATABASE = frozenset(
    {"collectstatic", "compilemessages", "demo", "help", "makemessages", "test", "write_assets"}
)


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sinovik.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    # Help and code generation work without a database, and must not wait for one.
    if settings.EMBEDDED_CLUSTER and not WITHOUT_DATABASE.intersection(sys.argv[1:2]):
        settings.EMBEDDED_CLUSTER.hold()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
