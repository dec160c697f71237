"""What every edition of the world shares: people at work, things done in order of time."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection

from agencies.models import Agency, User
from competitions.models import Edition, Stage
from innovations.models import Category
from sinovik.audit import clock
from sinovik.management.databases import owner_cursor
from sinovik.management.world.blueprints import category_slugs
from sinovik.management.world.corpus import Corpus
from sinovik.management.world.papers import Papers
from sinovik.management.world.people import Names, Team, enrol_teams
from sinovik.management.world.planning import Writer
from sinovik.management.world.progress import Progress
from sinovik.management.world.scale import Scale

Task = tuple[datetime, Callable[[], object]]
COUNTED_AFTER = frozenset({32, 128, 512})
"""Tasks of one run after which rows are counted: a table of four times the size is another."""


@dataclass
class World:
    """The state of the build: seeded chance, people so far, texts so far."""

    scale: Scale
    seed: int
    progress: Progress
    today: date
    random: Random = field(default_factory=Random)
    corpus: Corpus = field(default_factory=Corpus)
    teams: dict[int, Team] = field(default_factory=dict)
    accounts: dict[str, User] = field(default_factory=dict)
    officers: list[User] = field(default_factory=list)
    names: Names = field(init=False)
    papers: Papers = field(init=False)

    def __post_init__(self) -> None:
        self.begin("")
        self.names = Names(self.random)

    def begin(self, part: str) -> None:
        """Draw anew for a part of the world, so that it doesn't hang on what came before.

        Who reads what, and so how often marks are drawn, varies with the database's keys.
        """
        self.random.seed(f"sinovik:{self.seed}:{part}")

    @property
    def head(self) -> User:
        """The head of the secretariat."""
        return self.accounts["kepala"]

    @property
    def second_person(self) -> User:
        """Who confirms what the head proposes."""
        return self.accounts["petugas2"]

    def teams_for(self, agencies: Sequence[Agency]) -> list[Team]:
        """Teams of the agencies, enrolled where they have none yet."""
        missing = [agency for agency in agencies if agency.pk not in self.teams]
        for team in enrol_teams(missing, self.names):
            self.teams[team.agency.pk] = team
        return [self.teams[agency.pk] for agency in agencies]

    def writer(
        self, years: tuple[int, int], latest_start: dict[str, date], shared: frozenset[str]
    ) -> Writer:
        """A writer of dossiers that started in `years`."""
        categories = Category.objects.in_bulk(category_slugs(), field_name="slug")
        return Writer(
            corpus=self.corpus,
            random=self.random,
            names=self.names,
            categories=categories,
            shared_places=shared,
            years=years,
            latest_start=latest_start,
        )

    def between(self, start: datetime, end: datetime, lean: float = 1.0) -> datetime:
        """A moment in the window; `lean` above 1 crowds them towards the end."""
        share = self.random.random() ** (1 / lean)
        return start + timedelta(seconds=int((end - start).total_seconds() * share))

    def run(self, label: str, tasks: Sequence[Task]) -> None:
        """Do the tasks in the order of their moments, each with the clock stopped at its own."""
        in_order = sorted(tasks, key=lambda task: task[0])
        for done, (moment, task) in enumerate(self.progress.over(label, in_order), start=1):
            with clock.at(moment):
                task()
            if done in COUNTED_AFTER and not connection.in_atomic_block:
                count_rows()


def stage_of(edition: Edition, slug: str) -> Stage:
    """A stage as it stands now."""
    return Stage.objects.select_related("edition").get(edition=edition, slug=slug)


def hurry() -> None:
    """Don't wait for the disk at each of some ten thousand commits of this session.

    A crash would lose the last moments of a world that has to be built anew anyway. The
    collector of cycles, which finds next to none among rows, is called less often.
    """
    gc.set_threshold(50_000, 20, 20)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


@contextmanager
def words_indexed_in_batches() -> Iterator[None]:
    """Let the index of words collect what is new while a world is written, then merge it.

    Each word on its own takes a third of publishing a dossier. Searches pay for the other way,
    which is why the index works so otherwise: they would have to read what is collected.
    """
    if connection.in_atomic_block:
        yield
        return
    with owner_cursor() as cursor:
        cursor.execute("ALTER INDEX search_words SET (fastupdate = on)")
    try:
        yield
    finally:
        with owner_cursor() as cursor:
            cursor.execute("ALTER INDEX search_words SET (fastupdate = off)")
            cursor.execute("SELECT gin_clean_pending_list('search_words')")


def count_rows() -> None:
    """Let the planner know the tables that have grown by half since it was told.

    Autovacuum does so many times in the two months of a registration. Those pass here in a
    minute, and plans made for empty tables would read full ones from end to end.
    """
    with owner_cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(relid::regclass::text, ', ') FROM pg_stat_user_tables"
            " WHERE n_mod_since_analyze > n_live_tup / 2"
        )
        if tables := cursor.fetchone()[0]:
            cursor.execute(f"ANALYZE {tables}")


def refresh_statistics() -> None:
    """Let the planner know the tables that have just been filled.

    VACUUM besides merges the pending entries of the text index, without which the planner
    shuns it and a search reads every dossier; it can't run inside a transaction. Only the
    owner may do either: for others PostgreSQL warns and goes on.
    """
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return
    with owner_cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
