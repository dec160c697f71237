"""A phrase finds what PostgreSQL finds by itself in the text; the index only makes it fast."""

import re
from itertools import pairwise
from random import Random

import pytest
from django.db import connection

from innovations.actions.dossiers import publish_innovations
from innovations.actions.phrases import index_phrases
from innovations.models import Innovation, SearchWords
from innovations.queries import hits
from innovations.queries.columns import Holder
from innovations.queries.hits import look
from innovations.queries.phrases import NOTHING, keys_of, narrowed
from innovations.queries.terms import Terms
from innovations.wording import database_query
from tests.factories import make_innovations, make_published_innovation, make_team
from tests.races import during

# Stop words that the index leaves out and one that it keeps, forms of one stem, a short word of
# a group, numbers and marks.
WORDS = (
    "pelayanan", "layanan", "warga", "masyarakat", "puskesmas", "antrean", "rata-rata", "tepat",
    "waktu", "2019", "yang", "dan", "lebih", "untuk", "O'Hara", "mudah/murah", "desa.",
)  # fmt: skip
QUERY = "to_tsquery('innovations_indonesian', %(query)s)"
NAIVE = f"SELECT array_agg(innovation_id) FROM innovations_searchrow WHERE search @@ {QUERY}"
PAIRS = """
SELECT array_agg(innovation_id) FROM innovations_searchwords
WHERE array_to_tsvector(words) @@ %(query)s
"""
OWN = """
SELECT array_agg(id) FROM innovations_innovation
WHERE to_tsvector('innovations_indonesian', translate(summary, '-/._@:<>', '        '))
    @@ phraseto_tsquery('innovations_indonesian', %(phrase)s)
"""


@pytest.fixture(autouse=True)
def own_holder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "holder", Holder())


def asked(sql: str, **given: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return set(cursor.fetchone()[0] or ())


def found(text: str) -> set[int]:
    return set(look(Terms(text, sort="terbaru")).ids(0, 10_000))


def texts(random: Random, count: int, *, longest: int) -> list[str]:
    return [
        " ".join(random.choices(WORDS, k=random.randint(2, longest))) for _number in range(count)
    ]


def write(random: Random) -> None:
    team = make_team()
    drafts = make_innovations(team, titles=[f"Judul {number}" for number in range(30)])
    for row, text in zip(drafts, texts(random, 30, longest=60), strict=True):
        Innovation.objects.filter(pk=row.pk).update(summary=text)
    publish_innovations(by=team.admin, innovations=list(Innovation.objects.order_by("pk")))


def queries(random: Random) -> list[str]:
    phrases = [f'"{text}"' for text in texts(random, 90, longest=5)]
    for row in Innovation.objects.order_by("pk"):  # long ones that there are
        words = row.summary.split()
        at, length = random.randrange(len(words)), random.randint(2, 12)
        phrases.append(f'"{" ".join(words[at : at + length])}"')
    mixed = [f"{one} -{other} puskesmas" for one, other in pairwise(phrases)]
    return [*phrases, *mixed[:40], "puskesmas", '-"tepat waktu"']


def all_found(wanted: dict[str, set[int]]) -> dict[str, set[int]]:
    hits.holder.read()[0].answers.clear()
    return {text: found(text) for text in wanted}


@pytest.mark.django_db
def test_phrases_find_what_reading_every_text_finds() -> None:
    random = Random(43)
    write(random)
    asking = {text: database_query(text) for text in queries(random)}
    wanted = {text: asked(NAIVE, query=query) for text, query in asking.items() if query}
    assert sum(0 < len(hits) < 30 for hits in wanted.values()) > 80
    assert all_found(wanted) == wanted  # nothing is indexed

    some = list(SearchWords.objects.values_list("pk", flat=True)[:15])
    half = SearchWords.objects.filter(pk__in=some)
    half.update(has_phrases=False)
    assert index_phrases() == 15
    assert all_found(wanted) == wanted
    half.update(has_phrases=None)
    assert (index_phrases(), index_phrases()) == (15, 0)
    assert not SearchWords.objects.exclude(has_phrases=True).exists()
    assert all_found(wanted) == wanted

    # PostgreSQL's own reading of a phrase that has no stop word, in the summaries.
    plain = [one for one in wanted if re.fullmatch(r'"(?:(?!yang|dan|lebih|untuk)[^"])+"', one)]
    own = {text: asked(OWN, phrase=re.sub("[/.-]", " ", text)) for text in plain}
    assert all(own[text] <= wanted[text] for text in plain)
    assert sum(map(len, own.values())) > 50

    # The control: pairs alone, without the runs that they feign, find too much.
    excess = 0
    for text in plain:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {QUERY}::text", {"query": asking[text]})
            (written,) = cursor.fetchone()
        pairs = re.sub(r" & !'![^']*'", "", narrowed(written).surely)
        excess += len(asked(PAIRS, query=pairs) - wanted[text])
    assert excess > 0


@pytest.mark.django_db
def test_texts_are_read_of_waiting_dossiers_alone_whatever_the_planner_was_told() -> None:
    write(Random(43))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE innovations_searchrow, innovations_searchwords")  # all wait
    assert index_phrases() == 30
    known = look(Terms('"pelayanan warga"'))
    unknown = look(Terms('"pelayanan yang yang yang warga"'))  # too far apart for a pair
    waiting = set(SearchWords.objects.values_list("pk", flat=True)[:4])

    assert texts_read(known) == 0
    assert 0 < texts_read(unknown) < 30
    SearchWords.objects.filter(pk__in=waiting).update(has_phrases=None)
    assert texts_read(known) == 4


def texts_read(hits_: hits.Hits) -> int:
    """Rows with texts that looking up the words of a search has PostgreSQL read."""

    def read() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
                " FROM pg_stat_xact_user_tables WHERE relname = 'innovations_searchrow'"
            )
            return int(cursor.fetchone()[0])

    before = read()
    hits_._look_up(hits_.terms.query)
    return read() - before


