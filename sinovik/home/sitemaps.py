"""What search engines may visit: public pages alone, asked of the same querysets as the pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from agencies.models import Agency, Region
from competitions.models import Article, Edition
from competitions.queries.calendar import stages_by_position
from competitions.queries.figures import band_stages
from competitions.queries.results_public import is_announced, published_editions
from innovations.models import Category, Innovation
from sinovik.audit import clock
from sinovik.web.access import public

PAGES = (
    "home:front",
    "home:help",
    "competitions:news_list",
    "home:about",
    "home:open_data",
    "home:accessibility",
    "home:privacy",
    "innovations:innovation_list",
    "innovations:agency_list",
    "innovations:province_list",
    "innovations:category_list",
    "innovations:replication_hub",
    "competitions:winner_list",
    "competitions:statistics",
    "competitions:trends",
    "competitions:participation",
    "competitions:edition_list",
    "competitions:verification",
    "competitions:guide",
    "home:dictionary",
    "home:seals",
)


class _Map(Sitemap):  # type: ignore[type-arg]
    limit = 5000

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_ADDRESS).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_ADDRESS).netloc


class PageMap(_Map):
    """Pages that are always there, parts of the register, editions and announced lists."""

    def items(self) -> Sequence[str]:
        """Addresses."""
        provinces = Region.objects.provinces().order_by("code").values_list("code", flat=True)
        fields = Category.objects.values_list("slug", flat=True)
        return [
            *(reverse(name) for name in PAGES),
            *(reverse("innovations:province_detail", args=[code]) for code in provinces),
            *(reverse("innovations:category_detail", args=[slug]) for slug in fields),
            *(place for edition in published_editions() for place in _places(edition)),
        ]

    def location(self, item: str) -> str:
        """The address itself."""
        return item


def _places(edition: Edition) -> list[str]:
    lists = [stage for stage in band_stages(stages_by_position(edition)) if is_announced(stage)]
    names = [reverse("competitions:result_list", args=[edition.year, one.slug]) for one in lists]
    if names:
        names.append(reverse("competitions:transparency", args=[edition.year]))
    return [edition.get_absolute_url(), *names]


class AgencyMap(_Map):
    """Agencies."""

    def items(self) -> QuerySet[Agency]:
        """By number, so that pages hold still."""
        return Agency.objects.order_by("pk").only("slug")


class InnovationMap(_Map):
    """Published dossiers, with the day of their last change."""

    def items(self) -> QuerySet[Innovation]:
        """By number, so that pages hold still."""
        return Innovation.objects.published().order_by("pk").only("slug", "updated_at")

    def lastmod(self, item: Innovation) -> datetime:
        """When it was changed last."""
        return item.updated_at


class ArticleMap(_Map):
    """Written pages that are public at this instant; questions stand on the help page."""

    def items(self) -> QuerySet[Article]:
        """By number, so that pages hold still."""
        return Article.objects.published(clock.now()).exclude(kind="question").order_by("pk")

    def lastmod(self, item: Article) -> datetime:
        """When its text was saved last."""
        return item.text.saved_at


MAPS: "dict[str, type[Sitemap[Any]] | Sitemap[Any]]" = {
    "halaman": PageMap,
    "instansi": AgencyMap,
    "tulisan": ArticleMap,
    "inovasi": InnovationMap,
}


@public
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The list of lists."""
    response: HttpResponse = index(request, MAPS, sitemap_url_name="sitemap").render()
    return response


@public
@require_safe
def sitemap_part(request: HttpRequest, section: str) -> HttpResponse:
    """One list; 404 for one there is not."""
    response: HttpResponse = sitemap(request, MAPS, section).render()
    return response


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What robots leave alone: pages for work and accounts, and endless searches."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {place}" for place in ("/kerja/", "/akun/", "/en/kerja/", "/en/akun/")),
        "Disallow: /*?",
        # A long list goes on at ?p=2: the longer rule wins.
        "Allow: /sitemap-",
        f"Sitemap: {settings.SITE_ADDRESS}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


patterns = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", sitemap_part, name="sitemap"),
]
