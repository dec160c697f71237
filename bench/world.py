"""3,478 entries in a running registration, KIPP 2019 judged by 40; by the product's own actions."""

from dataclasses import replace

from django.utils import timezone

from competitions.actions.radar import refresh_forecasts
from competitions.models import Entry
from competitions.queries.radar import open_registrations
from sinovik import notifications
from sinovik.audit import clock
from sinovik.management.world import edition_2019, edition_open, edition_review
from sinovik.management.world.accounts import enrol_demo_agency, enrol_staff
from sinovik.management.world.blueprints import WIB
from sinovik.management.world.building import load_reference, shared_places
from sinovik.management.world.papers import papers_made
from sinovik.management.world.progress import Progress
from sinovik.management.world.scale import SCALES
from sinovik.management.world.stagehands import (
    World,
    hurry,
    refresh_statistics,
    words_indexed_in_batches,
)

ENTRIES = 3478
EVALUATORS = 40
OPEN = {"half": 700, "complete": 500, "waiting": 800, "returned": 200, "submitted": 778}
"""What is in the running edition; the rest are blank drafts. The demo agency brings ten."""


def build() -> None:
    """KIPP 2019 whole, the edition after it up to its selection, the running one in mid-season."""
    blank = ENTRIES - sum(OPEN.values()) - len(edition_open.DEMO_FATES)
    scale = replace(
        SCALES["full"],
        evaluators=EVALUATORS,
        open_agencies=331,
        open_entries=OPEN | {"empty": blank},
    )
    world = World(
        scale=scale,
        seed=1,
        progress=Progress(),
        today=timezone.now().astimezone(WIB).date(),
    )
    hurry()
    with notifications.muted(), words_indexed_in_batches(), papers_made() as world.papers:
        with clock.at(edition_2019.PREPARED_AT):
            load_reference()
            enrol_staff(world)
            enrol_demo_agency(world)
        refresh_statistics()
        shared = shared_places()
        edition_2019.build(world, shared)
        edition_review.build(world, shared)
        world.run("Pendaftaran yang berjalan", edition_open.prepare(world, shared))
        refresh_statistics()
        for stage in open_registrations():
            with world.progress.step("Menghitung radar"):
                refresh_forecasts(by=None, edition=stage.edition)
            assert Entry.objects.filter(edition=stage.edition).count() >= ENTRIES
    refresh_statistics()
