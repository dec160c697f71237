"""A year's winners for frames of other sites: no script, no cookie, nothing to press."""

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from competitions.queries.winners import WinnerTerms, highest_awards, with_dossier
from sinovik.web.access import public
from sinovik.web.shared import shared

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


@public
@shared
@require_safe
@xframe_options_exempt
@csp_replace(POLICY)
def winner_embed(request: HttpRequest, year: int) -> HttpResponse:
    """Announced winners of a year; before the instant the page says that there are none yet."""
    # The column holds no greater number, and no such year has a list.
    terms = WinnerTerms(year=str(min(year, 9999)))
    awards = list(with_dossier(highest_awards(terms)))
    response = render(request, "competitions/winner_embed.html", {"year": year, "awards": awards})
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
