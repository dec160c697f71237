"""Pages of a part of the register: provinces and fields, each with figures, list and feed."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from agencies.models import Region
from agencies.queries.tiles import map_of, map_with
from innovations.filters import query_string
from innovations.models import Category
from innovations.queries import parts
from innovations.queries.cards import result_of
from innovations.queries.directory import agencies_in
from innovations.queries.terms import Terms
from sinovik.web.access import public
from sinovik.web.prepared import Prepared
from sinovik.web.routes import address_of
from sinovik.web.shared import shared
from sinovik.web.templatetags.web import number

PAGE_SIZE = 20
_PROVINCES = Prepared(lambda code: Region.objects.provinces().filter(code=code), "code")
_CATEGORIES = Prepared(lambda slug: Category.objects.filter(slug=slug), "slug")


def part_context(request: HttpRequest, part: parts.Part, **narrowed: str) -> dict[str, Any]:
    """What the page of every part shows: figures, bars and the paged list. Five queries.

    `narrowed` is the part as facets of the search; without one the bars lead nowhere.
    """
    cells = parts.cells_of(part)
    figures = parts.figures_of(part, cells)
    listed = parts.WinnersFirst(part, figures.innovations)
    page: Page[Any] = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "figures": figures,
        "page_obj": page,
        "rows": [result_of(one) for one in page.object_list],
        "years": bars(parts.by_year(cells), "tahun", **narrowed),
        "categories": bars(parts.by_category(cells), "kategori", **narrowed),
        "types": bars(parts.by_type(cells), "jenis", **narrowed),
        "lives": bars(parts.by_life(cells), "keadaan", **narrowed),
        "search_href": search_href(**narrowed),
    }


def search_href(**facets: str) -> str:
    """The search of the register, narrowed."""
    terms = Terms(facets={name: (value,) for name, value in facets.items()})
    return reverse("innovations:innovation_list") + query_string(terms)


def bars(lines: Iterable[parts.Line], facet: str, **narrowed: str) -> dict[str, Any]:
    """Inputs of the bars component: lines that have anything, each leading to its search."""
    rows = [
        {
            "label": line.label,
            "value": line.count,
            "href": search_href(**narrowed | {facet: line.key}) if narrowed else "",
            "note": _winners(line.winners),
        }
        for line in lines
        if line.count
    ]
    return {"rows": rows, "maximum": max((line.count for line in lines), default=0)}


def _winners(count: int) -> str:
    if not count:
        return ""
    said = ngettext("%(n)s inovasi pemenang", "%(n)s inovasi pemenang", count)
    return said % {"n": number(count)}


def _province_href(code: str) -> str:
    return address_of("innovations:province_detail", code)


@public
@shared
@require_safe
def province_list(request: HttpRequest) -> HttpResponse:
    """Every province on the map and in a table: dossiers, winners, governments that have one."""
    lines = parts.province_lines()
    counts = {line.province.code: line.innovations for line in lines}
    context = {
        "lines": lines,
        "tile_map": map_of(counts, _province_href),
        "has_simulated": any(line.simulated for line in lines),
    }
    return render(request, "innovations/province_list.html", context)


@public
@shared
@require_safe
def province_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One province: its dossiers, their fields, and all governments in it."""
    province = _PROVINCES.first(code=code)
    if province is None:
        raise Http404
    part = parts.in_province(code)
    agencies: list[Any] = agencies_in(code)
    context = part_context(request, part, provinsi=code) | {
        "province": province,
        "agencies": agencies,
        "active_count": sum(agency.innovation_count > 0 for agency in agencies),
        "tile_map": map_with(code),
        "feed_href": reverse("innovations:province_feed", args=[code]),
    }
    return render(request, "innovations/province_detail.html", context)


@public
@shared
@require_safe
def category_list(request: HttpRequest) -> HttpResponse:
    """Every field with its dossiers and winners."""
    categories = parts.categories_in_full()
    context = {
        "categories": categories,
        "has_simulated": any(category["simulated"] for category in categories),
    }
    return render(request, "innovations/category_list.html", context)


@public
@shared
@require_safe
def category_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One field: its dossiers, where they are, and who has most of them."""
    category = _CATEGORIES.first(slug=slug)
    if category is None:
        raise Http404
    part = parts.in_category(category.pk)
    context = part_context(request, part, kategori=slug) | {
        "category": category,
        "agencies": parts.leading_agencies(part),
        "tile_map": map_of(
            parts.by_province(part), lambda code: search_href(kategori=slug, provinsi=code)
        ),
        "feed_href": reverse("innovations:category_feed", args=[slug]),
    }
    return render(request, "innovations/category_detail.html", context)
