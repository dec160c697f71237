"""The public side of the log of events: its seals, as page, feed and JSON."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sinovik.audit.models import Seal
from sinovik.audit.sealing import consistency_proof
from sinovik.web.access import public
from sinovik.web.feeds import Feed
from sinovik.web.shared import shared
from sinovik.web.templatetags.web import moment

PAGE_SIZE = 20
FEED_SIZE = 60


@public
@shared
@require_safe
def seals(request: HttpRequest) -> HttpResponse:
    """How the log is sealed, and the roots, newest first."""
    page = Paginator(Seal.objects.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "home/seals.html", {"page_obj": page})


@public
@shared
@require_safe
def seal_json(request: HttpRequest, number: int) -> JsonResponse:
    """One seal as it was signed."""
    return JsonResponse(get_object_or_404(Seal, number=number).envelope)


@public
@shared
@require_safe
def seal_growth(request: HttpRequest, old: int, new: int) -> JsonResponse:
    """What shows that the log only grew from one seal to a later one."""
    seals = Seal.objects.in_bulk([old, new])
    if old > new or len(seals) < len({old, new}):
        raise Http404
    return JsonResponse(consistency_proof(seals[old], seals[new]))


@public
@shared
@require_safe
def seal_feed(request: HttpRequest) -> HttpResponse:
    """The newest roots as Atom, for whoever keeps them elsewhere."""
    feed = Feed(request, _("Segel buku kejadian SINOVIK"), reverse("home:seals"))
    for seal in Seal.objects.all()[:FEED_SIZE]:
        feed.add_item(
            title=_("Segel %(number)s, %(time)s")
            % {"number": seal.number, "time": moment(seal.sealed_at)},
            link=settings.SITE_ADDRESS + reverse("home:seal_json", args=[seal.number]),
            description=seal.payload,
            pubdate=seal.sealed_at,
            updateddate=seal.sealed_at,
            unique_id=f"urn:sha256:{seal.fingerprint}",
        )
    return feed.answer()
