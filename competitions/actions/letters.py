"""Sending letters; a part of the decision, inside its transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from agencies.models import User
from competitions.models import Correction, Entry, Letter
from competitions.queries.letters import Draft
from sinovik import audit
from sinovik.audit import clock
from sinovik.statements import insert


@dataclass(frozen=True)
class Outgoing:
    """A letter about to be sent."""

    entry: Entry
    kind: str
    draft: Draft
    correction: Correction | None = None


def write_letters(*, by: User, letters: Sequence[Outgoing]) -> list[Letter]:
    """Keep each letter as it is sent. The reader's message is the caller's to write."""
    now = clock.now()
    rows = insert(
        [
            Letter(
                entry=one.entry,
                kind=one.kind,
                correction=one.correction,
                subject=one.draft.texts["id"][0],
                body=one.draft.texts["id"][1],
                subject_en=one.draft.texts["en"][0],
                body_en=one.draft.texts["en"][1],
                written_at=now,
                written_by=by,
            )
            for one in letters
        ]
    )
    payloads = [{"kind": row.kind} for row in rows]
    audit.record_many(by=by, event="letter_sent", objs=rows, payloads=payloads)
    return rows
