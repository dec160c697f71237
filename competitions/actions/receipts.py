"""Issuing receipts; a part of the submission, inside its transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime
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
from sinovik.audit.canonical import canonical
from sinovik.audit.codes import new_code

BATCH = 1000


def issue_receipts(
    *,
    by: User,
    entries: Sequence[Entry],
    versions: Sequence[InnovationVersion],
    at: datetime,
    request_key: UUID | None,
) -> list[Receipt]:
    """Sign that each entry's version was taken at `at`, and note its sending to the ministry.

    Needs `edition` and `agency` loaded.

    Two equal codes in 2^50 would break the unique index, and the submission with it.
    """
    key = signing.key_id()
    receipts = []
    for entry, version in zip(entries, versions, strict=True):
        code = new_code()
        payload = canonical(_statement(entry, version, at=at, code=code, key=key))
        receipts.append(
            Receipt(
                entry=entry,
                version=version,
                code=code,
                issued_at=at,
                content_hash=version.content_hash,
                payload=payload.decode("utf-8"),
                signature=signing.sign(payload),
                key=key,
                request_key=request_key,
            )
        )
    receipts = Receipt.objects.bulk_create(receipts, batch_size=BATCH)
    record_sendings(by=by, entries=entries, versions=versions, sent_to=SentTo.MINISTRY, at=at)
    payloads = [{"code": receipt.code, "key": key} for receipt in receipts]
    audit.record_many(by=by, event="receipt_issued", objs=receipts, payloads=payloads)
    return receipts


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
    instant = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "agency": entry.agency.name,
        "code": code,
        "content_hash": version.content_hash,
        "edition": entry.edition.year,
        "format": FORMAT,
        "key": key,
        "number": entry.number,
        "simulated": bool(version.content["simulated"]),
        "submitted_at": instant,
        "title": version.content["title"],
    }
