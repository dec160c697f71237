"""Holding back comments that tell a person, and letting them go once somebody looked."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.anonymity import find_personal
from competitions.exceptions import StillPersonal, WrongState
from competitions.models import CommentScan, CutOff, HeldComment
from competitions.permissions.feedback import check_can_review_comments
from competitions.queries.comments import people_of
from sinovik import audit
from sinovik.audit import clock

BATCH = 1000


def keep_scan(*, by: User, cut_off: CutOff, searched: Sequence[HeldComment | None]) -> CommentScan:
    """Keep what a search of all the comments found; inside the caller's transaction.

    What holds nothing is released by the clock; the rest waits for `decide_comment`.
    """
    held = [one for one in searched if one]
    HeldComment.objects.bulk_create(held, batch_size=BATCH)
    scan = CommentScan.objects.create(
        cut_off=cut_off,
        comment_count=len(searched),
        held_count=len(held),
        scanned_at=clock.now(),
        scanned_by=by,
    )
    payload = {"comments": scan.comment_count, "held": scan.held_count}
    audit.record(by=by, event="comments_scanned", obj=scan, payload=payload)
    return scan


@transaction.atomic
def decide_comment(
    *, by: User, comment: HeldComment, text: str, reason: str, is_checked: bool
) -> HeldComment:
    """Release a held comment as `text`: what the judge wrote, or an edited form of it.

    Raises StillPersonal where `text` holds a finding and nobody says that it was looked at.
    """
    rows = HeldComment.objects.locked()
    row = rows.select_related("cut_off__stage__edition", "scoresheet__assignment__entry").get(
        pk=comment.pk
    )
    check_can_review_comments(by, row)
    if row.decided_at:
        raise WrongState(_("Komentar ini sudah diputuskan orang lain. Muat ulang daftarnya."))
    wanted = text.strip()
    if not wanted or not reason.strip():
        raise WrongState(_("Isi komentar yang dirilis dan alasannya."))
    if not is_checked and (left := _left(row, wanted)):
        raise StillPersonal(left)
    # An untouched text is the original itself, spaces around it included.
    row.text = row.original if wanted == row.original.strip() else wanted
    row.reason = reason.strip()[:300]
    row.decided_at, row.decided_by = clock.now(), by
    row.save(update_fields=["text", "reason", "decided_at", "decided_by"])
    event = "comment_redacted" if row.is_edited else "comment_released"
    audit.record(by=by, event=event, obj=row, payload={"reason": row.reason})
    return row


def _left(row: HeldComment, text: str) -> list[str]:
    """What in `text` still tells a person."""
    people = people_of(row.cut_off.stage.edition)
    agency = row.scoresheet.assignment.entry.agency_id
    return [text[one.start : one.end] for one in find_personal(text, people.near(agency))]
