"""A search read from one dossier's number to the next, for who takes all of it."""

from django.db import connection

from innovations.queries.search import (
    FACETS,
    PUBLISHED,
    Terms,
    facet_condition,
    parameters,
    source,
)


def numbers_after(terms: Terms, after: int | None, count: int) -> list[int]:
    """Primary keys of the next `count` hits above `after`, ascending. One query."""
    conditions = " AND ".join([PUBLISHED, *(facet_condition(terms, facet) for facet in FACETS)])
    sql = f"""
        SELECT i.id FROM {source(terms)} WHERE {conditions} AND i.id > %(after)s
        ORDER BY i.id LIMIT %(count)s
    """  # noqa: S608  (fragments are constants of queries.search)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(terms) | {"after": after or 0, "count": count})
        return [pk for (pk,) in cursor.fetchall()]
