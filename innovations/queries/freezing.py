"""What a frozen version contains."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from innovations.models import Innovation, InnovationLink, SustainableGoal, TeamMember
from innovations.queries.attachments import versioned


@dataclass(frozen=True)
class Beside:
    """The rows beside a dossier that its content holds."""

    goals: list[int]
    links: list[dict[str, str]]
    team: list[dict[str, str]]


def beside(innovation: Innovation) -> Beside:
    """Goals, links and team of one dossier, in one query: for pages that show it unfrozen."""
    goals = SustainableGoal.objects.filter(innovations=OuterRef("pk")).values("number")
    own = {"innovation": OuterRef("pk")}
    links = InnovationLink.objects.filter(**own).order_by("pk")
    team = TeamMember.objects.filter(**own).order_by("pk")
    row = Innovation.objects.values_list(
        ArraySubquery(goals.order_by("number")),
        ArraySubquery(links.values(row=JSONObject(title="title", url="url"))),
        ArraySubquery(team.values(row=JSONObject(name="name", position="position"))),
    ).get(pk=innovation.pk)
    return Beside(*row)


def _beside(innovation: Innovation) -> Beside:
    return Beside(
        goals=sorted(goal.number for goal in innovation.goals.all()),
        links=[{"title": link.title, "url": link.url} for link in innovation.links.all()],
        team=[{"name": m.name, "position": m.position} for m in innovation.team.all()],
    )


def freeze(innovation: Innovation, rows: Beside | None = None) -> dict[str, Any]:
    """The dossier's content as plain JSON, ready for `versions.fingerprint`.

    Reads agency, unit, category, location, origin, goals, links, team and attachments of
    `innovation`; prefetch them when freezing many, or give what `beside` has read of one.
    Versions of earlier years hold no key `attachments`.
    """
    rows = rows or _beside(innovation)
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
