"""Dossiers for the search to find: simulated proposals and the real winners of 2019."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from agencies.enums import AgencyType
from agencies.models import Agency, User
from innovations.actions.dossiers import place_names
from innovations.actions.phrases import index_phrases
from innovations.enums import InnovationState, NoveltyKind
from innovations.models import Award, Category, Innovation, SustainableGoal
from innovations.queries.phrases import keys_of
from sinovik.management.world.building import load_reference, shared_places
from sinovik.management.world.corpus import Corpus
from sinovik.management.world.people import short_place
from sinovik.management.world.planning import LETTERS, RULES
from sinovik.management.world.vocabulary import Scene
from sinovik.management.world.winners import real_winners

WRITTEN = 3_156
"""As many proposals as KIPP 2019 had; more are copies of these under other agencies."""

Topics = dict[int, str]


@transaction.atomic
def write() -> Topics:
    """Reference tables and WRITTEN published dossiers; the topic of each by its id."""
    load_reference()
    author = User.objects.create(email="penulis@sinovik.example")
    random = Random(2019)
    drafts = [*_real(), *_simulated(random)][:WRITTEN]
    now = timezone.now()
    for place, (innovation, _topic, _goals) in enumerate(drafts):
        innovation.slug = f"uji-{place}"
        innovation.place_names = place_names(innovation.agency, None, innovation.agency.region)
        innovation.state = InnovationState.PUBLISHED
        innovation.created_by = innovation.updated_by = innovation.published_by = author
        innovation.created_at = innovation.updated_at = now
        innovation.published_at = _day(random, now)
    rows = Innovation.objects.bulk_create([row for row, _t, _g in drafts], batch_size=500)
    goals = Innovation.goals.through
    goals.objects.bulk_create(
        goals(innovation=row, sustainablegoal_id=number)
        for row, (_same, _topic, numbers) in zip(rows, drafts, strict=True)
        for number in numbers
    )
    _award(rows, now)
    while index_phrases():
        pass
    return {row.pk: topic for row, (_r, topic, _g) in zip(rows, drafts, strict=True)}


def _simulated(random: Random) -> Iterator[tuple[Innovation, str, tuple[int, ...]]]:
    corpus, shared = Corpus(), shared_places()
    categories = {row.slug: row for row in Category.objects.all()}
    agencies = [a for a in Agency.objects.select_related("region") if a.agency_type in LETTERS]
    writers: dict[str, list[Agency]] = {}
    for agency in agencies:
        for topic in corpus.topics_for(LETTERS[AgencyType(agency.agency_type)], agency.name):
            writers.setdefault(topic.key, []).append(agency)
    topics = [topic for topic in corpus.topics if topic.key in writers]
    for number in range(WRITTEN):
        topic = topics[number % len(topics)]
        agency = random.choice(writers[topic.key])
        started = date(random.randint(2014, 2018), random.randint(1, 12), 1)
        place = agency.region.name if agency.region else f"wilayah kerja {agency.name}"
        scene = Scene(
            place=place,
            short_place=short_place(agency, shared),
            unit=random.choice(topic.units),
            rule=RULES[AgencyType(agency.agency_type)],
            budget="APBD" if agency.region else "APBN",
            started_on=started,
            last_year=2019,
        )
        novelty = random.choice(list(NoveltyKind))
        text = corpus.write(topic, scene, novelty, random)
        innovation = Innovation(
            agency=agency,
            title=text.title,
            category=categories[topic.category],
            location=agency.region,
            novelty_kind=novelty,
            started_on=started,
            summary=text.summary,
            sections=text.sections,
            is_simulated=True,
        )
        yield innovation, topic.key, text.goals


def _real() -> Iterator[tuple[Innovation, str, tuple[int, ...]]]:
    agencies = {agency.name: agency for agency in Agency.objects.select_related("region")}
    categories = {row.slug: row for row in Category.objects.all()}
    for winner in real_winners():
        innovation = Innovation(
            agency=agencies[winner.agency],
            title=winner.title,
            category=categories[winner.category],
            location=agencies[winner.agency].region,
            started_on=date(2018, 4, 21),
            summary=winner.summary(),
            sections=winner.sections(),
            source=winner.source,
        )
        yield innovation, f"title:{winner.title}", ()


def _day(random: Random, now: datetime) -> datetime:
    return now - timedelta(days=random.randrange(1, 3_000))


def _award(rows: list[Innovation], now: datetime) -> None:
    """Top 99 and, inside it, Top 45; the real winners are among them."""
    Award.objects.bulk_create(
        Award(innovation=row, year=2019, band=band, band_name=name, seats=seats, announced_at=now)
        for band, name, seats in (("top-99", "Top 99", 99), ("top-45", "Top 45", 45))
        for row in rows[:seats]
    )


def multiply(total: int) -> None:
    """Copies of the written dossiers until there are `total`, each under another agency.

    Their sections are left out; the words of these are in the copied vectors. Triggers rest
    and the text indexes are made at the end, as a restored dump would have it. Phrases across
    the end of the title and the summary are not indexed.
    """
    copied = {
        str(field.column): f"w.{field.column}"
        for field in Innovation._meta.concrete_fields
        if not field.primary_key
    } | CHANGED
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '4GB'")
        cursor.execute("SELECT count(*), max(id) FROM innovations_innovation")
        present, last = cursor.fetchone()
        cursor.execute(GIN_INDEXES)
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        sql = COPY.format(columns=", ".join(copied), values=", ".join(copied.values()))
        cursor.execute(sql, {"present": present, "total": total})
        cursor.execute(COPY_GOALS, {"goals": SustainableGoal.objects.count(), "last": last})
        cursor.execute(COPY_SEARCH, {"last": last})
        _copy_words(cursor, last)
        for _name, definition in indexes:
            cursor.execute(definition)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _copy_words(cursor: CursorWrapper, last: int) -> None:
    cursor.execute(TEXTS)
    texts = cursor.fetchall()
    cursor.execute(TEXT_WORDS)
    cursor.executemany(
        "INSERT INTO text_words VALUES (%s, %s)",
        [
            (pk, sorted({*words, *keys_of(dict(zip(places, words, strict=True)))}))
            for pk, places, words in texts
        ],
    )
    cursor.execute(COPY_WORDS, {"last": last})


# What is not named here is copied as it is.
CHANGED = {
    "agency_id": "a.id",
    "location_id": "a.region_id",
    "place_names": "a.name",
    "title": "w.title || ' ' || n",
    "slug": "'salinan-' || n || '-' || w.id",
    "sections": "'{}'::jsonb",
    "published_at": "w.published_at - (n %% 1000) * interval '1 minute'",
}
GIN_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%USING gin%' AND tablename IN
    ('innovations_innovation', 'innovations_searchrow', 'innovations_searchwords')
"""
COPY = """
INSERT INTO innovations_innovation ({columns}) SELECT {values}
FROM generate_series(%(present)s + 1, %(total)s) n
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS number
      FROM innovations_innovation WHERE slug LIKE 'uji-%%') w ON w.place = n %% w.number
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS number
      FROM agencies_agency) a ON a.place = (n * 7919::bigint) %% a.number
"""
COPY_GOALS = """
INSERT INTO innovations_innovation_goals (innovation_id, sustainablegoal_id)
SELECT id, 1 + id %% %(goals)s FROM innovations_innovation WHERE id > %(last)s
"""
COPY_SEARCH = """
INSERT INTO innovations_searchrow (innovation_id, changed_in, is_published, is_simulated,
    published_at, attested_at, attested_state, novelty_kind, agency_type, category_id,
    province_id, goals, title_search, search)
SELECT i.id, pg_current_xact_id()::text::bigint, true, i.is_simulated, i.published_at,
    i.attested_at, i.attested_state, i.novelty_kind, a.agency_type, i.category_id,
    coalesce(r.province_id, r.code), 1 << (1 + i.id %% 17)::int,
    innovations_title_vector(i.title, i.place_names),
    innovations_title_vector(i.title, i.place_names) || ts_filter(w.search, '{c,d}')
FROM innovations_innovation i
JOIN innovations_searchrow w ON w.innovation_id::text = split_part(i.slug, '-', 3)
JOIN agencies_agency a ON a.id = i.agency_id
LEFT JOIN agencies_region r ON r.code = coalesce(i.location_id, a.region_id)
WHERE i.id > %(last)s
"""
TEXTS = """
SELECT innovation_id, array_agg(place ORDER BY place), array_agg(lexeme ORDER BY place)
FROM innovations_searchrow JOIN innovations_innovation ON id = innovation_id,
    unnest(ts_filter(search, '{c,d}')), unnest(positions) AS place
WHERE slug LIKE 'uji-%' GROUP BY innovation_id
"""
TEXT_WORDS = """
CREATE TEMPORARY TABLE text_words (id bigint PRIMARY KEY, words text[]) ON COMMIT DROP
"""
COPY_WORDS = """
INSERT INTO innovations_searchwords (innovation_id, words, has_phrases)
SELECT r.innovation_id, tsvector_to_array(r.title_search) || t.words || ARRAY(
        WITH place AS MATERIALIZED (
            SELECT place, lexeme FROM unnest(r.title_search), unnest(positions) AS place)
        SELECT a.lexeme || repeat(' ', b.place - a.place) || b.lexeme
        FROM place a JOIN place b ON b.place - a.place BETWEEN 1 AND 3), true
FROM innovations_searchrow r JOIN innovations_innovation i ON i.id = r.innovation_id
JOIN text_words t ON t.id::text = split_part(i.slug, '-', 3) WHERE r.innovation_id > %(last)s
"""
