"""The front page and the pages about the site itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies.queries.tiles import map_of
from competitions.queries.calendar import open_registration
from innovations.queries.overview import (
    categories_with_counts,
    counts_by_province,
    latest_winners,
    totals,
    winner_count,
)
from sinovik.web.access import public
from sinovik.web.shared import shared


@public
@shared
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Search, what is open, the register at a glance, the latest winners."""

    def province_href(code: str) -> str:
        return reverse("innovations:province_detail", args=[code])

    context = {
        "registration": open_registration(),
        "totals": totals(),
        "winner_count": winner_count(),
        "winners": latest_winners(),
        "categories": categories_with_counts(),
        "tile_map": map_of(counts_by_province(), province_href),
    }
    return render(request, "home/front.html", context)


@public
@shared
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to search, take part and get in touch."""
    return render(request, "home/help.html")


@public
@shared
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "home/accessibility.html")


@public
@shared
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored about people and why."""
    return render(request, "home/privacy.html")


@public
@shared
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Where the figures come from and what is simulated."""
    return render(request, "home/about.html")
