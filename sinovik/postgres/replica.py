"""How the site reaches a server that only reads."""

from typing import Any


def as_replica(address: dict[str, Any]) -> dict[str, Any]:
    """The entry of Django's DATABASES; waits briefly, since the primary answers too.

    One server and never several: what is read on one may be newer than on another.
    """
    pool = {"min_size": 1, "max_size": 8, "timeout": 1, "reconnect_timeout": 2}
    return address | {
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": address.get("OPTIONS", {}) | {"connect_timeout": 2, "pool": pool},
    }
