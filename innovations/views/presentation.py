"""What the register's pages hand to their components: filters, chips, facts, data blocks."""

import json
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from innovations.enums import BenefitKind, NoveltyForm, NoveltyKind
from innovations.filters import FACET_TITLES, query_string
from innovations.models import Innovation
from innovations.queries.dossiers import start_shown
from innovations.queries.facets import Counts
from innovations.queries.search import FACETS, Terms

OPEN_FACETS = frozenset({"penghargaan", "bidang"})
# Options that the facet component shows before "Tampilkan semua".
FIRST_OPTIONS = 8
# As django.utils.html.json_script: a data block must not be able to close its element.
JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def facet_groups(counts: Counts, terms: Terms) -> list[dict[str, Any]]:
    """Inputs of the facet component, in the order of the page."""
    return [
        {
            "name": name,
            "title": FACET_TITLES[name],
            "options": counts.options.get(name, []),
            "open": name in OPEN_FACETS or bool(terms.facets.get(name)),
            "more_open": any(option.checked for option in counts.options[name][FIRST_OPTIONS:]),
        }
        for name in FACETS
        if counts.options.get(name)
    ]


def chips(counts: Counts, terms: Terms) -> list[dict[str, str]]:
    """Chosen values with the address of the page without each."""
    base = reverse("innovations:innovation_list")
    return [
        {
            "text": counts.label(name, value),
            "href": base + query_string(terms.without(name, value)),
        }
        for name in FACETS
        for value in terms.facets.get(name, ())
    ]


def downloads(terms: Terms) -> dict[str, Any]:
    """Addresses of the search as files and as a feed, the title of the feed among them."""
    query = query_string(terms)
    kinds = (("CSV", "innovation_csv"), ("XLSX", "innovation_xlsx"), ("JSON", "innovation_json"))
    return {
        "files": [
            {"text": text, "href": reverse(f"innovations:{name}") + query} for text, name in kinds
        ],
        "feed_href": reverse("innovations:search_feed") + query,
    }


def dossier_facts(innovation: Innovation) -> list[tuple[str, str, str]]:
    """Facts of the side box, each with the page it leads to if any; no query.

    Those without a value are left out.
    """
    agency, category = innovation.agency, innovation.category
    region = innovation.location or agency.region
    started = start_shown(innovation)
    facts = [
        (_("Instansi"), agency.name),
        (_("Unit pelayanan"), innovation.unit.name if innovation.unit else ""),
        (_("Bidang"), _(category.name) if category else ""),
        (_("Lokasi"), _place(region) if region else ""),
        (_("Mulai diterapkan"), date_format(started, "F Y") if started else ""),
        (_("Jenis kebaruan"), _label(NoveltyKind, innovation.novelty_kind)),
        (_("Bentuk kebaruan"), _label(NoveltyForm, innovation.novelty_form)),
        (_("Manfaat"), _label(BenefitKind, innovation.benefit)),
        (_("Nomor"), innovation.code),
    ]
    pages = {_("Instansi"): agency.get_absolute_url()}
    if category:
        pages[_("Bidang")] = reverse("innovations:category_detail", args=[category.slug])
    if region:
        code = region.province_or_self.code
        pages[_("Lokasi")] = reverse("innovations:province_detail", args=[code])
    return [(label, value, pages.get(label, "")) for label, value in facts if value]


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else ""


def _place(region: Any) -> str:
    return f"{region.name}, {region.province.name}" if region.province else str(region.name)


def data_block(request: HttpRequest, innovation: Innovation) -> SafeString:
    """JSON-LD of a dossier. A data block is never executed, so the CSP lets it be."""
    content = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "name": innovation.title,
        "identifier": innovation.code,
        "url": request.build_absolute_uri(innovation.get_absolute_url()),
        "inLanguage": "id",
        "abstract": innovation.summary,
        "datePublished": innovation.published_at.date().isoformat()
        if innovation.published_at
        else "",
        "about": innovation.category.name if innovation.category else "",
        "creator": {"@type": "GovernmentOrganization", "name": innovation.agency.name},
        "award": [str(award) for award in innovation.announced_awards],  # type: ignore[attr-defined]
        "creativeWorkStatus": _("Data simulasi") if innovation.is_simulated else _("Terbit"),
    }
    text = json.dumps(content, ensure_ascii=False).translate(JSON_ESCAPES)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(text),  # noqa: S308  (escaped above)
    )


def citation(innovation: Innovation, address: str) -> dict[str, str]:
    """The dossier as a reference in APA style and as BibTeX."""
    year = innovation.published_at.year if innovation.published_at else ""
    agency = innovation.agency.name
    status = f" [{_('Data simulasi')}]" if innovation.is_simulated else ""
    return {
        "apa": (
            f"{agency}. ({year}). {innovation.title}{status}. SINOVIK, {innovation.code}. {address}"
        ),
        "bibtex": (
            f"@misc{{{innovation.code.lower()},\n"
            f'  author = "{{{agency}}}",\n'
            f'  title = "{{{innovation.title}{status}}}",\n'
            f"  year = {{{year}}},\n"
            f"  howpublished = {{SINOVIK, {innovation.code}}},\n"
            f"  url = {{{address}}}\n}}"
        ),
    }
