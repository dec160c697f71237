"""A dossier elsewhere: its permanent address, citation, picture and JSON-LD."""

import hashlib
import json
import re
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from innovations.enums import InnovationState
from innovations.models import Innovation
from innovations.queries.dossiers import public_innovation
from innovations.views.presentation import permanent_path
from sinovik.exports import PNG_TYPE, ShareCard, qr_code, share_card
from sinovik.web.access import public
from sinovik.web.shared import shared

FONT = settings.BASE_DIR / "static" / "vendor" / "plus-jakarta-sans.woff2"
PAPERS = (
    "#400f10",
    "#0d3b42",
    "#1c2f5c",
    "#1d4026",
    "#4a3208",
    "#45194f",
    "#5c1f38",
    "#26421a",
    "#2f2f4d",
    "#5a2413",
    "#303030",
)
"""Colours of the fields, as `.cover-N` of the style sheet has them; the first is for none."""
PICTURE_VERSION = 1
"""Raise it when the drawing changes: kept pictures are made anew."""
MONTH = 30 * 86_400
NUMBER = re.compile(r"ino[- ]?(\d{1,9})", re.IGNORECASE | re.ASCII)
BIBTEX_TYPE = "application/x-bibtex; charset=utf-8"
# As django.utils.html.json_script: a data block must not be able to close its element.
JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
TEX_ESCAPES = {
    **{ord(letter): f"\\{letter}" for letter in "&%$#_{}"},
    ord("\\"): "\\textbackslash{}",
    ord("~"): "\\textasciitilde{}",
    ord("^"): "\\textasciicircum{}",
    ord('"'): "''",
}

Crumbs = list[tuple[str, str]]


def permanent_address(innovation: Innovation) -> str:
    """The address that never changes, whatever the title: for print and citations."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{settings.SITE_ADDRESS}{permanent_path(innovation)}"


def told_elsewhere(innovation: Innovation) -> dict[str, Any]:
    """What the page says for other sites, for paper and for whoever cites it; no query."""
    permanent, crumbs = permanent_address(innovation), crumbs_of(innovation)
    return {
        "address": settings.SITE_ADDRESS + innovation.get_absolute_url(),
        "permanent": permanent,
        "qr": qr_code(permanent),
        "crumbs": crumbs,
        "citation": citation(innovation),
        "share_image": share_image_address(innovation),
        "simulated_sentence": simulated_sentence(),
        "data_block": data_block(innovation, crumbs),
    }


def public_innovation_or_404(slug: str) -> Innovation:
    """The dossier the public may ask for, withdrawn or not."""
    try:
        return public_innovation(slug)
    except Innovation.DoesNotExist:
        raise Http404 from None


def withdrawn(request: HttpRequest, innovation: Innovation) -> HttpResponse:
    """410 with the day and the reason, for every address of a dossier that was withdrawn."""
    context = {"innovation": innovation}
    return render(request, "innovations/innovation_archived.html", context, status=410)


@public
@require_safe
def innovation_by_number(request: HttpRequest, number: int) -> HttpResponse:
    """From the permanent address to the page."""
    return redirect(get_object_or_404(_told(), pk=number), permanent=True)


def innovation_named(text: str) -> str:
    """Address of the dossier whose permanent number somebody typed; empty for all other words.

    One query where a number was typed.
    """
    typed = NUMBER.fullmatch(text.strip())
    found = _told().filter(pk=int(typed[1])).first() if typed else None
    return found.get_absolute_url() if found else ""


def _told() -> QuerySet[Innovation]:
    """What was published once: a withdrawn dossier's page says when and why."""
    return Innovation.objects.exclude(published_at=None).only("slug")


