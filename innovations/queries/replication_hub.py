"""The hub of offers and needs: what stands, narrowed, each with what fits it best."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from agencies.models import Region
from innovations.models import Category, Replication, ReplicationNeed, ReplicationOffer
from innovations.models.replication import AGREED_ON
from innovations.scoring import Fit, Side, best_fits


@dataclass(frozen=True)
class HubTerms:
    """What the page is narrowed to: category slug, province code, size; empty for all."""

    category: str = ""
    province: str = ""
    size: int = 0


def read_terms(values: Any) -> HubTerms:
    """Terms from an address; what is not understood narrows nothing."""
    size = values.get("ukuran", "")
    return HubTerms(
        category=values.get("kategori", "")[:80].replace("\x00", ""),
        province=values.get("provinsi", "")[:2].replace("\x00", ""),
        size=int(size) if size in {"1", "2", "3", "4"} else 0,
    )


def offers_for(terms: HubTerms) -> Any:
    """Standing offers, latest first."""
    narrowed = _narrowed(terms, "innovation__category", "innovation__agency__region")
    return _listed(ReplicationOffer.objects.standing()).filter(narrowed)


def _listed(offers: Any) -> Any:
    rows = offers.select_related(
        "innovation__agency__region__province", "innovation__category", "posted_by"
    )
    return rows.defer("innovation__sections").order_by("-posted_at", "-pk")


def needs_for(terms: HubTerms) -> Any:
    """Standing needs, latest first."""
    rows = ReplicationNeed.objects.standing().select_related(
        "agency__region__province", "category", "posted_by"
    )
    narrowed = _narrowed(terms, "category", "agency__region")
    return rows.filter(narrowed).order_by("-posted_at", "-pk")


def _narrowed(terms: HubTerms, category: str, region: str) -> Q:
    wanted = Q()
    if terms.category:
        wanted &= Q(**{f"{category}__slug": terms.category})
    if terms.province:
        wanted &= Q(**{f"{region}__code": terms.province}) | Q(
            **{f"{region}__province": terms.province}
        )
    if terms.size:
        wanted &= Q(size=terms.size)
    return wanted


@dataclass
class Card:
    """An offer or a need with what fits it best on the other side."""

    row: Any
    matches: list[tuple[Fit, Any]] = field(default_factory=list)


def offers_with_matches(offers: list[ReplicationOffer]) -> list[Card]:
    """Each offer with the needs it fits best. One query."""
    others = {need.pk: need for need in needs_for(HubTerms())}
    sides = [side_of_need(need) for need in others.values()]
    return [
        Card(one, [(fit, others[fit.key]) for fit in best_fits(side_of_offer(one), sides)])
        for one in offers
    ]


def needs_with_matches(needs: list[ReplicationNeed]) -> list[Card]:
    """Each need with the offers that fit it best. One query."""
    others = {offer.pk: offer for offer in offers_for(HubTerms())}
    sides = [side_of_offer(offer) for offer in others.values()]
    return [
        Card(one, [(fit, others[fit.key]) for fit in best_fits(side_of_need(one), sides)])
        for one in needs
    ]


def side_of_offer(offer: ReplicationOffer) -> Side:
    """The offer as the arithmetic takes it; its rows are loaded."""
    innovation = offer.innovation
    return Side(
        key=offer.pk,
        agency=innovation.agency_id,
        category=innovation.category_id or 0,
        province=_province(innovation.agency.region),
        size=offer.size,
    )


def side_of_need(need: ReplicationNeed) -> Side:
    """The need as the arithmetic takes it; its rows are loaded."""
    return Side(
        key=need.pk,
        agency=need.agency_id,
        category=need.category_id,
        province=_province(need.agency.region),
        size=need.size,
    )


def _province(region: Region | None) -> str:
    return region.code[:2] if region else ""


def replication_counts() -> dict[str, int]:
    """How many replications are agreed on; of them, how many verified, how many simulated."""
    return Replication.objects.aggregate(
        agreed=Count("pk", filter=Q(state__in=AGREED_ON)),
        verified=Count("pk", filter=Q(state="verified")),
        simulated=Count("pk", filter=Q(state__in=AGREED_ON, requested_by__is_simulated=True)),
    )


def own_posts(user: Any) -> tuple[list[ReplicationOffer], list[ReplicationNeed]]:
    """Offers and needs of the agencies the person works for. Two queries.

    Offers of what has stopped too, which the hub leaves out.
    """
    agencies = [one.agency_id for one in user.active_memberships]
    offers = _listed(ReplicationOffer.objects.held()).filter(innovation__agency__in=agencies)
    needs = needs_for(HubTerms()).filter(agency__in=agencies)
    return list(offers), list(needs)


def hub_choices() -> tuple[list[Category], list[Region]]:
    """What the filters offer. Two queries."""
    return list(Category.objects.all()), list(Region.objects.provinces())
