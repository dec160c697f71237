"""Corrections of the open edition: one mended and sent again, one not, one still running."""

from collections.abc import Callable
from datetime import time, timedelta

from agencies.models import User
from competitions.actions.checks import claim_checks
from competitions.actions.corrections import (
    ask_correction,
    end_overdue_corrections,
    resubmit_entry,
)
from competitions.actions.writing import save_entry_section
from competitions.enums import CheckState
from competitions.models import AdministrativeCheck, Edition, Entry
from competitions.queries.holders import admins_of
from competitions.queries.tasks import text_of
from sinovik.management.world.blueprints import wib
from sinovik.management.world.stagehands import Task, World

REMARKS = (
    ("significance", "Angka sebelum dan sesudah belum menyebut cara mengukurnya."),
    ("sustainability", "Sebutkan dasar hukum dan anggaran tahun depan."),
)
ADDED = "Diukur dari catatan antrean harian selama enam bulan sebelum dan sesudah penerapan."
KEY = "significance"


def mending_tasks(world: World, edition: Edition) -> list[Task]:
    """Two are asked a week ago, one of them is mended; a third is asked yesterday."""
    asked: list[Entry] = []
    days = [wib(world.today - timedelta(days=back), time(10, 0)) for back in (9, 7, 3, 1)]
    first, _second, third = world.officers[:3]

    def ask(officer: User, number: int) -> Callable[[], None]:
        def step() -> None:
            queue = AdministrativeCheck.objects.filter(
                stage_entry__entry__edition=edition, state=CheckState.QUEUED
            )
            others = queue.exclude(stage_entry__entry__created_by=world.accounts["inovator"])
            waiting = others.order_by("stage_entry__entered_at", "pk")
            for check in waiting[:number]:
                claim_checks(by=officer, checks=[check])
                ask_correction(by=officer, check=check, remarks=REMARKS)
                asked.append(check.stage_entry.entry)

        return step

    def lapse() -> None:
        end_overdue_corrections()

    return [
        (days[0], ask(first, 2)),
        (days[1], lambda: _mend(asked[0]) if asked else None),
        (days[2], lapse),
        (days[3], ask(third, 1)),
    ]


def _mend(entry: Entry) -> None:
    row = Entry.objects.select_related("innovation", "created_by").get(pk=entry.pk)
    save_entry_section(
        by=row.created_by,
        entry=row,
        edit_number=row.innovation.edit_number,
        key=KEY,
        text=f"{text_of(row.innovation, KEY)}\n\n{ADDED}",
    )
    admin = admins_of([row.agency_id])[row.agency_id][0]
    resubmit_entry(by=admin, entry=row)