@pytest.mark.django_db(transaction=True)
def test_text_that_changes_is_read_until_its_phrases_are_indexed_again() -> None:
    row = make_published_innovation()
    new = Innovation.objects.filter(pk=row.pk)
    new.update(summary="Antrean pasar desa")
    assert index_phrases() == 1
    assert (found('"pasar desa"'), found('"desa pasar"')) == ({row.pk}, set())
    counted: list[int] = []

    def change() -> None:
        new.update(summary="Antrean desa pasar")

    # While the writer has not ended, the job leaves its row alone.
    assert during(change, lambda: counted.append(index_phrases())) == (None, None)
    assert counted == [0]
    assert (found('"pasar desa"'), found('"desa pasar"')) == (set(), {row.pk})
    assert index_phrases() == 1
    assert (found('"pasar desa"'), found('"desa pasar"')) == (set(), {row.pk})


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "longer"), [(9_000, 40), (17_000, 0)], ids=["octets", "places"])
def test_text_too_long_for_the_index_is_read(count: int, longer: int) -> None:
    row = make_published_innovation()
    words = [f"{number}kata{'x' * longer}" for number in range(count)]
    Innovation.objects.filter(pk=row.pk).update(sections={"isi": " ".join(words)})
    assert (index_phrases(), index_phrases()) == (1, 0)
    assert SearchWords.objects.get(pk=row.pk).has_phrases is False
    assert found(f'"{words[7]} {words[8]}"') == {row.pk}
    assert found(f'"{words[8]} {words[7]}"') == set()


def test_phrase_the_index_cannot_tell_is_read_only_where_it_may_be() -> None:
    far = narrowed("'a' <4> 'b' | 'c'")
    assert (far.surely, far.perhaps) == (f"( {NOTHING} ) | 'c'", "( 'a' & 'b' ) | 'c'")
    without = narrowed("'c' & !( 'a' <4> 'b' )")
    assert (without.surely, without.perhaps) == ("'c' & !( 'a' & 'b' )", f"'c' & !( {NOTHING} )")
    assert keys_of({1: "a", 2: "b", 4: "a"}) == {"a b", "a   a", "b  a"}
