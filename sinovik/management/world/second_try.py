"""Second tries of the demo unit: submitted again, reopened just now, begun from last year's."""

from collections.abc import Callable
from datetime import time, timedelta

from competitions.actions.carrying import carry_over
from competitions.actions.entries import create_entry, send_entry, submit_entry
from competitions.actions.reopening import reopen_entry
from competitions.actions.writing import save_entry_section
from competitions.models import Edition, Entry
from competitions.queries.carrying import submitted_texts
from competitions.queries.tasks import text_of
from sinovik.management.world.accounts import DEMO_UNIT
from sinovik.management.world.blueprints import wib
from sinovik.management.world.cast_2019 import DEMO_AGENCY
from sinovik.management.world.planning import Plan
from sinovik.management.world.stagehands import Task, World

KEY = "significance"
NEW = "Tahun ini survei diulang dengan 412 warga: nilai kepuasan naik dari 81 menjadi 88."
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


def reopening_task(world: World, plan: Plan) -> Task:
    """One that the admin has taken back just now, and that nobody has sent again."""

    def reopen() -> None:
        if plan.entry is not None:
            reopen_entry(by=world.accounts["admin"], entry=plan.entry)

    return wib(world.today - timedelta(days=1), time(16, 50)), reopen


def next_year_task(world: World, edition: Edition) -> Task:
    """What failed last year is begun again: its texts are taken over, one is written anew."""
    innovator = world.accounts["inovator"]

    def begin() -> None:
        earlier = Entry.objects.filter(
            edition__year=edition.year - 1, innovation__unit__name=DEMO_UNIT, version__isnull=False
        ).select_related("innovation", "version")
        for last in earlier.filter(agency__name=DEMO_AGENCY)[:1]:
            group = edition.groups.get(slug=last.group.slug)
            entry = create_entry(
                by=innovator, edition=edition, group=group, innovation=last.innovation
            )
            keys = submitted_texts(last)
            carried = carry_over(
                by=innovator,
                entry=entry,
                edit_number=last.innovation.edit_number,
                sources={key: key for key in keys},
            )
            save_entry_section(
                by=innovator,
                entry=entry,
                edit_number=carried.edit_number,
                key=KEY,
                text=f"{keys[KEY]}\n\n{NEW}",
            )

    return wib(world.today - timedelta(days=6), time(9, 20)), begin
