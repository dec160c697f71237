"""Query strings of the public lists, read into the terms that the queries take."""

from collections.abc import Iterator

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from innovations.queries.directory import DirectoryTerms
from innovations.queries.terms import AWARD, FACETS, NEWEST, RELEVANCE, TITLE, Terms
from sinovik.web.routes import query_of

MAXIMUM_TEXT = 200
MAXIMUM_CHOICES = 60

FACET_TITLES = {
    "penghargaan": _("Penghargaan"),
    "kategori": _("Kategori"),
    "tahun": _("Tahun terbit"),
    "provinsi": _("Provinsi"),
    "jenis": _("Jenis instansi"),
    "keadaan": _("Keadaan layanan"),
    "tpb": _("Tujuan pembangunan berkelanjutan"),
    "kebaruan": _("Jenis kebaruan"),
}

SORT_LABELS = {
    RELEVANCE: _("Paling relevan"),
    AWARD: _("Penghargaan tertinggi"),
    NEWEST: _("Terbaru"),
    TITLE: _("Judul A sampai Z"),
}


def _typed(query: MultiValueDict[str, str], name: str) -> str:
    # PostgreSQL has no NUL in text; nobody types one by accident.
    return query.get(name, "").replace("\x00", "").strip()[:MAXIMUM_TEXT]


def read_terms(query: MultiValueDict[str, str]) -> Terms:
    """Search terms of a query string; unknown values stay and simply match nothing."""
    facets = {
        name: tuple(
            dict.fromkeys(
                value.replace("\x00", "")
                for value in query.getlist(name)[:MAXIMUM_CHOICES]
                if value
            )
        )
        for name in FACETS
    }
    return Terms(text=_typed(query, "q"), facets=facets, sort=query.get("urut", ""))


def pairs(terms: Terms) -> Iterator[tuple[str, str]]:
    """The terms as query parameters, in a fixed order."""
    if terms.text:
        yield "q", terms.text
    for name in FACETS:
        for value in terms.facets.get(name, ()):
            yield name, value
    if terms.order != terms.default_order:
        yield "urut", terms.order


def query_string(terms: Terms) -> str:
    """The terms as "?q=…&kategori=…", empty for no terms at all."""
    return query_of(pairs(terms))


def read_directory_terms(query: MultiValueDict[str, str]) -> DirectoryTerms:
    """Terms of the agency directory; unknown values stay and simply match nothing."""
    return DirectoryTerms(
        text=_typed(query, "q"),
        agency_type=_typed(query, "jenis"),
        province=_typed(query, "provinsi")[:2],
        only_with_innovations=query.get("berinovasi") == "1",
    )


def directory_query(terms: DirectoryTerms) -> str:
    """The terms as "?q=…&jenis=…", empty for no terms at all."""
    named = {
        "q": terms.text,
        "jenis": terms.agency_type,
        "provinsi": terms.province,
        "berinovasi": "1" if terms.only_with_innovations else "",
    }
    return query_of(named.items())
