"""The front page and the pages about the site itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.queries.tiles import map_of
from competitions.models.article import ArticleKind, ArticleTheme
from competitions.queries.articles import help_articles, latest_news, told
from competitions.queries.calendar import open_registration
from innovations.queries.cards import living_card_of
from innovations.queries.overview import (
    latest_winners,
    register_at_a_glance,
    winner_count,
)
from sinovik.web.access import public
from sinovik.web.routes import address_of
from sinovik.web.shared import shared


@public
@shared
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Search, what is open, the register at a glance, the latest winners."""

    def province_href(code: str) -> str:
        return address_of("innovations:province_detail", code)

    register = register_at_a_glance()
    context = {
        "registration": open_registration(),
        "totals": register.totals,
        "winner_count": winner_count(),
        "winners": [
            living_card_of(award.innovation, award.band_name, award.year)
            for award in latest_winners()
        ],
        "categories": register.categories,
        "news": [told(article) for article in latest_news(3)],
        "tile_map": map_of(register.provinces, province_href),
    }
    return render(request, "home/front.html", context)


@public
@shared
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Pages of help and questions by theme, all or those that say what somebody looks for."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    found = help_articles(words)
    questions = [one for one in found if one.kind == ArticleKind.QUESTION]
    themes = [
        (label, [told(one) for one in questions if one.theme == theme])
        for theme, label in ArticleTheme.choices
    ]
    context = {
        "words": words,
        "pages": [told(one) for one in found if one.kind == ArticleKind.HELP],
        "themes": [(label, items) for label, items in themes if items],
    }
    return render(request, "home/help.html", context)


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
