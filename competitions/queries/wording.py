"""How the rules speak to the reader of a page: texts and days in the language in use."""

from django.utils.formats import date_format
from django.utils.translation import gettext

from competitions.eligibility import Wording


def in_words() -> Wording:
    """Sentences of the rules in the language in use."""
    return Wording(translate=gettext, day=lambda day: date_format(day, "j F Y"))
