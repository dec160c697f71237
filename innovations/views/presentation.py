"""What the register's pages hand to their components: filters, chips, facts, links."""

from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from innovations.enums import BenefitKind, NoveltyForm, NoveltyKind
from innovations.filters import FACET_TITLES, query_string
from innovations.models import Innovation
from innovations.queries.dossiers import start_shown
from innovations.queries.facets import Counts
from innovations.queries.terms import FACETS, Terms

OPEN_FACETS = frozenset({"penghargaan", "kategori"})
# Options that the facet component shows before "Tampilkan semua".
FIRST_OPTIONS = 8
VIDEO_SITES = {"youtube.com": "YouTube", "youtu.be": "YouTube", "vimeo.com": "Vimeo"}


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


def _as_typed(name: str) -> SafeString:
    """A name that has no English; only marked names are read aloud as Indonesian."""
    return format_html('<span lang="id">{}</span>', name)


def dossier_facts(innovation: Innovation) -> list[tuple[str, str, str]]:
    """Facts of the side box, each with the page it leads to if any; no query.

    The number leads to the permanent address. Those without a value are left out.
    """
    agency, category = innovation.agency, innovation.category
    region = innovation.location or agency.region
    started = start_shown(innovation)
    published = innovation.published_at and localdate(innovation.published_at)
    changed = localdate(innovation.updated_at)
    facts = [
        (_("Instansi"), agency.name),
        (_("Unit pelayanan"), _as_typed(innovation.unit.name) if innovation.unit else ""),
        (_("Kategori"), _(category.name) if category else ""),
        (_("Lokasi"), _place(region) if region else ""),
        (_("Mulai diterapkan"), date_format(started, "F Y") if started else ""),
        (_("Jenis kebaruan"), _label(NoveltyKind, innovation.novelty_kind)),
        (_("Bentuk kebaruan"), _label(NoveltyForm, innovation.novelty_form)),
        (_("Manfaat"), _label(BenefitKind, innovation.benefit)),
        (_("Terbit"), date_format(published, "j F Y") if published else ""),
        (
            _("Diperbarui"),
            date_format(changed, "j F Y") if published and changed > published else "",
        ),
        (_("Riwayat teks"), _("Lihat perubahannya") if innovation.was_changed else ""),  # type: ignore[attr-defined]
        (_("Nomor"), innovation.code),
    ]
    pages = {_("Instansi"): agency.get_absolute_url(), _("Nomor"): permanent_path(innovation)}
    if innovation.was_changed:  # type: ignore[attr-defined]
        pages[_("Riwayat teks")] = reverse("innovations:text_history", args=[innovation.slug])
    if category:
        pages[_("Kategori")] = reverse("innovations:category_detail", args=[category.slug])
    if region:
        code = region.province_or_self.code
        pages[_("Lokasi")] = reverse("innovations:province_detail", args=[code])
    return [(label, value, pages.get(label, "")) for label, value in facts if value]


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else ""


def _place(region: Any) -> str:
    return f"{region.name}, {region.province.name}" if region.province else str(region.name)


def permanent_path(innovation: Innovation) -> str:
    """The path that never changes, whatever the title."""
    return reverse("innovations:innovation_by_number", args=[f"{innovation.pk:05d}"])


def dossier_links(innovation: Innovation) -> list[dict[str, str]]:
    """Addresses outside, each with the site that plays it where it is a video; no query."""
    rows: list[dict[str, str]] = innovation.link_rows  # type: ignore[attr-defined]
    return [{**row, "plays_at": _video_site(row["url"])} for row in rows]


def _video_site(url: str) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    return VIDEO_SITES.get(host, "")
