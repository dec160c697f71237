"""Who looked at an account, for the page of its security, which knows no agencies."""

from typing import Any

from django import template

from agencies.models import User
from agencies.queries.support import support_of

register = template.Library()


@register.simple_tag
def seen_by(person: User) -> list[dict[str, Any]]:
    """The last times that somebody looked at the site as this person."""
    return support_of(person)
