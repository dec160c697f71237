"""Telling every entrant of an announced list, after its instant and once."""

from django.db import transaction

from competitions.models import AnnouncementNotice, Edition
from competitions.notifications.announced import tell_result
from competitions.queries.corrections import menders
from competitions.queries.notices import untold_results
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.turns import take_turn

TURN = 7_012_029
BATCH = 200


def tell_announced_results(*, edition: Edition | None = None) -> int:
    """Tell the people of every entry whose list's instant has passed; returns how many entries.

    Run by a job that comes each minute whether or not anything was announced, so that neither
    its name nor its coming tells anything. Run twice it tells nobody twice. A dress
    rehearsal asks for its own edition's only.
    """
    told, number = 0, BATCH
    while number == BATCH:
        with transaction.atomic():
            number = _tell_some(edition)
        told += number
    return told


def _tell_some(edition: Edition | None) -> int:
    """One batch: notices, messages and mails are there together or not at all."""
    take_turn(TURN)
    now = clock.database_now()
    results = list(untold_results(now, edition)[:BATCH])
    notices = [AnnouncementNotice(result=result, told_at=now) for result in results]
    AnnouncementNotice.objects.bulk_create(notices)
    people = menders([result.entry for result in results])
    for result in results:
        tell_result(result, people[result.entry_id])
    payloads = [{"entry": result.entry_id} for result in results]
    audit.record_many(by=None, event="result_told", objs=notices, payloads=payloads)
    return len(results)
