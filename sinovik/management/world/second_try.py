"""A proposal of the demo unit that was submitted, reopened, improved and submitted again."""

from collections.abc import Callable
from datetime import time, timedelta

from competitions.actions.entries import send_entry, submit_entry
from competitions.actions.reopening import reopen_entry
from competitions.actions.writing import save_entry_section
from competitions.models import Entry
from competitions.queries.tasks import text_of
from sinovik.management.world.blueprints import wib
from sinovik.management.world.planning import Plan
from sinovik.management.world.stagehands import Task, World

KEY = "significance"
ADDED = "Setelah diajukan, unit menambah hasil survei kepuasan triwulan terakhir: 88 dari 100."


def second_try_tasks(world: World, plan: Plan) -> list[Task]:
    """Yesterday afternoon, before the officers begin: receipt, versions and differences of two."""
    admin, innovator = world.accounts["admin"], world.accounts["inovator"]

    def on_entry(step: Callable[[Entry], object]) -> Callable[[], None]:
        def run() -> None:
            if plan.entry is not None:
                related = Entry.objects.select_related("innovation")
                step(related.get(pk=plan.entry.pk))

        return run

    def improve(entry: Entry) -> None:
        save_entry_section(
            by=innovator,
            entry=entry,
            edit_number=entry.innovation.edit_number,
            key=KEY,
            text=f"{text_of(entry.innovation, KEY)}\n\n{ADDED}",
        )
        send_entry(by=innovator, entry=entry)

    day = world.today - timedelta(days=1)
    return [
        (wib(day, time(16, 10)), on_entry(lambda entry: reopen_entry(by=admin, entry=entry))),
        (wib(day, time(16, 25)), on_entry(improve)),
        (wib(day, time(16, 40)), on_entry(lambda entry: submit_entry(by=admin, entry=entry))),
    ]
