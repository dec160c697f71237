"""A year's winners for frames of other sites: no script, no cookie, nothing to press."""

from itertools import groupby
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from competitions.queries.winners import WinnerTerms, winners_of_year
from competitions.views.winners import documented_winners
from innovations.models import Award
from sinovik.web.access import public
from sinovik.web.shared import shared

# What the column of years holds at most.
LAST_YEAR = 9999

# The only page that others may frame; it can do less than any other.
POLICY = {
    "default-src": [NONE],
    "script-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "connect-src": [NONE],
    "form-action": [NONE],
    "object-src": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": ["*"],
}


def _band(award: Award) -> str:
    return award.band_name


def _line(award: Award) -> dict[str, Any]:
    innovation = award.innovation
    return {
        "title": innovation.title,
        "href": innovation.get_absolute_url(),
        "agency": innovation.agency.name,
        "simulated": award.is_simulated or innovation.is_simulated,
    }


@public
@shared
@require_safe
@xframe_options_exempt
@csp_replace(POLICY)
def winner_embed(request: HttpRequest, year: int) -> HttpResponse:
    """Announced winners of a year; before the instant the page says that there are none yet.

    Of a year that open sources alone tell of it says so, as the list of all years does.
    """
    if year > LAST_YEAR:
        raise Http404
    awards = winners_of_year(str(year))
    bands = [(name, [_line(award) for award in of]) for name, of in groupby(awards, _band)]
    context = {
        "year": year,
        "bands": bands,
        "is_documented": not awards and documented_winners(WinnerTerms(year=str(year)), set()),
    }
    response = render(request, "competitions/winner_embed.html", context)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
