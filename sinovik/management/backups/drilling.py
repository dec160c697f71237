"""The drill: restore elsewhere, read everything there is to verify, forget the copy."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from django.conf import settings

from sinovik.management.backups.restoring import Restored

MANAGE = str(settings.BASE_DIR / "manage.py")
LONGEST_CHECK = 3600


@dataclass(frozen=True)
class Verdict:
    """What the checks of a restored copy said, and how long they took."""

    is_sound: bool
    said: str
    seconds: float


def look_at(copy: Restored) -> Verdict:
    """Run `verify_all` on the copy in a process of its own, which knows nothing else."""
    began = time.monotonic()
    env = os.environ | {
        "DATABASE_URL": copy.address,
        "SINOVIK_VAR": str(copy.directory),
        # The files are those of the copy, wherever the site's own stand.
        "SINOVIK_S3_BUCKET": "",
        "SINOVIK_BACKUP_DIR": "",
    }
    env.pop("SINOVIK_TEST_RUN", None)
    env["DJANGO_SETTINGS_MODULE"] = "sinovik.settings"
    done = subprocess.run(  # noqa: S603 (our own program, no shell)
        [sys.executable, MANAGE, "verify_all"],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_CHECK,
        check=False,
    )
    return Verdict(not done.returncode, done.stdout.strip(), time.monotonic() - began)
