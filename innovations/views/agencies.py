"""The directory of agencies and the page of one agency, with its published dossiers."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.enums import AgencyType
from agencies.models import Agency, Region
from innovations.filters import directory_query, read_directory_terms
from innovations.queries import parts
from innovations.queries.directory import agencies_matching, counts_by_type
from innovations.views.parts import part_context
from sinovik.web.access import public
from sinovik.web.shared import shared

PAGE_SIZE = 48


@public
@shared
@require_safe
def agency_list(request: HttpRequest) -> HttpResponse:
    """Agencies by name, narrowed by kind, province and words."""
    terms = read_directory_terms(request.GET)
    page: Page[Any] = Paginator(agencies_matching(terms), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    counts = counts_by_type(terms)
    base = reverse("innovations:agency_list")
    kinds = [
        {
            "text": kind.label,
            "href": base + directory_query(replace(terms, agency_type=kind.value)),
            "current": terms.agency_type == kind,
            "count": counts.get(kind.value, 0),
        }
        for kind in AgencyType
    ]
    everything = {
        "text": _("Semua"),
        "href": base + directory_query(replace(terms, agency_type="")),
        "current": not terms.agency_type,
        "count": sum(counts.values()),
    }
    context = {
        "terms": terms,
        "page_obj": page,
        "kinds": [everything, *kinds],
        "provinces": Region.objects.provinces(),
    }
    return render(request, "innovations/agency_list.html", context)


@public
@shared
@require_safe
def agency_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One agency: figures, years, fields, published dossiers."""
    agency = get_object_or_404(
        Agency.objects.select_related("region__province", "parent"), slug=slug
    )
    context = part_context(request, parts.of_agency(agency.pk)) | {
        "agency": agency,
        "feed_href": reverse("innovations:agency_feed", args=[slug]),
    }
    return render(request, "innovations/agency_detail.html", context)
