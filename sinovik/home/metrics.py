"""What an operator watches of the site itself, read from the database when asked.

django-prometheus counts requests and queries; these are the signs that people's work moves:
mails, jobs, seals, the next close. Every process answers alike, so a panel takes the maximum.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections, connection
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from prometheus_client.registry import Collector

from sinovik.files.room import free_octets

FIGURES = {
    "mails_waiting": (
        "Mails that are still to go out",
        "SELECT count(*) FROM notifications_mail WHERE sent_at IS NULL AND given_up_at IS NULL",
    ),
    "mail_oldest_seconds": (
        "Age of the oldest mail that is still to go out",
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(queued_at)), 0)"
        " FROM notifications_mail WHERE sent_at IS NULL AND given_up_at IS NULL",
    ),
    "jobs_waiting": (
        "Jobs that are due and not begun",
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"
        " AND coalesce(scheduled_at, '-infinity') <= clock_timestamp()",
    ),
    "jobs_failed": (
        "Jobs that were given up",
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'",
    ),
    "worker_heartbeat_seconds": (
        "Time since a job worker was last heard of; -1: none ever was",
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - max(last_heartbeat)), -1)"
        " FROM procrastinate_workers",
    ),
    # The library notes each minute for which it could queue the sweep, and it can't while the one
    # before waits: the note ages where the scheduler is dead, where nobody works, and where the
    # database takes no rows.
    "scheduler_pulse_seconds": (
        "Time since the scheduler last queued the sweep of each minute; -1: never",
        "SELECT coalesce(extract(epoch FROM clock_timestamp()) - max(defer_timestamp), -1)"
        " FROM procrastinate_periodic_defers"
        " WHERE task_name = 'sinovik.notifications.tasks.retry_stalled_jobs'",
    ),
    "seal_age_seconds": (
        "Age of the newest seal of the log while events wait for one; 0: none waits",
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM audit_auditevent e"
        " LEFT JOIN audit_leaf l ON l.event_id = e.id WHERE l.event_id IS NULL)"
        " THEN coalesce(extract(epoch FROM clock_timestamp()"
        " - (SELECT max(sealed_at) FROM audit_seal)), 0) ELSE 0 END",
    ),
    "night_findings": (
        "Sentences that the newest nightly check found false; -1: none was made yet",
        "SELECT coalesce((SELECT jsonb_array_length(findings) FROM competitions_nightcheck"
        " ORDER BY id DESC LIMIT 1), -1)",
    ),
    "night_check_age_seconds": (
        "Age of the newest nightly check; -1: none was made yet",
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - max(checked_at)), -1)"
        " FROM competitions_nightcheck",
    ),
    "owner_writes_unseen": (
        "Writes past the site that two heads have not explained yet",
        "SELECT count(*) FROM audit_ownerwrite o WHERE NOT EXISTS (SELECT 1 FROM"
        " competitions_ownerwriteword s JOIN competitions_ownerwriteconfirmed c"
        " ON c.word_id = s.id WHERE s.write_id = o.id)",
    ),
    "receipts_total": (
        "Receipts given",
        "SELECT count(*) FROM competitions_receipt",
    ),
    "next_close_seconds": (
        "Time until the next stage closes, for one agency at least; -1: none is ahead",
        "SELECT coalesce(extract(epoch FROM min(at) - clock_timestamp()), -1) FROM"
        " (SELECT closes_at AS at FROM competitions_stage UNION ALL"
        " SELECT new_closes_at FROM competitions_deadlineextension WHERE state = 'confirmed') c"
        " WHERE at > clock_timestamp()",
    ),
}
"""Name without its prefix: help and the query for one number."""


def backup_age() -> float:
    """Seconds since the newest whole backup of this machine ended; -1 where none is there."""
    whole = Path(settings.BACKUP_DIR).glob("sets/*/manifest.json") if settings.BACKUP_DIR else ()
    ended = max((path.stat().st_mtime for path in whole), default=None)
    return -1.0 if ended is None else time.time() - ended


OF_THE_MACHINE: dict[str, tuple[str, Callable[[], float]]] = {
    "files_free_bytes": ("Room for people's files", free_octets),
    "backup_age_seconds": ("Age of the newest whole backup; -1: none is here", backup_age),
}
"""Not of the database, and so of each machine: name, help and what tells it."""


class SiteFigures(Collector):
    """Asks the database at each scrape; unreachable, it gives no figures and no error page."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: registering must not ask the database."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge a figure, in one query."""
        close_old_connections()
        try:
            columns = ", ".join(f"({query})" for _help, query in FIGURES.values())
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {columns}")
                row = cursor.fetchone()
        finally:
            connection.close()
        for (name, (about, _query)), value in zip(FIGURES.items(), row, strict=True):
            yield GaugeMetricFamily(f"sinovik_{name}", about, value=float(value))
        for name, (about, tell) in OF_THE_MACHINE.items():
            yield GaugeMetricFamily(f"sinovik_{name}", about, value=tell())


def register() -> None:
    """Add the figures to what this process exports."""
    REGISTRY.register(SiteFigures())
