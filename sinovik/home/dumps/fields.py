"""What a table of the dumps is: its rows and its fields. The dictionary is read from here too."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Kind(StrEnum):
    """How a value is written; docs/adr/0037 says how each looks in each format."""

    TEXT = "text"
    INTEGER = "integer"
    INTEGERS = "integers"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"


class Origin:
    """Who says what stands in a field."""

    AGENCY = _("Diisi instansi")
    OBSERVER = _("Dicatat pengamat dari luar instansi")
    SECRETARIAT = _("Dicatat sekretariat")
    SYSTEM = _("Dibuat atau dihitung SINOVIK")
    REGIONS = _("Kode wilayah administrasi Kementerian Dalam Negeri")
    CITED = _("Sumber yang disebut pada baris")


@dataclass(frozen=True)
class Field:
    """A column: what it is called, what it means, and how it is read from a row."""

    name: str
    kind: Kind
    meaning: Text
    origin: Text = Origin.SYSTEM
    read: Callable[[Any], Any] | None = None
    unit: Text = ""

    def value(self, row: Any) -> Any:
        """The row's value as JSON can hold it."""
        found = (self.read or attrgetter(self.name))(row)
        if isinstance(found, datetime):
            return found.astimezone(UTC).isoformat()
        if isinstance(found, date):
            return found.isoformat()
        if isinstance(found, Decimal):
            return float(found)
        return str(found) if self.kind == Kind.TEXT and found is not None else found


@dataclass(frozen=True)
class Dataset:
    """A table: one file in each format."""

    name: str
    title: Text
    rows: Callable[[], Iterable[Any]]
    fields: tuple[Field, ...]

    @property
    def kinds(self) -> dict[str, str]:
        """Types of the columns, by name, in order."""
        return {field.name: field.kind.value for field in self.fields}

    def record(self, row: Any) -> dict[str, Any]:
        """A row as it is written."""
        return {field.name: field.value(row) for field in self.fields}


def simulated(read: Callable[[Any], bool] = attrgetter("is_simulated")) -> Field:
    """The field that every table has."""
    return Field(
        "simulated",
        Kind.BOOLEAN,
        _("Benar bila baris ini, atau sebagian yang dihitung di dalamnya, adalah simulasi"),
        read=read,
    )


def source(read: Callable[[Any], str] = attrgetter("source")) -> Field:
    """Where a row comes from; empty where the site itself is its source."""
    return Field(
        "source",
        Kind.TEXT,
        _("Dari mana baris ini; kosong bila SINOVIK sendiri sumbernya"),
        Origin.SECRETARIAT,
        read,
    )


def innovation(read: Callable[[Any], str]) -> Field:
    """Which innovation a row is about."""
    return Field("innovation", Kind.TEXT, _("Alamat pendek (slug) inovasi"), Origin.SYSTEM, read)
