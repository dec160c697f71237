"""Finding a receipt by its code, writing its file, examining a file that somebody holds."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.models import Entry, Receipt
from sinovik.audit import signing
from sinovik.audit.canonical import canonical
from sinovik.audit.codes import read_code

FORMAT = "sinovik-receipt-1"
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


def receipt_of(entry: Entry) -> Receipt | None:
    """The receipt of the version that the entry stands with."""
    return Receipt.objects.filter(entry=entry, version=entry.version_id).first()


def earlier_receipts(entry: Entry) -> list[Receipt]:
    """Receipts of versions that a later one has replaced, the latest first."""
    return list(
        Receipt.objects.filter(entry=entry).exclude(version=entry.version_id).order_by("-pk")
    )


def find_receipt(typed: str) -> Receipt | None:
    """The receipt with this code, however it is typed."""
    code = read_code(typed)
    return Receipt.objects.filter(code=code).first() if code else None


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
    receipt = Receipt.objects.filter(code=statement["code"], payload=envelope["payload"]).first()
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
