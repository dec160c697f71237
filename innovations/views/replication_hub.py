"""The hub of replication: offers and needs for everybody, posted by agencies."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.permissions import check_is_agency_person, is_agency_person
from innovations.actions.replication_hub import end_need, end_offer, offer_innovation, post_need
from innovations.enums import ServiceSize
from innovations.forms.replication_hub import NeedForm, OfferForm
from innovations.models import Innovation, ReplicationNeed, ReplicationOffer
from innovations.permissions import check_can_offer_innovation
from innovations.queries.replication_hub import (
    hub_choices,
    needs_for,
    needs_with_matches,
    offers_for,
    offers_with_matches,
    own_posts,
    read_terms,
    replication_counts,
)
from innovations.scoring import BEST
from sinovik.web.access import Forbidden, Refusal, allowed, public
from sinovik.web.kept import kept
from sinovik.web.shared import shared

PAGE_SIZE = 12
OFFERS, NEEDS = "tawaran", "kebutuhan"


@public
@shared
@require_safe
def replication_hub(request: HttpRequest) -> HttpResponse:
    """Offers or needs, narrowed, each with what fits it best on the other side."""
    terms = read_terms(request.GET)
    shown = NEEDS if request.GET.get("tampil") == NEEDS else OFFERS
    lists = {OFFERS: offers_for(terms), NEEDS: needs_for(terms)}
    counts = {name: rows.count() for name, rows in lists.items()}
    page = Paginator(lists[shown], PAGE_SIZE).get_page(request.GET.get("page"))
    matched = offers_with_matches if shown == OFFERS else needs_with_matches
    categories, provinces = hub_choices()
    context = {
        "terms": terms,
        "shown": shown,
        "page_obj": page,
        "cards": matched(list(page)),
        "pills": _pills(request, shown, counts),
        "total": counts[shown],
        "figures": replication_counts(),
        "categories": categories,
        "provinces": provinces,
        "sizes": ServiceSize.choices,
        "best": BEST,
        # A stranger is asked to sign in first.
        "may_post": not request.user.is_authenticated or is_agency_person(request.user),
    }
    return render(request, "innovations/replication_hub.html", context)


def _pills(request: HttpRequest, shown: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    kept_terms = {
        name: value
        for name in ("kategori", "provinsi", "ukuran")
        if (value := request.GET.get(name))
    }
    base = reverse("innovations:replication_hub")
    names = {OFFERS: _("Tawaran"), NEEDS: _("Kebutuhan")}
    return [
        {
            "text": text,
            "href": f"{base}?{urlencode(kept_terms | {'tampil': name})}",
            "current": name == shown,
            "count": counts[name],
        }
        for name, text in names.items()
    ]


@require_safe
@allowed(check_is_agency_person)
def hub_posts(request: HttpRequest) -> HttpResponse:
    """Offers and needs of the person's agency, with the buttons that take them down."""
    return _posts(request)


def _posts(request: HttpRequest, refusal: str = "", status: int = 200) -> HttpResponse:
    offers, needs = own_posts(request.user)
    context = {
        "offers": offers_with_matches(offers),
        "needs": needs_with_matches(needs),
        "refusal": refusal,
        "best": BEST,
    }
    return render(request, "innovations/hub_posts.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_is_agency_person)
def offer_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a published innovation of the own agency as ready to be replicated."""
    own = Innovation.objects.editable_by(request.user).published().select_related("agency")
    innovation = get_object_or_404(own, pk=pk)
    check_can_offer_innovation(request.user, innovation)
    is_sent = request.method == "POST"
    standing = innovation.offers.filter(ended_at__isnull=True).first()
    initial = {"text": standing.text, "size": standing.size} if standing else None
    form = OfferForm(request.POST if is_sent else kept(request), initial=initial)
    status = 200
    if is_sent:
        status = 422
        if form.is_valid():
            try:
                offer_innovation(by=request.user, innovation=innovation, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = _status_of(refusal)
            else:
                messages.success(request, _("Inovasi ditawarkan di halaman replikasi."))
                return redirect("innovations:hub_posts")
    context = {"innovation": innovation, "form": form}
    return render(request, "innovations/offer_create.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_is_agency_person)
def need_create(request: HttpRequest) -> HttpResponse:
    """Post a need of the own agency."""
    is_sent = request.method == "POST"
    form = NeedForm(request.POST if is_sent else kept(request), by=request.user)
    status = 200
    if is_sent:
        status = 422
        if form.is_valid():
            agency = form.agencies[form.cleaned_data["agency"]]
            try:
                post_need(by=request.user, agency=agency, need=form.need())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = _status_of(refusal)
            else:
                messages.success(request, _("Kebutuhan tampil di halaman replikasi."))
                return redirect("innovations:hub_posts")
    return render(request, "innovations/need_create.html", {"form": form}, status=status)


@require_POST
@allowed(check_is_agency_person)
def offer_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an offer of the own agency down."""
    agencies = [one.agency_id for one in request.user.active_memberships]
    offer = get_object_or_404(ReplicationOffer, pk=pk, innovation__agency__in=agencies)
    try:
        end_offer(by=request.user, offer=offer)
    except Refusal as refusal:
        return _posts(request, str(refusal), _status_of(refusal))
    messages.success(request, _("Tawaran diakhiri."))
    return redirect("innovations:hub_posts")


@require_POST
@allowed(check_is_agency_person)
def need_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a need of the own agency down."""
    agencies = [one.agency_id for one in request.user.active_memberships]
    need = get_object_or_404(ReplicationNeed, pk=pk, agency__in=agencies)
    try:
        end_need(by=request.user, need=need)
    except Refusal as refusal:
        return _posts(request, str(refusal), _status_of(refusal))
    messages.success(request, _("Kebutuhan ditutup."))
    return redirect("innovations:hub_posts")


def _status_of(refusal: Refusal) -> int:
    return 403 if isinstance(refusal, Forbidden) else 409
