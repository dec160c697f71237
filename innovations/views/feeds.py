"""Atom feeds of the register's parts: the newest published dossiers, the newest first."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.models import Agency, Region
from innovations.filters import query_string, read_terms
from innovations.models import Category, Innovation
from innovations.models.innovation import InnovationQuerySet
from innovations.queries import parts
from innovations.queries.hits import settled
from innovations.queries.terms import NEWEST
from sinovik.web.access import public
from sinovik.web.feeds import Feed
from sinovik.web.shared import shared

FEED_SIZE = 30


def _feed(request: HttpRequest, part: InnovationQuerySet, title: str, page: str) -> HttpResponse:
    feed = Feed(request, title, page)
    for innovation in parts.newest(part)[:FEED_SIZE]:
        address = settings.SITE_ADDRESS + innovation.get_absolute_url()
        label = _("Data simulasi") if innovation.is_simulated else ""
        feed.add_item(
            title=f"{innovation.title} ({label})" if label else innovation.title,
            link=address,
            description=innovation.summary,
            author_name=innovation.agency.name,
            pubdate=innovation.published_at,
            updateddate=innovation.updated_at,
            unique_id=address,
            categories=[
                *([_(innovation.category.name)] if innovation.category else []),
                *([label] if label else []),
            ],
        )
    return feed.answer()


@public
@shared
@require_safe
def search_feed(request: HttpRequest) -> HttpResponse:
    """Newest hits of a search, or the newest dossiers of all."""
    hits = settled(read_terms(request.GET))
    terms = hits.terms
    page = reverse("innovations:innovation_list") + query_string(terms)
    found = replace(hits, terms=replace(terms, sort=NEWEST)).ids(0, FEED_SIZE)
    title = _("Inovasi untuk “%s”") % terms.text if terms.text else _("Inovasi terbaru")
    return _feed(request, Innovation.objects.filter(pk__in=found), title, page)


@public
@shared
@require_safe
def agency_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Newest dossiers of one agency."""
    agency = get_object_or_404(Agency, slug=slug)
    part = Innovation.objects.filter(agency=agency)
    title = _("Inovasi dari %(name)s") % {"name": agency.name}
    return _feed(request, part, title, agency.get_absolute_url())


@public
@shared
@require_safe
def province_feed(request: HttpRequest, code: str) -> HttpResponse:
    """Newest dossiers of one province."""
    province = get_object_or_404(Region.objects.provinces(), code=code)
    title = _("Inovasi dari %(name)s") % {"name": province.name}
    page = request.path.removesuffix("umpan.xml")
    return _feed(request, parts.in_province(code).rows(), title, page)


@public
@shared
@require_safe
def category_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Newest dossiers of one field."""
    category = get_object_or_404(Category, slug=slug)
    part = Innovation.objects.filter(category=category)
    title = _("Inovasi kategori %(name)s") % {"name": _(category.name)}
    return _feed(request, part, title, request.path.removesuffix("umpan.xml"))
