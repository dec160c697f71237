"""Noting what was sent; a part of sending and submitting, inside their transaction."""

from collections.abc import Sequence
from datetime import datetime

from agencies.models import User
from competitions.models import Entry, Sending
from innovations.models import InnovationVersion
from sinovik.statements import insert


def record_sendings(
    *,
    by: User,
    entries: Sequence[Entry],
    versions: Sequence[InnovationVersion],
    sent_to: str,
    at: datetime,
) -> list[Sending]:
    """Note that each entry was sent as its frozen version, in order."""
    rows = [
        Sending(entry=entry, version=version, sent_to=sent_to, sent_at=at, sent_by=by)
        for entry, version in zip(entries, versions, strict=True)
    ]
    return insert(rows)
