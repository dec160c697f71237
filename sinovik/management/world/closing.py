"""The close of the open edition: a later one for an agency, one that waits, one to go by itself."""

from collections.abc import Callable
from datetime import time, timedelta

from competitions.actions.automatic import order_automatic
from competitions.actions.extensions import confirm_extension, propose_extension
from competitions.models import DeadlineExtension, Edition
from sinovik.management.world.blueprints import REGISTRATION, wib
from sinovik.management.world.people import Team
from sinovik.management.world.planning import Plan
from sinovik.management.world.stagehands import Task, World, stage_of

LETTER = "B/{}/SIMULASI"
FLOOD = "Simulasi: kantor kebanjiran tiga hari, jaringan baru pulih."
OUTAGE = "Simulasi: pusat data daerah padam dua hari."


def closing_tasks(
    world: World, edition: Edition, own: Plan, others: tuple[Team, Team]
) -> list[Task]:
    """Two agencies ask for more time; the demo agency lets one proposal go by itself."""
    hit, asking = others
    made: list[DeadlineExtension] = []

    def propose(team: Team, number: int, reason: str) -> Callable[[], None]:
        def step() -> None:
            stage = stage_of(edition, REGISTRATION)
            made.append(
                propose_extension(
                    by=world.second_person,
                    stage=stage,
                    new_closes_at=stage.closes_at + timedelta(days=7),
                    agency=team.agency,
                    letter_number=LETTER.format(number),
                    reason=reason,
                )
            )

        return step

    def confirm() -> None:
        confirm_extension(by=world.head, extension=made[0])

    def order() -> None:
        if own.entry is not None:
            order_automatic(by=world.accounts["admin"], entry=own.entry)

    days = world.today - timedelta(days=2), world.today - timedelta(days=1)
    return [
        (wib(days[0], time(9, 0)), propose(hit, 118, FLOOD)),
        (wib(days[0], time(13, 30)), confirm),
        (wib(days[1], time(14, 0)), propose(asking, 121, OUTAGE)),
        (wib(days[1], time(16, 45)), order),
    ]
