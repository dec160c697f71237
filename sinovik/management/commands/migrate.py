"""``manage.py migrate``: Django's, as the owner of the tables, and then the web role's rights."""

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connection, transaction

from sinovik.management.databases import as_owner
from sinovik.postgres.roles import grant_web, note_owner


class Command(migrate.Command):
    help = "Mengubah tabel sebagai pemiliknya, lalu memberi peran web hak yang diperlukannya."

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
            if settings.DATABASE_OWNER and not (options["plan"] or options["check_unapplied"]):
                with transaction.atomic(), connection.cursor() as cursor:
                    grant_web(cursor, settings.DATABASE_WEB_ROLE)
                    note_owner(cursor, settings.DATABASE_WEB_ROLE)
