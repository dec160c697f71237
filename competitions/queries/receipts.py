"""Finding a receipt by its code, writing its file, examining a file that somebody holds."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from competitions.enums import EntryState
from competitions.models import Correction, Entry, Letter, Receipt
from competitions.models.entry import EntryQuerySet
from competitions.queries.reach import Visible
from sinovik.audit import signing
from sinovik.audit.canonical import canonical
from sinovik.audit.codes import read_code
from sinovik.web.prepared import Prepared

FORMAT = "sinovik-receipt-1"
RELATED = ("edition", "group", "agency", "innovation")
"""What the page of a receipt reads beside the entry."""
ENVELOPE = {"format", "key", "payload", "signature"}
LARGEST_FILE = 100_000
NOT_A_RECEIPT = gettext_lazy("Berkas ini bukan tanda terima SINOVIK, atau isinya sudah berubah.")


@dataclass(frozen=True)
class Examination:
    """What a file turned out to be; an empty `fault` means that it is genuine.

    `receipt` is the row of the register with the very same signed text, if there is one.
    """

    fault: str = ""
    statement: dict[str, Any] = field(default_factory=dict)
    receipt: Receipt | None = None


class Stands(StrEnum):
    """What has become of a submission since its receipt was issued."""

    CURRENT = "current"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"


STANDS_TEXT = {
    Stands.CURRENT: gettext_lazy("Berlaku"),
    Stands.WITHDRAWN: gettext_lazy("Proposal ditarik oleh instansi"),
    Stands.REOPENED: gettext_lazy("Dibuka kembali oleh instansi dan belum diajukan lagi"),
}


@dataclass(frozen=True)
class Standing:
    """Where the submission of a receipt stands now; `successor` is the receipt that followed."""

    kind: Stands
    successor: Receipt | None = None

    @property
    def text(self) -> str:
        """The standing in words, with what it means."""
        if self.successor:
            said = _("Digantikan oleh tanda terima %(code)s")
            return said % {"code": self.successor.code_text}
        return str(STANDS_TEXT[self.kind])

    @property
    def is_current(self) -> bool:
        """Whether the ministry still holds the proposal as this receipt states it."""
        return self.kind == Stands.CURRENT


def _on_its_way(entries: EntryQuerySet, pk: Any) -> EntryQuerySet:
    of_entry = {"entry": OuterRef("pk")}
    of_check = {"check_of__stage_entry__entry": OuterRef("pk")}
    rows = entries.filter(pk=pk).select_related(*RELATED).order_by()
    return rows.annotate(
        has_letters=Exists(Letter.objects.filter(**of_entry)),
        was_corrected=Exists(Correction.objects.filter(**of_check)),
    )


_ON_ITS_WAY = Visible(_on_its_way, "pk")


def entry_with_receipt(user: User, pk: int) -> Any:
    """The entry if the person may open its pages, with `has_letters` and `was_corrected`.

    Most have neither, and then neither needs a query.
    """
    return _ON_ITS_WAY.first(user, pk=pk)


_OF_ENTRY = Prepared(
    lambda entry: (
        Receipt.objects.filter(entry=entry)
        .select_related("version__created_by")
        .defer("version__content")
        .order_by("pk")
    ),
    "entry",
)


def standings_of(entry: Entry) -> list[tuple[Receipt, Standing]]:
    """Every receipt of the entry, oldest first, with where each submission stands. One query."""
    receipts = _OF_ENTRY.all(entry=entry.pk)
    successors = [*receipts[1:], None]
    return [
        (receipt, _standing(entry, receipt, successor))
        for receipt, successor in zip(receipts, successors, strict=False)
    ]


def standing_of(receipt: Receipt) -> Standing:
    """Where one receipt's submission stands; `receipt.entry` loaded. One query."""
    later = Receipt.objects.filter(entry=receipt.entry_id, pk__gt=receipt.pk).order_by("pk")
    return _standing(receipt.entry, receipt, later.first())


def _standing(entry: Entry, receipt: Receipt, successor: Receipt | None) -> Standing:
    if successor:
        return Standing(Stands.REPLACED, successor)
    if entry.version_id != receipt.version_id:
        return Standing(Stands.REOPENED)
    if entry.state == EntryState.WITHDRAWN:
        return Standing(Stands.WITHDRAWN)
    return Standing(Stands.CURRENT)


def find_receipt(typed: str) -> Receipt | None:
    """The receipt with this code, however it is typed."""
    code = read_code(typed)
    receipts = Receipt.objects.select_related("entry")
    return receipts.filter(code=code).first() if code else None


def statement_of(receipt: Receipt) -> dict[str, Any]:
    """What the receipt states; empty where the stored text does not bear its signature."""
    payload = receipt.payload.encode("utf-8")
    if not signing.is_signed(payload, receipt.signature, receipt.key):
        return {}
    statement: dict[str, Any] = json.loads(payload)
    return statement


def receipt_file(receipt: Receipt) -> bytes:
    """The JSON file of a receipt, in the only byte form that verifiers take."""
    return canonical(
        {
            "format": FORMAT,
            "key": receipt.key,
            "payload": receipt.payload,
            "signature": receipt.signature,
        }
    )


def examine(octets: bytes) -> Examination:
    """Check a receipt's file byte for byte: form, key, signature."""
    envelope = _envelope(octets)
    if envelope is None:
        return Examination(str(NOT_A_RECEIPT))
    payload = envelope["payload"].encode("utf-8")
    if not signing.is_signed(payload, envelope["signature"], envelope["key"]):
        return Examination(_("Tanda tangan tidak cocok dengan isinya. Isinya sudah berubah."))
    statement: dict[str, Any] = json.loads(payload)
    # The key may sign other things one day: only a receipt is a receipt.
    if (statement.get("format"), statement.get("key")) != (FORMAT, envelope["key"]):
        return Examination(str(NOT_A_RECEIPT))
    rows = Receipt.objects.select_related("entry")
    receipt = rows.filter(code=statement["code"], payload=envelope["payload"]).first()
    return Examination(statement=statement, receipt=receipt)


def _envelope(octets: bytes) -> dict[str, str] | None:
    """The four strings of a file in canonical form; None for anything else."""
    try:
        found = json.loads(octets.decode("utf-8"))
        if not isinstance(found, dict) or canonical(found) != octets:
            return None
    except (ValueError, RecursionError):
        return None
    is_whole = set(found) == ENVELOPE and all(isinstance(value, str) for value in found.values())
    return found if is_whole and found["format"] == FORMAT else None
