"""What was written past the site, and what heads have said of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from competitions.models import OwnerWriteConfirmed, OwnerWriteWord
from competitions.queries.row_history import table_choices
from sinovik.audit.models import OwnerWrite

SHOWN = 200


@dataclass(frozen=True)
class OwnersTransaction:
    """What one transaction wrote past the site."""

    at: datetime
    login: str
    program: str
    acts: list[str]


@dataclass(frozen=True)
class Unexplained:
    """Writes that no head has said a word of: numbers, and in words."""

    writes: list[int]
    transactions: list[OwnersTransaction]


@dataclass(frozen=True)
class Word:
    """One head's word on some writes; `first` is the word on the first of them."""

    words: list[int]
    writes: list[int]
    transactions: list[OwnersTransaction]
    written_by: str
    note: str
    said_by: str
    first: OwnerWriteWord


def unconfirmed_writes() -> QuerySet[OwnerWrite]:
    """Writes past the site that two heads have not explained yet."""
    confirmed = OwnerWriteConfirmed.objects.filter(word__write=OuterRef("pk"))
    return OwnerWrite.objects.filter(~Exists(confirmed))


def owner_writes() -> tuple[Unexplained, list[Word]]:
    """Those that nobody explained, and those that wait for a second head; the oldest first."""
    writes = list(unconfirmed_writes().order_by("pk")[:SHOWN])
    newest = OwnerWriteWord.objects.filter(write__in=writes).order_by("write_id", "-pk")
    said = {
        row.write_id: row
        for row in newest.distinct("write_id").select_related("said_by", "written_by")
    }
    alone = [row for row in writes if row.pk not in said]
    groups: dict[tuple[int, int | None, str], list[OwnerWrite]] = {}
    for row in writes:
        if word := said.get(row.pk):
            key = (word.said_by_id, word.written_by_id, word.note)
            groups.setdefault(key, []).append(row)
    words = [_word(rows, [said[row.pk] for row in rows]) for rows in groups.values()]
    return Unexplained([row.pk for row in alone], _transactions(alone)), words


def _word(writes: list[OwnerWrite], said: list[OwnerWriteWord]) -> Word:
    first = said[0]
    return Word(
        words=[word.pk for word in said],
        writes=[row.pk for row in writes],
        transactions=_transactions(writes),
        written_by=first.written_by.name if first.written_by else _("orang tanpa akun di sini"),
        note=first.note,
        said_by=first.said_by.name,
        first=first,
    )


def _transactions(writes: list[OwnerWrite]) -> list[OwnersTransaction]:
    names = dict(table_choices())
    found: dict[tuple[int, str], OwnersTransaction] = {}
    for row in writes:
        new = OwnersTransaction(row.written_at, row.login, row.program, [])
        whole = found.setdefault((row.transaction, row.login), new)
        whole.acts.append(f"{_act(row.act)} {names.get(row.source, row.source)}")
    return list(found.values())


def _act(act: str) -> str:
    words = {
        "INSERT": _("menambah"),
        "UPDATE": _("mengubah"),
        "DELETE": _("menghapus"),
        "TRUNCATE": _("mengosongkan"),
    }
    return words.get(act, act)
