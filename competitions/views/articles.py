"""Written pages as everybody reads them: news, help, documents of an edition, the guide."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from competitions.models import Article
from competitions.models.article import ArticleKind
from competitions.queries.articles import latest_news, public_articles, told
from competitions.queries.guide import guide_edition, guide_sections
from competitions.views.contest_files import sent
from sinovik.audit import clock
from sinovik.web.access import public
from sinovik.web.feeds import Feed
from sinovik.web.shared import shared

PAGE_SIZE = 10
FEED_SIZE = 30


@public
@shared
@require_safe
def news_list(request: HttpRequest) -> HttpResponse:
    """News, the newest first."""
    paginator = Paginator(public_articles(ArticleKind.NEWS).newest(), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    context = {"page": page, "items": [told(article) for article in page]}
    return render(request, "competitions/news_list.html", context)


@public
@shared
@require_safe
def news_feed(request: HttpRequest) -> HttpResponse:
    """The newest news as Atom."""
    feed = Feed(request, _("Berita SINOVIK"), reverse("competitions:news_list"))
    for article in latest_news(FEED_SIZE):
        item = told(article)
        address = settings.SITE_ADDRESS + article.get_absolute_url()
        feed.add_item(
            title=item["title"],
            link=address,
            description=item["summary"],
            pubdate=article.published_at,
            updateddate=article.text.saved_at,
            unique_id=address,
        )
    return feed.answer()


@public
@shared
@require_safe
def news_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One news item; 404 before it is published."""
    return _page(request, get_object_or_404(public_articles(ArticleKind.NEWS), slug=slug))


@public
@shared
@require_safe
def help_article(request: HttpRequest, slug: str) -> HttpResponse:
    """One help page; 404 before it is published."""
    return _page(request, get_object_or_404(public_articles(ArticleKind.HELP), slug=slug))


@public
@shared
@require_safe
def edition_document(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """A document of a published edition; 404 before it is published itself."""
    documents = public_articles(ArticleKind.DOCUMENT)
    return _page(request, get_object_or_404(documents, edition__year=year, slug=slug))


@public
@require_safe
def article_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file that comes with a public page."""
    rows = Article.objects.published(clock.now()).select_related("current__file", "edition")
    return sent(request, get_object_or_404(rows, pk=pk).text.file)


@public
@shared
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """What each section of the form asks, how it is judged, and a good answer."""
    year = request.GET.get("tahun", "")
    if year and not (year.isdecimal() and len(year) == 4):
        raise Http404
    edition = guide_edition(int(year) if year else None)
    if edition is None and year:
        raise Http404
    context = {"edition": edition, "sections": guide_sections(edition) if edition else []}
    return render(request, "competitions/guide.html", context)


def _page(request: HttpRequest, article: Article) -> HttpResponse:
    file = article.text.file
    context = told(article) | {"file": file if file and file.is_ready else None}
    return render(request, "competitions/article_detail.html", context)
