"""Two proposals that came after the close: one admitted by two people, one not decided yet."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from competitions.actions.late import admit_late, hand_in_entry, propose_admission
from competitions.exceptions import TooLate
from competitions.models import LateSubmission
from sinovik.audit import clock
from sinovik.management.world.planning import Fate, Plan
from sinovik.management.world.stagehands import World

LETTER = "B/207/SIMULASI"
REASON = "Simulasi: jaringan pusat data daerah padam pada jam terakhir pendaftaran."


def admit_latecomers(
    world: World, plans: Sequence[Plan], closed_at: datetime, opens_at: datetime
) -> None:
    """Arrivals in the night after the close; decided in the morning, before officers begin."""
    late = [plan for plan in plans if plan.is_late and plan.entry]
    for number, plan in enumerate(late, start=1):
        with clock.at(closed_at + timedelta(minutes=8 * number)), suppress(TooLate):
            if plan.entry:
                hand_in_entry(by=plan.team.admin, entry=plan.entry)
    for plan in late:
        if plan.fate.is_submitted:
            _admit(world, LateSubmission.objects.get(entry=plan.entry), opens_at)


def _admit(world: World, late: LateSubmission, opens_at: datetime) -> None:
    with clock.at(opens_at - timedelta(minutes=50)):
        row = propose_admission(
            by=world.second_person, late=late, letter_number=LETTER, reason=REASON
        )
    with clock.at(opens_at - timedelta(minutes=20)):
        admit_late(by=world.head, late=row)


def choose_latecomers(chosen: Sequence[Plan], others: Sequence[Plan], agency: str) -> None:
    """One of `chosen` (of `agency` where it has one) is admitted, one of `others` waits."""
    own = [plan for plan in chosen if plan.team.agency.name == agency]
    for plan in [*own[:-1], *chosen][:1]:
        plan.is_late = True
    for plan in others[:1]:
        plan.fate, plan.is_late = Fate.WAITING, True
