"""What Django's deployment check asks the database: is the site's role only a web role?"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection

from sinovik.postgres.roles import excess_rights

NAMED = 3


@register(Tags.database, deploy=True)
def web_role_owns_nothing(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Warn where the role that serves pages may change tables or what is final.

    Runs with `check --deploy --database default`, in the environment of the web server.
    """
    if not databases:
        return []
    with connection.cursor() as cursor:
        found = excess_rights(cursor)
    if not found:
        return []
    named = ", ".join(found[:NAMED]) + (" …" if len(found) > NAMED else "")
    return [
        Warning(
            f"Peran basis data situs {named}.",
            hint="Jalankan migrate dengan DATABASE_OWNER_URL; lihat docs/operations.md.",
            id="sinovik.W001",
        )
    ]
