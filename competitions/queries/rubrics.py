"""The rubric as the people read it who are judged by it."""

from competitions.enums import StageKind
from competitions.models import Criterion


def guidance_for(edition_id: int, section_key: str) -> Criterion | None:
    """The review criterion that judges a form section, levels loaded; None: not judged."""
    criteria = Criterion.objects.filter(
        stage__edition_id=edition_id, stage__kind=StageKind.REVIEW, key=section_key
    )
    return criteria.prefetch_related("levels").first()