@public
@require_safe
def innovation_bib(request: HttpRequest, slug: str) -> HttpResponse:
    """The citation as a file for reference managers."""
    innovation = public_innovation_or_404(slug)
    if innovation.state == InnovationState.ARCHIVED:
        return withdrawn(request, innovation)
    response = HttpResponse(citation(innovation)["bibtex"] + "\n", content_type=BIBTEX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{innovation.code.lower()}.bib"'
    return response


@public
@shared
@require_safe
def share_image(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture that other sites show beside a link; drawn once a version, then kept."""
    innovation = public_innovation_or_404(slug)
    if innovation.state == InnovationState.ARCHIVED:
        return withdrawn(request, innovation)
    key = f"share:{_picture_version(innovation)}"
    octets = cache.get(key)
    if octets is None:
        octets = share_card(_card(innovation), FONT)
        cache.set(key, octets, MONTH)
    response = HttpResponse(octets, content_type=PNG_TYPE)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def share_image_address(innovation: Innovation) -> str:
    """Address of the picture as it is now; other words on it make it another address."""
    path = reverse("innovations:share_image", args=[innovation.slug])
    return f"{settings.SITE_ADDRESS}{path}?v={_picture_version(innovation)}"


def _card(innovation: Innovation) -> ShareCard:
    awards = innovation.announced_awards  # type: ignore[attr-defined]
    field = innovation.category.position if innovation.category else 0
    return ShareCard(
        title=innovation.title,
        source=innovation.agency.name,
        footing=f"SINOVIK · {innovation.code}",
        paper=PAPERS[field] if field < len(PAPERS) else PAPERS[0],
        label=str(awards[0]) if awards else "",
        warning=_("Data simulasi") if innovation.is_simulated else "",
    )


def _picture_version(innovation: Innovation) -> str:
    said = repr((PICTURE_VERSION, _card(innovation)))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def citation(innovation: Innovation) -> dict[str, str]:
    """The dossier as a reference in APA style and as BibTeX."""
    address = permanent_address(innovation)
    year = timezone.localtime(innovation.published_at).year if innovation.published_at else ""
    status = " [" + _("Data simulasi") + "]" if innovation.is_simulated else ""
    author, title = (
        text.translate(TEX_ESCAPES) for text in (innovation.agency.name, innovation.title)
    )
    return {
        "apa": (
            f"{innovation.agency.name}. ({year}). {innovation.title}{status}."
            f" SINOVIK, {innovation.code}. {address}"
        ),
        "bibtex": (
            f"@misc{{{innovation.code.lower()},\n"
            f'  author = "{{{author}}}",\n'
            f'  title = "{{{title}{status}}}",\n'
            f"  year = {{{year}}},\n"
            f"  howpublished = {{SINOVIK, {innovation.code}}},\n"
            f"  url = {{{address}}}\n}}"
        ),
    }


def crumbs_of(innovation: Innovation) -> Crumbs:
    """The way down to a dossier: texts and paths; the last is the page itself."""
    crumbs = [(_("Inovasi"), reverse("innovations:innovation_list"))]
    if category := innovation.category:
        page = reverse("innovations:category_detail", args=[category.slug])
        crumbs.append((_(category.name), page))
    return [*crumbs, (innovation.code, innovation.get_absolute_url())]


def data_block(innovation: Innovation, crumbs: Crumbs) -> SafeString:
    """JSON-LD of a dossier. A data block is never executed, so the CSP lets it be."""
    trail = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "name": text,
                "item": settings.SITE_ADDRESS + path,
            }
            for place, (text, path) in enumerate(crumbs, 1)
        ],
    }
    content = {"@context": "https://schema.org", "@graph": [_work(innovation), trail]}
    text = json.dumps(content, ensure_ascii=False).translate(JSON_ESCAPES)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(text),  # noqa: S308  (escaped above)
    )


def _work(innovation: Innovation) -> dict[str, Any]:
    """What the page says of the innovation; what is not known is left out."""
    site = settings.SITE_ADDRESS
    agency, region = innovation.agency, innovation.location or innovation.agency.region
    awards = [str(award) for award in innovation.announced_awards]  # type: ignore[attr-defined]
    published = timezone.localdate(innovation.published_at) if innovation.published_at else None
    facts = {
        "@type": "CreativeWork",
        "@id": permanent_address(innovation),
        "name": innovation.title,
        "identifier": innovation.code,
        "url": site + innovation.get_absolute_url(),
        "image": share_image_address(innovation),
        "inLanguage": "id",
        "abstract": innovation.summary,
        "datePublished": published.isoformat() if published else "",
        "about": {"@type": "Thing", "name": _(innovation.category.name)}
        if innovation.category
        else None,
        "spatialCoverage": {"@type": "Place", "name": region.name} if region else None,
        "creator": {
            "@type": "GovernmentOrganization",
            "name": agency.name,
            "url": site + agency.get_absolute_url(),
        },
        "publisher": {"@type": "Organization", "name": "SINOVIK", "url": f"{site}/"},
        "award": awards,
        "isAccessibleForFree": True,
        "license": settings.DATA_LICENCE,
        "creativeWorkStatus": _("Data simulasi") if innovation.is_simulated else _("Terbit"),
        "disambiguatingDescription": simulated_sentence() if innovation.is_simulated else "",
    }
    return {name: value for name, value in facts.items() if value}


def simulated_sentence() -> str:
    """What a simulated dossier says of itself, on the page and in its JSON-LD."""
    return _(
        "Dosir ini contoh yang dibuat untuk peragaan. Instansi yang disebut tidak menulis dan"
        " tidak mengajukannya."
    )
