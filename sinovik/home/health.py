"""Is the process alive, and is it ready to serve."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sinovik.web.access import public


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
    """Answer 200 when the database answers, is migrated and can take jobs; else 503."""
    checks = {"database": False, "migrations": False, "jobs": False}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")
            (checks["jobs"],) = cursor.fetchone()
        checks["database"] = True
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        checks["migrations"] = not plan
    except DatabaseError:
        # Which check failed is told by the answer; why is in the server's log.
        pass
    ready = all(checks.values())
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": checks},
        status=200 if ready else 503,
    )
