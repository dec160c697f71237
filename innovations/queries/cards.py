"""What cards and lines of lists tell of a dossier; nothing here asks the database."""

from typing import Any

from django.utils.translation import gettext as _

from agencies.models import Agency
from innovations.enums import InnovationState
from innovations.models import Innovation

CARD_WORDS, RESULT_WORDS = 24, 32


def card_of(
    innovation: Innovation, agency: Agency, award: str = "", year: int | None = None
) -> dict[str, Any]:
    """Inputs of a card; category loaded. One that is not published leads nowhere."""
    is_open = innovation.state == InnovationState.PUBLISHED
    return _told(innovation, agency, CARD_WORDS) | {
        "href": innovation.get_absolute_url() if is_open else "",
        "award": award,
        "year": year,
        "cover": innovation.category.position if innovation.category else 0,
    }


def living_card_of(
    innovation: Innovation, award: str = "", year: int | None = None
) -> dict[str, Any]:
    """The same under its own agency, which is loaded, with what is known of its life now."""
    return card_of(innovation, innovation.agency, award, year) | _life(innovation)


def result_of(innovation: Innovation, summary: str = "") -> dict[str, Any]:
    """Inputs of a line among those found; agency, category and `announced_awards` loaded."""
    awards = innovation.announced_awards  # type: ignore[attr-defined]
    told = _told(innovation, innovation.agency, 0 if summary else RESULT_WORDS)
    told |= _life(innovation)
    if summary:
        told["summary"] = summary
    told["href"] = innovation.get_absolute_url()
    if awards:
        told |= {"award": awards[0].band_name, "tone": "gold", "year": awards[0].year}
    return told


def _told(innovation: Innovation, agency: Agency, words: int) -> dict[str, Any]:
    category = innovation.category
    return {
        "title": innovation.title,
        "summary": _begun(innovation.summary, words),
        "agency": agency.name,
        "topic": _(category.name) if category else "",
        "simulated": innovation.is_simulated,
    }


def _life(innovation: Innovation) -> dict[str, str]:
    return {"life": innovation.life_text, "life_tone": innovation.life_tone}


def _begun(text: str, words: int) -> str:
    """The first words of a text, as `truncatewords` has them."""
    found = text.split()
    return " ".join(found) if len(found) <= words else " ".join(found[:words]) + " …"
