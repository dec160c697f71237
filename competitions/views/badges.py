"""Badges of winners for their own sites: pictures, and HTML to embed them without a script."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from competitions.models import Edition, Result, Stage
from competitions.queries.results_public import award_title, winners
from competitions.views.public_figures import result_href
from competitions.views.results import find_band
from innovations.enums import InnovationState
from sinovik.web.access import public
from sinovik.web.shared import shared

SVG_TYPE = "image/svg+xml"
WIDTH, HEIGHT = 280, 96


@dataclass(frozen=True)
class Look:
    """Colours of a badge."""

    paper: str
    edge: str
    ink: str
    soft: str


LOOKS = {
    "terang": Look("#ffffff", "#8f2527", "#1f1f1f", "#525252"),
    "gelap": Look("#400f10", "#ffcc14", "#ffffff", "#facecf"),
}


@public
@shared
@require_safe
def badge_list(request: HttpRequest, year: int, band: str) -> HttpResponse:
    """Winners of an announced band, each with its badge; before the instant no such page."""
    edition, stage, results = _announced(year, band)
    context = {"edition": edition, "stage": stage, "results": results}
    return render(request, "competitions/badge_list.html", context)


@public
@shared
@require_safe
def badge_kit(request: HttpRequest, year: int, band: str, slug: str) -> HttpResponse:
    """The badge of one winner: to see, to download, to embed."""
    edition, stage, results = _announced(year, band)
    result = _winner(results, slug)
    label = award_title(stage.name, edition.year)
    context = {
        "edition": edition,
        "stage": stage,
        "innovation": result.entry.innovation,
        "agency": result.entry.agency,
        "label": label,
        "badges": [
            {
                "name": {"terang": _("Terang"), "gelap": _("Gelap")}[look],
                "href": reverse("competitions:badge_svg", args=[year, band, slug, look]),
                "snippet": _snippet(year, band, result, look, label),
            }
            for look in LOOKS
        ],
    }
    return render(request, "competitions/badge_kit.html", context)


@public
@shared
@require_safe
def badge_svg(request: HttpRequest, year: int, band: str, slug: str, look: str) -> HttpResponse:
    """The picture itself, which other sites may show."""
    edition, stage, results = _announced(year, band)
    result = _winner(results, slug)
    if look not in LOOKS:
        raise Http404
    is_simulated = result.entry.innovation.is_simulated
    # The same picture whoever looks: a cache between us and them tells no language apart.
    with translation.override(settings.LANGUAGE_CODE):
        name = f"{_(stage.name)} {edition.year}"
        words = {
            "label": award_title(stage.name, edition.year),
            "name": name,
            "size": min(30, round(280 / max(len(name), 1), 1)),
            "footing": _("Data simulasi · SINOVIK") if is_simulated else "SINOVIK · KIPP",
            "look": LOOKS[look],
        }
        picture = render_to_string("images/badge.svg", words)
    headers = {
        "Content-Disposition": f'inline; filename="{band}-{year}-{look}.svg"',
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return HttpResponse(picture, content_type=SVG_TYPE, headers=headers)


def _announced(year: int, band: str) -> tuple[Edition, Stage, list[Result]]:
    edition, _stages, stage = find_band(year, band)
    results = winners(stage)
    if not results:
        raise Http404
    return edition, stage, results


def _winner(results: list[Result], slug: str) -> Result:
    for result in results:
        if result.entry.innovation.slug == slug:
            return result
    raise Http404


def _snippet(year: int, band: str, result: Result, look: str, label: str) -> str:
    """HTML without script or style: a picture that leads to where the award stands."""
    innovation = result.entry.innovation
    with translation.override(settings.LANGUAGE_CODE):
        is_public = innovation.state == InnovationState.PUBLISHED
        href = innovation.get_absolute_url() if is_public else result_href(year, band)
        source = reverse("competitions:badge_svg", args=[year, band, innovation.slug, look])
    return format_html(
        '<a href="{}{}"><img src="{}{}" alt="{}" width="{}" height="{}"></a>',
        settings.SITE_ADDRESS,
        href,
        settings.SITE_ADDRESS,
        source,
        label,
        WIDTH,
        HEIGHT,
    )
