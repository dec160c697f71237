"""Whom the embedded server runs as: PostgreSQL refuses to run as root."""

import os
import pwd
import stat
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

# The first that exists owns the server when root starts it.
UNPRIVILEGED = ("pgserver", "postgres", "nobody")


@dataclass(frozen=True)
class Owner:
    """The account of the server; None is the person who starts it."""

    account: pwd.struct_passwd | None = None

    @property
    def identity(self) -> dict[str, Any]:
        """Arguments for subprocess that switch to the account."""
        if self.account is None:
            return {}
        return {
            "user": self.account.pw_uid,
            "group": self.account.pw_gid,
            "extra_groups": [],
        }

    def give(self, directory: Path) -> None:
        """Make the account own ``directory`` and able to reach it."""
        if self.account is not None:
            os.chown(directory, self.account.pw_uid, self.account.pw_gid)
            self.let_reach(directory)

    def let_reach(self, path: Path) -> None:
        """Add the right to pass through (not to list) to the parents that lack it."""
        if self.account is None:
            return
        for parent in path.parents:
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH:
                parent.chmod(mode | stat.S_IXOTH)


@cache
def find_owner() -> Owner:
    """Choose the account: oneself, or an unprivileged one for root."""
    if os.geteuid() != 0:
        return Owner()
    for name in UNPRIVILEGED:
        try:
            return Owner(pwd.getpwnam(name))
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL refuses to run as root and no unprivileged account exists")
