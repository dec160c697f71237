"""Titles that somebody may be about to type."""

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q

from innovations.models import Innovation
from innovations.wording import words_of

SHORTEST = 3
SHOWN = 7
LOOKED_AT = 300
"""Of so many titles with these beginnings the best are shown; a short one has thousands."""

# As in the index `innovation_title_words`.
TITLE_WORDS = SearchVector("title", config="simple")


def titles_beginning(text: str) -> list[Innovation]:
    """Published dossiers whose titles have words that begin so, at most SHOWN.

    Those whose title itself begins so come first, then the newest. One query, none for fewer
    than SHORTEST letters.
    """
    words = words_of(text)
    if len("".join(words)) < SHORTEST:
        return []
    query = SearchQuery(
        " & ".join(f"'{word}':*" for word in words[:8]), config="simple", search_type="raw"
    )
    some = (
        Innovation.objects.published()
        .alias(title_words=TITLE_WORDS)
        .filter(title_words=query)
        .values("pk")[:LOOKED_AT]
    )
    rows = Innovation.objects.filter(pk__in=some).only("title", "slug", "state")
    begins = Q(title__istartswith=text.strip())
    return list(rows.alias(begins=begins).order_by("-begins", "-published_at")[:SHOWN])
