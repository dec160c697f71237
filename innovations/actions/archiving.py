"""Withdrawing a dossier from the register."""

from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from agencies.models import User
from innovations.enums import InnovationState
from innovations.exceptions import DossierIncomplete, DossierLocked
from innovations.models import Innovation
from innovations.permissions import check_can_publish_innovation
from innovations.workflow import INNOVATION_MOVES, can_move
from sinovik import audit
from sinovik.audit import clock

DUMP_TASK = "sinovik.home.tasks.make_nightly_dump"


@transaction.atomic
def archive_innovation(*, by: User, innovation: Innovation, reason: str) -> Innovation:
    """Withdraw a dossier from the register; its address answers 410 with the reason."""
    row = Innovation.objects.locked().select_related("agency", "unit").get(pk=innovation.pk)
    check_can_publish_innovation(by, row)
    if not can_move(INNOVATION_MOVES, row.state, InnovationState.ARCHIVED):
        raise DossierLocked(_("Dosir ini sudah diarsipkan."))
    if not reason.strip():
        raise DossierIncomplete(_("Tuliskan alasan pengarsipan."))
    row.state, row.archive_reason = InnovationState.ARCHIVED, reason.strip()
    row.archived_at, row.archived_by = clock.now(), by
    row.save(update_fields=["state", "archive_reason", "archived_at", "archived_by"])
    audit.record(by=by, event="innovation_archived", obj=row, payload={"reason": reason})
    # The day's files have it still; a job that waits already will do.
    with suppress(AlreadyEnqueued), transaction.atomic():
        job = app.configure_task(
            DUMP_TASK, queue="tables", queueing_lock="make_dump", lock="make_dump"
        )
        job.defer(timestamp=0)
    return row
