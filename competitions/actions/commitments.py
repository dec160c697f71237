"""Binding the ministry to a result; a part of locking the list, inside its transaction."""

import hashlib
import secrets

from django.utils.translation import gettext as _

from competitions.enums import MoveReason
from competitions.exceptions import WrongState
from competitions.models import Commitment, CutOff, Motion
from competitions.queries.bundle import commitment_statement, result_content
from competitions.queries.judging_record import judging_record
from competitions.queries.ranking import contenders, order_of, sheets_of
from competitions.scoring import stored
from sinovik import audit
from sinovik.audit import clock, signing
from sinovik.audit.canonical import canonical


def commit_result(*, cut_off: CutOff) -> Commitment:
    """Freeze the whole result of a settled list and sign its hash, which is public at once.

    Needs `stage__edition` loaded and the list under lock. What the hash is of stays closed
    until the announcement. The event names nobody: the bundle opens it with its salt, by
    which a name could be guessed. Who locked is in the event of the lock.
    Raises WrongState where the sheets no longer lead to the scores of the list, or where it
    holds moves that nobody voted on.
    """
    _check_scores(cut_off)
    _check_votes(cut_off)
    secret, key, now = secrets.token_hex(32), signing.key_id(), clock.database_now()
    told = result_content(cut_off, secret) | {"judging": judging_record(cut_off)}
    content = canonical(told)
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
    audit.record(by=None, event="result_committed", obj=row, payload={"content_hash": content_hash})
    return row


def _check_scores(cut_off: CutOff) -> None:
    """Refuse a list that today's sheets don't lead to; a conflict declared since takes one out.

    Equal scores are not enough: too few sheets may give them, and other marks break ties.
    """
    found, short = contenders(cut_off.stage)
    sheets = sheets_of(cut_off.stage, found)
    ranked, _fit = order_of(found, sheets, ranks_by=cut_off.ranks_by)
    scores = {one.entry: stored(one.score) for one in found}
    now = {(one.entry, one.rank, scores[one.entry], one.contender.sheet_count) for one in ranked}
    drawn = cut_off.results.values_list("entry", "rank", "score", "sheet_count")
    if short or now != set(drawn):
        raise WrongState(
            _("Lembar nilai berubah sejak ambang diterapkan. Tolak usulan, lalu terapkan lagi.")
        )


def _check_votes(cut_off: CutOff) -> None:
    """A list that was moved before there were votes can't be recomputed by a stranger."""
    if Motion.objects.decided_on(cut_off).filter(reason=MoveReason.UNVOTED).exists():
        raise WrongState(
            _(
                "Daftar ini memuat perpindahan tanpa pemungutan suara. Tolak usulan, terapkan"
                " ambang lagi, lalu putuskan perpindahannya dalam sidang."
            )
        )
