"""A judge's own highlights in the text: put there, taken away, seen by nobody else."""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.anonymity import whole_start
from competitions.exceptions import WrongState
from competitions.models import Assignment, TextHighlight
from competitions.permissions import check_can_judge
from competitions.queries.marked_text import part_of
from competitions.queries.reading import read_by_judge
from sinovik import audit
from sinovik.audit import clock

MOST = 200
LONGEST = 1000


@transaction.atomic
def highlight_text(
    *, by: User, assignment: Assignment, section: str, start: int, quote: str
) -> TextHighlight:
    """Keep a passage; asked for twice it is there once.

    Raises WrongState where the text does not say `quote` at `start`, or where it is too much.
    """
    row = (
        Assignment.objects.locked()
        .select_related("stage", "entry__edition", "version")
        .get(pk=assignment.pk)
    )
    check_can_judge(by, row)
    if not 0 < len(quote) <= LONGEST:
        raise WrongState(_("Sorot paling banyak %(count)s huruf sekaligus.") % {"count": LONGEST})
    proposal = read_by_judge(row)
    part = part_of(proposal, section)
    if start < 0 or part is None or part.text[start : start + len(quote)] != quote:
        raise WrongState(_("Teks yang disorot tidak ditemukan. Muat ulang, lalu pilih lagi."))
    place = whole_start(part.hidden, start, start + len(quote))
    if place is None:
        raise WrongState(_("Bagian yang disamarkan tidak bisa disorot. Pilih teks di luarnya."))
    if TextHighlight.objects.filter(assignment=row).count() >= MOST:
        raise WrongState(_("Sorotan di proposal ini sudah penuh. Hapus yang tidak perlu lagi."))
    highlight, is_new = TextHighlight.objects.get_or_create(
        assignment=row,
        section=section,
        start=place,
        quote=quote,
        defaults={"created_at": clock.now()},
    )
    if is_new:
        audit.record(by=by, event="text_highlighted", obj=row)
    return highlight


@transaction.atomic
def remove_highlight(*, by: User, highlight: TextHighlight) -> None:
    """Take a highlight away; gone already is gone."""
    row = Assignment.objects.locked().get(pk=highlight.assignment_id)
    check_can_judge(by, row)
    removed, _rows = TextHighlight.objects.filter(pk=highlight.pk).delete()
    if removed:
        audit.record(by=by, event="highlight_removed", obj=row)
