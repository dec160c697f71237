"""What somebody looks for in the register."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from innovations.wording import database_query

FACETS = ("penghargaan", "kategori", "tahun", "provinsi", "jenis", "keadaan", "tpb", "kebaruan")
"""Facets by the name of their query parameter."""

RELEVANCE, NEWEST, AWARD, TITLE = "relevan", "terbaru", "penghargaan", "judul"
ORDERS = frozenset({RELEVANCE, NEWEST, AWARD, TITLE})


@dataclass(frozen=True)
class Terms:
    """What somebody looks for: words, chosen facet values by facet name, order.

    `missing` is how many of the words a dossier may lack.
    """

    text: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    missing: int = 0

    @property
    def query(self) -> str:
        """The words as the database takes them; empty when none says anything."""
        return database_query(self.text, missing=self.missing)

    @property
    def order(self) -> str:
        """The order that applies: relevance needs words, awards come first without."""
        if self.sort in ORDERS and (self.text or self.sort != RELEVANCE):
            return self.sort
        return self.default_order

    @property
    def default_order(self) -> str:
        """The order while nobody chooses one."""
        return RELEVANCE if self.text else AWARD

    def without(self, facet: str, value: str) -> "Terms":
        """The same terms with one chosen value taken off."""
        kept = tuple(chosen for chosen in self.facets.get(facet, ()) if chosen != value)
        return replace(self, facets={**self.facets, facet: kept})
