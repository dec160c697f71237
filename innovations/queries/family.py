"""The family of an innovation: from the first origin down to every replica that is public."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models.expressions import RawSQL

from innovations.models import Innovation, Replication
from innovations.queries.dossiers import start_shown
from sinovik.web.prepared import OneOf, Prepared

DEEPEST, MOST = 6, 200
FAMILY_SQL = """
WITH RECURSIVE above(id, parent_id, height) AS (
    SELECT id, replicates_id, 0 FROM innovations_innovation WHERE id = %s
    UNION ALL
    SELECT row.id, row.replicates_id, height + 1
    FROM above JOIN innovations_innovation row ON row.id = above.parent_id
    WHERE height < 20 AND row.state = 'published'
), below(id, depth) AS (
    (SELECT id, 0 FROM above ORDER BY height DESC LIMIT 1)
    UNION ALL
    SELECT row.id, depth + 1
    FROM below JOIN innovations_innovation row ON row.replicates_id = below.id
    WHERE depth < %s AND row.state = 'published'
)
SELECT id FROM below LIMIT %s
"""
"""Up to the highest published origin, then down. Nobody is their own ancestor (`check_origin`)."""


@dataclass
class Kin:
    """One line of the tree: a published innovation, or an agency whose replica is not yet told.

    `replication` is None where the dossier only declares its origin.
    """

    innovation: Innovation | None
    replication: Replication | None = None
    children: "list[Kin]" = field(default_factory=list)
    is_self: bool = False

    @property
    def started_on(self) -> date | None:
        """When it began, as far as it may be told."""
        return start_shown(self.innovation) if self.innovation else None

    @property
    def size(self) -> int:
        """How many there are from here down."""
        return 1 + sum(child.size for child in self.children)


@dataclass(frozen=True)
class Family:
    """The tree from its root, and how many replicas of the innovation itself were verified.

    `has_simulated` where one of its own replications never happened.
    """

    root: Kin
    verified: int
    has_simulated: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether there is nobody but the innovation itself."""
        return self.root.size == 1


def family_of(innovation: Innovation) -> Family:
    """The family as the public may know it. Two queries, whatever its size."""
    rows = _KIN.all(pk=innovation.pk)
    told: dict[int, list[Replication]] = {row.pk: [] for row in rows}
    for one in _TOLD.all(origins=[*told]):
        told[one.origin_id].append(one)
    for row in rows:
        row.told = told[row.pk]  # type: ignore[attr-defined]
    return _tree(innovation, rows)


_KIN = Prepared(
    lambda pk: (
        Innovation.objects.published()
        .filter(pk__in=RawSQL(FAMILY_SQL, [pk.value, DEEPEST, MOST]))  # noqa: S611
        .select_related("agency__region", "location", "replicates")
        .defer("sections", "summary", "replicates__sections")
        .order_by("started_on", "pk")
    ),
    "pk",
)
_TOLD = Prepared(
    lambda origins: (
        Replication.objects.agreed_on()
        .filter(OneOf("origin_id", origins))
        .select_related("agency__region", "requested_by")
        .order_by("agreed_at", "pk")
    ),
    "origins",
)


def _tree(innovation: Innovation, rows: Sequence[Innovation]) -> Family:
    kin = {row.pk: Kin(row, is_self=row.pk == innovation.pk) for row in rows}
    root, verified, has_simulated = kin[innovation.pk], 0, False
    for row in rows:
        replications: list[Replication] = row.told  # type: ignore[attr-defined]
        for one in replications:
            if row.pk == innovation.pk:
                verified += one.is_verified
                has_simulated |= one.is_simulated
            replica = kin.get(one.replica_id) if one.replica_id else None
            if replica is None:
                kin[row.pk].children.append(Kin(None, one))
            else:
                replica.replication = one
    for row in rows:
        parent = kin.get(row.replicates_id) if row.replicates_id else None
        if parent is None:
            root = kin[row.pk]
        else:
            parent.children.append(kin[row.pk])
    return Family(root, verified, has_simulated)
