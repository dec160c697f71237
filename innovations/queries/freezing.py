"""What a frozen version contains."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from innovations.models import Innovation
from innovations.queries.attachments import versioned


@dataclass(frozen=True)
class Beside:
    """The rows beside a dossier that its content holds, and the number of its last version."""

    goals: list[int]
    links: list[dict[str, str]]
    team: list[dict[str, str]]
    last: int


_BESIDE = """
    SELECT
        dossier.id,
        ARRAY(
            SELECT sustainablegoal_id FROM innovations_innovation_goals
            WHERE innovation_id = dossier.id ORDER BY sustainablegoal_id
        ),
        ARRAY(
            SELECT json_build_object('title', title, 'url', url) FROM innovations_innovationlink
            WHERE innovation_id = dossier.id ORDER BY id
        ),
        ARRAY(
            SELECT json_build_object('name', name, 'position', position)
            FROM innovations_teammember WHERE innovation_id = dossier.id ORDER BY id
        ),
        coalesce((
            SELECT max(number) FROM innovations_innovationversion WHERE innovation_id = dossier.id
        ), 0)
    FROM unnest(%s::bigint[]) AS dossier (id)
"""


def all_beside(pks: Sequence[int]) -> dict[int, Beside]:
    """Goals, links, team and last version of each dossier, in one query.

    Written out: each submission freezes one, and Django would compose it every time anew.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, [list(pks)])
        return {pk: Beside(*rows) for pk, *rows in cursor.fetchall()}


def freeze(innovation: Innovation, rows: Beside | None = None) -> dict[str, Any]:
    """The dossier's content as plain JSON, ready for `versions.fingerprint`.

    Reads agency, unit, category, location, origin and attachments of `innovation`: prefetch
    them, and give what `all_beside` has read, when freezing many.
    Versions of earlier years hold no key `attachments`.
    """
    rows = rows or all_beside([innovation.pk])[innovation.pk]
    return {
        "title": innovation.title,
        "agency": innovation.agency.name,
        "unit": innovation.unit.name if innovation.unit else "",
        "category": innovation.category.name if innovation.category else "",
        "location": innovation.location.name if innovation.location else "",
        "novelty_kind": innovation.novelty_kind,
        "novelty_form": innovation.novelty_form,
        "benefit": innovation.benefit,
        "started_on": innovation.started_on.isoformat() if innovation.started_on else "",
        "replicates": _origin(innovation.replicates),
        "summary": innovation.summary,
        "sections": dict(innovation.sections),
        "goals": rows.goals,
        "links": rows.links,
        "team": rows.team,
        "attachments": [
            {
                "name": one.name,
                "kind": one.kind,
                "size": one.size,
                "sha256": one.sha256,
                "document": one.document_key,
            }
            for one in versioned(innovation)
        ],
        "simulated": innovation.is_simulated,
    }


def _origin(origin: Innovation | None) -> str:
    """The innovation that this one replicates as people name it, "" for none."""
    return f"{origin.code} · {origin.title} · {origin.agency.name}" if origin else ""
