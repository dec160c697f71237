"""Building everything, once."""

from collections import Counter
from datetime import datetime, timedelta

from agencies.actions.reference import load_agencies, load_regions
from agencies.models import Region
from competitions.actions.design import clone_edition
from competitions.actions.radar import refresh_forecasts
from competitions.actions.reference import load_published_figures
from competitions.actions.shipped_articles import load_shipped_articles
from competitions.actions.title_pairs import refresh_title_pairs
from competitions.models import Edition
from competitions.queries.radar import open_registrations
from competitions.queries.title_pairs import checked_editions
from innovations.actions.reference import load_categories, load_goals
from sinovik import notifications
from sinovik.audit import clock
from sinovik.audit.sealing import seal_events
from sinovik.management.world import aftermath, edition_2019, edition_open, edition_review
from sinovik.management.world.accounts import enrol_demo_agency, enrol_staff, write_accounts
from sinovik.management.world.blueprints import WIB
from sinovik.management.world.papers import papers_made
from sinovik.management.world.progress import Progress
from sinovik.management.world.replicating import replicate_winners, replicating_tasks
from sinovik.management.world.scale import SCALES
from sinovik.management.world.stagehands import (
    World,
    hurry,
    refresh_statistics,
    words_indexed_in_batches,
)
from sinovik.notifications.models import Notification


def world_exists() -> bool:
    """Whether the last edition of the world is there, and so everything before it."""
    return Edition.objects.filter(year=2019).exists() and Edition.objects.count() >= 3


def build_world(*, seed: int, scale: str, now: datetime, progress: Progress) -> World:
    """Reference tables, people, and the three editions. `now` is the day it is built for."""
    world = World(
        scale=SCALES[scale],
        seed=seed,
        progress=progress,
        today=now.astimezone(WIB).date(),
    )
    hurry()
    with notifications.muted(), words_indexed_in_batches(), papers_made() as world.papers:
        with progress.step("Memuat wilayah, instansi, dan angka terbitan"):
            with clock.at(edition_2019.PREPARED_AT):
                load_reference()
                enrol_staff(world)
                enrol_demo_agency(world)
            refresh_statistics()
        shared = shared_places()
        edition_2019.build(world, shared)
        aftermath.build_kupang(world)
        replicate_winners(world)
        in_review = edition_review.build(world, shared)
        meanwhile = [*edition_open.prepare(world, shared), *replicating_tasks(world)]
        edition_review.review(world, in_review, meanwhile)
    with progress.step("Menyalin rancangan edisi berikutnya"), clock.at(now):
        draft_next_edition(world)
        load_shipped_articles(by=None)
    aftermath.attest_awarded(world, now)
    with progress.step("Menghitung radar"):
        for stage in open_registrations():
            refresh_forecasts(by=None, edition=stage.edition)
    with progress.step("Membandingkan judul"):
        for edition in checked_editions():
            refresh_title_pairs(by=None, edition=edition)
    with progress.step("Merapikan"):
        read_old_messages(world, now)
        refresh_statistics()
        write_accounts()
    with progress.step("Menyegel buku kejadian"):
        seal_events()
    return world


def draft_next_edition(world: World) -> None:
    """A draft to try the designer and the dress rehearsal on; nobody outside sees it."""
    latest = Edition.objects.latest("year")
    clone_edition(
        by=world.head,
        source=latest,
        year=latest.year + 1,
        name=f"KIPP {latest.year + 1}",
        theme="Layanan yang mendengar dan belajar",
    )


def read_old_messages(world: World, now: datetime) -> None:
    """Visitors who sign in find the news of this month unread, and nothing of 2019."""
    accounts = world.accounts.values()
    old = Notification.objects.filter(
        recipient__in=accounts, created_at__lt=now - timedelta(days=30)
    )
    for message in old:
        with clock.at(message.created_at + timedelta(hours=6)):
            notifications.mark_read(notification=message)


def load_reference() -> None:
    """Every reference table; what is there already stays."""
    load_regions(by=None)
    load_agencies(by=None)
    load_goals(by=None)
    load_categories(by=None)
    load_published_figures(by=None)


def shared_places() -> frozenset[str]:
    """Place names that both a regency and a city bear, such as Magelang."""
    regions = Region.objects.exclude(province=None).values_list("name", flat=True)
    places = Counter(name.removeprefix("Kabupaten ").removeprefix("Kota ") for name in regions)
    return frozenset(place for place, count in places.items() if count > 1)
