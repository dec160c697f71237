"""Saving what the officer says of the checklist, while the check is theirs."""

from collections.abc import Mapping

from django.db import transaction

from agencies.models import User
from competitions.actions.checks import hold_checks
from competitions.enums import CheckState
from competitions.models import AdministrativeCheck, CheckItem
from competitions.permissions import check_can_decide_check
from competitions.queries.checklist import Answer, checklist_items
from innovations.exceptions import StaleEdit
from sinovik import audit
from sinovik.audit import clock


@transaction.atomic
def save_items(
    *, by: User, check: AdministrativeCheck, edit_number: int, answers: Mapping[str, Answer]
) -> AdministrativeCheck:
    """Write answers by item key, naming the edit that was read; unknown keys are ValueError.

    Raises StaleEdit when the checklist was saved in between, WrongState once decided.
    Answers that are there already change nothing.
    """
    if unknown := set(answers) - {item.key for item in checklist_items()}:
        raise ValueError(f"no such item: {sorted(unknown)}")
    # From CLAIMED alone a check may pass: that is the state in which it is written.
    (row,), _stage = hold_checks([check], CheckState.PASSED)
    check_can_decide_check(by, row)
    stored = {item.key: Answer(item.verdict, item.note) for item in row.items.all()}
    changed = {key: answer for key, answer in answers.items() if stored.get(key) != answer}
    # What names every answer that is stored, as it is stored, overwrites nothing unseen.
    if row.edit_number != edit_number and (changed or not stored.keys() <= answers.keys()):
        raise StaleEdit
    if not changed:
        return row
    _put_down(by, row, changed)
    row.edit_number += 1
    row.save(update_fields=["edit_number"])
    audit.record(
        by=by,
        event="checklist_saved",
        obj=row,
        payload={"items": sorted(changed), "edit_number": row.edit_number},
    )
    return row


def _put_down(by: User, row: AdministrativeCheck, answers: Mapping[str, Answer]) -> None:
    now = clock.now()
    CheckItem.objects.bulk_create(
        [
            CheckItem(
                check_of=row,
                key=key,
                verdict=answer.verdict,
                note=answer.note,
                updated_at=now,
                updated_by=by,
            )
            for key, answer in answers.items()
        ],
        update_conflicts=True,
        unique_fields=["check_of", "key"],
        update_fields=["verdict", "note", "updated_at", "updated_by"],
    )
