"""Binding the ministry to a result; a part of locking the list, inside its transaction."""

import hashlib
import secrets

from agencies.models import User
from competitions.models import Commitment, CutOff
from competitions.queries.bundle import commitment_statement, result_content
from sinovik import audit
from sinovik.audit import clock, signing
from sinovik.audit.canonical import canonical


def commit_result(*, by: User, cut_off: CutOff) -> Commitment:
    """Freeze the whole result of a settled list and sign its hash, which is public at once.

    Needs `stage__edition` loaded and the list under lock. What the hash is of stays closed
    until the announcement.
    """
    secret, key, now = secrets.token_hex(32), signing.key_id(), clock.database_now()
    content = canonical(result_content(cut_off, secret))
    content_hash = hashlib.sha256(content).hexdigest()
    payload = canonical(commitment_statement(cut_off, content_hash, now, key))
    row = Commitment.objects.create(
        cut_off=cut_off,
        secret=secret,
        content=content.decode(),
        content_hash=content_hash,
        committed_at=now,
        payload=payload.decode(),
        signature=signing.sign(payload),
        key=key,
    )
    audit.record(by=by, event="result_committed", obj=row, payload={"content_hash": content_hash})
    return row
