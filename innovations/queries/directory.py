"""Agencies as the public sees them: with what the register holds of theirs."""

from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from agencies.models import Agency
from innovations.models import Award, Innovation
from innovations.wording import MAXIMUM_WORDS, same_forms, words_of
from sinovik.audit import clock
from sinovik.web.prepared import Prepared
from sinovik.web.querysets import counted_beside


@dataclass(frozen=True)
class DirectoryTerms:
    """What somebody looks for in the directory; empty strings mean everything."""

    text: str = ""
    agency_type: str = ""
    province: str = ""
    only_with_innovations: bool = False


def agencies_matching(terms: DirectoryTerms, now: Any = None) -> QuerySet[Agency]:
    """Agencies by name with `innovation_count`, `winner_count` and `shows_simulated`."""
    won = Exists(Award.objects.announced(now).filter(innovation=OuterRef("pk")))
    own = _own()
    return _fitting(terms).annotate(
        innovation_count=counted_beside(own),
        winner_count=counted_beside(own.filter(won)),
        shows_simulated=Exists(own.filter(is_simulated=True)),
    )


def _own() -> QuerySet[Innovation]:
    return Innovation.objects.published().filter(agency=OuterRef("pk"))


def _fitting(terms: DirectoryTerms) -> QuerySet[Agency]:
    agencies = Agency.objects.for_directory()
    for word in words_of(terms.text)[:MAXIMUM_WORDS]:
        agencies = agencies.filter(_named(word))
    if terms.agency_type:
        agencies = agencies.filter(agency_type=terms.agency_type)
    if terms.province:
        agencies = agencies.filter(Q(region=terms.province) | Q(region__province=terms.province))
    if terms.only_with_innovations:
        agencies = agencies.filter(Exists(_own()))
    return agencies


def _named(word: str) -> Q:
    """A name has the word, or another form of it: "kab" and "jatim" are in few names."""
    forms = dict.fromkeys((word, *(" ".join(form) for form in same_forms((word,)))))
    return reduce(or_, (Q(name__icontains=one) | Q(short_name__icontains=one) for one in forms))


def agencies_in(province: str) -> list[Agency]:
    """The same of one province, all of them. One query."""
    return _IN_PROVINCE.all(province=province, now=clock.now())


_IN_PROVINCE = Prepared(
    lambda province, now: agencies_matching(DirectoryTerms(province=province), now),
    "province",
    "now",
)


def counts_by_type(terms: DirectoryTerms) -> dict[str, int]:
    """How many agencies of each kind fit the terms, whichever kind they ask for. One query."""
    fitting = _fitting(replace(terms, agency_type="")).order_by().values_list("agency_type")
    return dict(fitting.annotate(count=Count("pk")))
