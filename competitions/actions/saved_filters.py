"""Filters of the check queue that people keep for themselves."""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.exceptions import WrongState
from competitions.models import SavedFilter
from competitions.permissions import check_can_claim_check
from sinovik import audit
from sinovik.audit import clock

MOST = 20


@transaction.atomic
def save_filter(*, by: User, name: str, query: str) -> SavedFilter:
    """Keep a filter under a name; the same name again keeps the later one.

    Raises WrongState where nothing is filtered, and beyond the twentieth.
    """
    check_can_claim_check(by)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if not query:
        raise WrongState(_("Belum ada yang disaring. Pilih saringan lebih dahulu, lalu simpan."))
    others = SavedFilter.objects.filter(owner=by).exclude(name=name)
    if others.count() >= MOST:
        raise WrongState(
            _("Anda sudah menyimpan %(most)s saringan. Hapus satu lebih dahulu.") % {"most": MOST}
        )
    row, _is_new = SavedFilter.objects.update_or_create(
        owner=by, name=name, defaults={"query": query, "created_at": clock.now()}
    )
    audit.record(by=by, event="filter_saved", obj=row)
    return row


@transaction.atomic
def delete_filter(*, by: User, saved: SavedFilter) -> None:
    """Forget a filter of one's own; doing it twice changes nothing more."""
    check_can_claim_check(by)
    for row in SavedFilter.objects.filter(owner=by, pk=saved.pk):
        audit.record(by=by, event="filter_deleted", obj=row)
        row.delete()
