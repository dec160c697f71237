"""Issuing receipts; a part of the submission, inside its transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from agencies.models import User
from competitions.actions.sendings import record_sendings
from competitions.enums import EntryState, SentTo
from competitions.models import Entry, Receipt
from competitions.queries.receipts import FORMAT
from innovations.models import InnovationVersion
from sinovik import audit
from sinovik.audit import signing
from sinovik.audit.canonical import canonical, instant_text
from sinovik.audit.codes import new_code
from sinovik.statements import insert


@dataclass(frozen=True)
class Admission:
    """How a submission that missed the close `closes_at` was let in after all."""

    closes_at: datetime
    admitted_at: datetime
    letter_number: str


def issue_receipts(
    *,
    by: User,
    entries: Sequence[Entry],
    versions: Sequence[InnovationVersion],
    at: datetime,
    request_key: UUID | None,
    admission: Admission | None = None,
) -> list[Receipt]:
    """Sign that each entry's version arrived at `at`, and note its sending to the ministry.

    Needs `edition` and `agency` loaded. What came late says so (`admission`). Two equal
    codes in 2^50 would break the unique index, and the submission with it.
    """
    key = signing.key_id()
    issued_at = admission.admitted_at if admission else at
    receipts = []
    for entry, version in zip(entries, versions, strict=True):
        code = new_code()
        statement = _statement(entry, version, at=at, code=code, key=key) | _admission(admission)
        payload = canonical(statement)
        receipts.append(
            Receipt(
                entry=entry,
                version=version,
                code=code,
                issued_at=issued_at,
                content_hash=version.content_hash,
                payload=payload.decode("utf-8"),
                signature=signing.sign(payload),
                key=key,
                request_key=request_key,
            )
        )
    receipts = insert(receipts)
    sender = entries[0].submitted_by or by  # not `by` where that one lets in what came late
    record_sendings(by=sender, entries=entries, versions=versions, sent_to=SentTo.MINISTRY, at=at)
    payloads = [{"code": receipt.code, "key": key} for receipt in receipts]
    audit.record_many(by=by, event="receipt_issued", objs=receipts, payloads=payloads)
    return receipts


def _admission(admission: Admission | None) -> dict[str, Any]:
    if admission is None:
        return {}
    return {
        "admitted_at": instant_text(admission.admitted_at),
        "deadline": instant_text(admission.closes_at),
        "letter": admission.letter_number,
    }


def repeats_submission(*, by: User, entries: Sequence[Entry], request_key: UUID | None) -> bool:
    """Whether this is a submission that was done already, sent once more; then note it.

    The note is a write on purpose: its commit waits for the standby as the first one did,
    so a person who was told "outcome unknown" gets certainty by asking again.
    """
    if any(entry.state != EntryState.SUBMITTED for entry in entries):
        return False
    answered: set[int] = set()
    if request_key:
        receipts = Receipt.objects.filter(entry__in=entries, request_key=request_key)
        answered = set(receipts.values_list("entry", flat=True))
    if any(entry.submitted_by_id != by.pk and entry.pk not in answered for entry in entries):
        return False
    audit.record_many(by=by, event="submission_repeated", objs=entries)
    return True


def _statement(
    entry: Entry, version: InnovationVersion, *, at: datetime, code: str, key: str
) -> dict[str, Any]:
    return {
        "agency": entry.agency.name,
        "code": code,
        "content_hash": version.content_hash,
        "edition": entry.edition.year,
        "format": FORMAT,
        "key": key,
        "number": entry.number,
        "simulated": bool(version.content["simulated"]),
        "submitted_at": instant_text(at),
        "title": version.content["title"],
    }
