"""Is the process alive, and is it ready to serve."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sinovik.files.room import has_room
from sinovik.home.metrics import FIGURES
from sinovik.web.access import public

PULSE_WITHIN = 180
"""Seconds after which the scheduler, which beats each minute, is late."""


@public
@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """Answer without asking anything else."""
    return JsonResponse({"status": "ok"})


@public
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, is migrated and can take jobs; else 503.

    Warnings change no status: pages are served without them, and the site is more than its jobs.
    """
    checks = {"database": False, "migrations": False, "jobs": False}
    warnings = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")
            (checks["jobs"],) = cursor.fetchone()
        checks["database"] = True
        applied = MigrationRecorder(connection).applied_migrations()
        checks["migrations"] = wanted_migrations() <= applied.keys()
        if checks["jobs"] and not _has_pulse():
            warnings.append("scheduler")
        if not has_room():
            warnings.append("disk")
    except DatabaseError:
        # Which check failed is told by the answer; why is in the server's log.
        pass
    ready = all(checks.values())
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": checks, "warnings": warnings},
        status=200 if ready else 503,
    )


def _has_pulse() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES["scheduler_pulse_seconds"][1])
        (seconds,) = cursor.fetchone()
    return bool(0 <= seconds <= PULSE_WITHIN)


@cache
def wanted_migrations() -> frozenset[tuple[str, str]]:
    """Name the migrations that this code needs; read from its files once a process."""
    graph = MigrationLoader(None).graph
    return frozenset(graph.nodes)
