"""`python -m bench.restoring`: T19 at the size of the demo's season.

Builds the demo world on a server that keeps what it is told, backs it up, lets agencies submit
before and after a chosen second, restores to it elsewhere with `manage.py restore_drill`, which
reads everything again. Leaves with 1 where the restore takes longer than the promise.
"""

import base64
import os
import re
import secrets
import sys
import time
from contextlib import suppress
from datetime import datetime
from io import StringIO
from pathlib import Path

from bench.places import own_directory

PROMISE = 60.0
EACH = 12
"""Submissions before the chosen second and after it."""
SECONDS = re.compile(r"([\d.]+) detik, diperiksa ([\d.]+) detik")


def main() -> int:
    """Build, back up, restore; 0 where it was in time and sound."""
    with own_directory("restoring", "var") as directory:
        os.environ["SINOVIK_BACKUP_DIR"] = str(directory / "backups")
        os.environ["SINOVIK_BACKUP_KEY"] = base64.b64encode(secrets.token_bytes(32)).decode()
        import django

        django.setup()
        from django.conf import settings

        cluster = settings.EMBEDDED_CLUSTER
        assert cluster is not None, "own_directory took DATABASE_URL away"
        cluster.hold()
        try:
            return _restored(directory)
        finally:
            cluster.release()
            cluster.stop()


def _restored(directory: Path) -> int:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("build_world", scale="full")
    call_command("backup")
    before = _submit(EACH)
    chosen = _now()
    after = _submit(EACH)
    said = StringIO()
    call_command("restore_drill", to=chosen, stdout=said)
    print(said.getvalue())
    found = SECONDS.search(said.getvalue())
    assert found, "the drill said no seconds"
    kept = sum(one.stat().st_size for one in (directory / "backups").rglob("*") if one.is_file())
    print(
        f"{before} submissions before the chosen second, {after} after it; "
        f"backups of {kept / 1e6:.0f} MB; load {os.getloadavg()[0]:.1f}; "
        f"restored in {found[1]} s (promise: {PROMISE:.0f} s), read again in {found[2]} s."
    )
    return int(float(found[1]) > PROMISE)


def _submit(number: int) -> int:
    """Let admins submit what waits for them; how many did."""
    from agencies.enums import Role
    from agencies.models import User
    from competitions.actions.entries import submit_entry
    from competitions.enums import EntryState
    from competitions.models import Entry
    from sinovik.web.access import Refusal

    done = 0
    for entry in Entry.objects.filter(state=EntryState.WITH_AGENCY).order_by("pk"):
        admin = User.objects.filter(
            memberships__agency=entry.agency_id, memberships__role=Role.AGENCY_ADMIN
        ).first()
        assert admin, "an agency that enters has an admin"
        with suppress(Refusal):
            submit_entry(by=admin, entry=entry)
            done += 1
        if done == number:
            break
    return done


def _now() -> datetime:
    """A second that lies between what was committed and what will be."""
    from sinovik.management.backups.source import configured_source
    from sinovik.management.backups.taking import NOW

    time.sleep(1.2)
    chosen = datetime.fromisoformat(configured_source().ask(NOW))
    time.sleep(1.2)
    return chosen


if __name__ == "__main__":
    sys.exit(main())
