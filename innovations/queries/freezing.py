"""What a frozen version contains."""

from typing import Any

from innovations.models import Innovation
from innovations.queries.attachments import versioned


def freeze(innovation: Innovation) -> dict[str, Any]:
    """The dossier's content as plain JSON, ready for `versions.fingerprint`.

    Reads agency, unit, category, location, origin, goals, links, team and attachments of
    `innovation`; prefetch them when freezing many. Versions of earlier years hold no key
    `attachments`.
    """
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
        "goals": sorted(goal.number for goal in innovation.goals.all()),
        "links": [{"title": link.title, "url": link.url} for link in innovation.links.all()],
        "team": [{"name": m.name, "position": m.position} for m in innovation.team.all()],
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
