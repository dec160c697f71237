"""Judged queries: how good is the order, and how many misspelt queries are rescued?"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

from django.db import connection

from bench.search.dossiers import Topics
from innovations.models import Innovation
from innovations.queries.hits import settled
from innovations.queries.spelling import suggestion
from innovations.queries.terms import Terms

HERE = Path(__file__).resolve().parent
DEPTH = 10
RIGHT, NEAR = 3, 1
Search = Callable[[str], list[int]]


@dataclass(frozen=True)
class Judged:
    """A query and the grade of every dossier that is not worth nothing."""

    text: str
    grades: dict[int, int]


def judged(topics: Topics) -> list[Judged]:
    """The queries with what a person said of topics and titles, spread over the dossiers."""
    queries = []
    for row in _table("judged"):
        grades = dict.fromkeys(_meant(row["near"], topics), NEAR)
        grades |= dict.fromkeys(_meant(row["right"], topics), RIGHT)
        assert grades, row
        queries.append(Judged(row["query"], grades))
    return queries


def _table(name: str) -> list[dict[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _meant(cell: str, topics: Topics) -> list[int]:
    keys, _, title = cell.partition("title:")
    wanted = set(keys.split())
    return [
        pk
        for pk, topic in topics.items()
        if topic in wanted or (title and topic.startswith(f"title:{title}"))
    ]


def ndcg(found: Sequence[int], grades: dict[int, int]) -> float:
    """Normalised discounted cumulative gain of the first ten, gain 2^grade - 1."""
    gained = _discounted([grades.get(pk, 0) for pk in found[:DEPTH]])
    return gained / _discounted(sorted(grades.values(), reverse=True)[:DEPTH])


def _discounted(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))


def plain(configuration: str) -> Search:
    """What PostgreSQL does by itself with one of its configurations."""
    column = f"plain_{configuration}"
    weighed = " || ".join(
        f"setweight(to_tsvector('{configuration}', {text}), '{weight}')"
        for text, weight in (
            ("title", "A"), ("place_names", "B"), ("summary", "C"),
            ("(SELECT string_agg(value, ' ') FROM jsonb_each_text(sections))", "D"),
        )
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {column} AS SELECT id, {weighed} AS words"
                       " FROM innovations_innovation")  # fmt: skip

    def search(text: str) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM {column}, websearch_to_tsquery('{configuration}', %s) q"
                f" WHERE words @@ q ORDER BY ts_rank(words, q) DESC, id LIMIT {DEPTH}",
                [text],
            )
            return [pk for (pk,) in cursor.fetchall()]

    return search


def ours(text: str) -> list[int]:
    """The product's first page."""
    return settled(Terms(text=text)).ids(0, DEPTH)


def ours_corrected(text: str) -> list[int]:
    """The product's first page, after a click on "Mungkin maksud Anda" where it is offered."""
    hits = settled(Terms(text=text))
    better = suggestion(text) if hits.terms.missing or not hits.total else ""
    return ours(better) if better else hits.ids(0, DEPTH)


def report(topics: Topics) -> None:
    """Print both tables and the queries that did worst."""
    queries = judged(topics)
    by_text = {query.text: query for query in queries}
    misspelt = [(row["typed"], by_text[row["meant"]]) for row in _table("misspelt")]
    simple, indonesian = plain("simple"), plain("indonesian")
    ways: list[tuple[str, Search, Search]] = [
        ("simple", simple, simple),
        ("indonesian", indonesian, indonesian),
        ("SINOVIK", ours, ours_corrected),
    ]
    print(f"{len(queries)} judged and {len(misspelt)} misspelt queries,"
          f" {Innovation.objects.count()} dossiers\n")  # fmt: skip
    print("| search | nDCG@10 | queries without a hit | misspelt queries rescued |")
    print("| --- | ---: | ---: | ---: |")
    for name, search, corrected in ways:
        scores = [ndcg(search(query.text), query.grades) for query in queries]
        empty = sum(not search(query.text) for query in queries)
        rescued = sum(_is_right(corrected(typed), query) for typed, query in misspelt)
        print(f"| {name} | {sum(scores) / len(scores):.3f} | {empty}"
              f" | {rescued} of {len(misspelt)} ({rescued / len(misspelt):.0%}) |")  # fmt: skip
    _worst(queries, misspelt)


def _is_right(found: Sequence[int], query: Judged) -> bool:
    return any(query.grades.get(pk) == RIGHT for pk in found)


def _worst(queries: Sequence[Judged], misspelt: Sequence[tuple[str, Judged]]) -> None:
    scored = sorted((ndcg(ours(query.text), query.grades), query.text) for query in queries)
    print("\nWorst: " + "; ".join(f"{text} {score:.2f}" for score, text in scored[:12]))
    lost = [typed for typed, query in misspelt if not _is_right(ours_corrected(typed), query)]
    print(
        "Not rescued: " + ("; ".join(f"{typed} -> {suggestion(typed)}" for typed in lost) or "none")
    )
    assert all(RIGHT in query.grades.values() for query in queries)
