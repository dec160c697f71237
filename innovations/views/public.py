"""Browse the register and read a dossier."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from agencies.queries.tiles import map_with
from innovations.enums import InnovationState
from innovations.filters import SORT_LABELS, query_string, read_terms
from innovations.queries.attachments import public_attachments
from innovations.queries.cards import living_card_of, result_of
from innovations.queries.dossiers import (
    passages,
    province_code,
    reading_minutes,
    similar_to,
    start_shown,
)
from innovations.queries.facets import count_facets
from innovations.queries.family import family_of
from innovations.queries.hits import Hits, settled
from innovations.queries.life import told_attestations_of
from innovations.queries.observations import observations_of
from innovations.queries.outcomes import outcomes_of
from innovations.queries.provinces import province_in
from innovations.queries.search import Found, snippet
from innovations.queries.spelling import corrected, suggestion, verbatim
from innovations.queries.terms import RELEVANCE, Terms
from innovations.views import presentation, sharing
from sinovik.web.access import public
from sinovik.web.shared import shared

PAGE_SIZE = 20


@public
@shared
@require_safe
def innovation_list(request: HttpRequest) -> HttpResponse:
    """Search with filters; htmx gets the results and the filters' counts alone.

    Who types the permanent number of a dossier is led to it.
    """
    asked = read_terms(request.GET)
    partial = bool(getattr(request, "htmx", False))
    if numbered := sharing.innovation_named(asked.text):
        return HttpResponseClientRedirect(numbered) if partial else redirect(numbered)
    typed = settled(asked)
    right = corrected(typed) if typed.terms.text else None
    hits = right or typed
    terms, counts = hits.terms, count_facets(hits)
    page: Page[Any] = Paginator(Found(hits), PAGE_SIZE).get_page(request.GET.get("page"))
    is_astray = terms.missing > 0 or not counts.total
    spelling = suggestion(terms.text) if terms.text and is_astray else ""
    list_address = reverse("innovations:innovation_list")
    context = {
        "terms": terms,
        "total": counts.total,
        "page_obj": page,
        "rows": [result_of(one, snippet(one) if terms.text else "") for one in page.object_list],
        "facets": presentation.facet_groups(counts, terms),
        "chips": presentation.chips(counts, terms),
        "sorts": _sorts(terms),
        "sort": _sent(terms, terms.order),
        "suggestion": spelling,
        "suggestion_href": query_string(Terms(text=spelling)),
        **_province(hits),
        **(_put_right(typed.terms, terms) if right else {}),
        **presentation.downloads(terms),
        "clear_href": list_address + query_string(replace(terms, facets={})),
        "address": request.build_absolute_uri(list_address + query_string(terms)),
    }
    template = "innovations/_hits.html" if partial else "innovations/innovation_list.html"
    response = render(request, template, context)
    if partial:
        response["HX-Push-Url"] = list_address + query_string(typed.terms)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _put_right(typed: Terms, shown: Terms) -> dict[str, str]:
    """What was typed, and the ways to it and to what is shown instead."""
    return {
        "typed": typed.text,
        "typed_href": query_string(replace(typed, text=verbatim(typed.text))),
        "right_href": query_string(shown),
    }


def _province(hits: Hits) -> dict[str, str]:
    """The way to the filter of a province that is named among the words."""
    found = province_in(hits)
    if not found:
        return {}
    name, terms = found
    return {"province": _(name), "province_href": query_string(terms)}


def _sorts(terms: Terms) -> list[tuple[str, Any]]:
    return [
        (_sent(terms, order), label)
        for order, label in SORT_LABELS.items()
        if terms.text or order != RELEVANCE
    ]


def _sent(terms: Terms, order: str) -> str:
    # The default is sent as nothing, so that it may become another one with the next words.
    return "" if order == terms.default_order else order


@public
@shared
@require_safe
def innovation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A published dossier; 410 with date and reason once its agency archived it."""
    innovation = sharing.public_innovation_or_404(slug)
    if innovation.state == InnovationState.ARCHIVED:
        return sharing.withdrawn(request, innovation)
    code = province_code(innovation)
    sections = passages(innovation)
    attachments = public_attachments(innovation)
    outcomes = outcomes_of(innovation)
    attestations = told_attestations_of(innovation)
    lessons = [one for one in attestations if one.lessons]
    context = {
        "innovation": innovation,
        "sections": sections,
        "attachments": attachments,
        "contents": _contents(
            innovation,
            [(s.key, s.heading) for s in sections],
            has_outcomes=bool(outcomes),
            has_lessons=bool(lessons),
            has_files=bool(attachments),
        ),
        "facts": presentation.dossier_facts(innovation),
        "links": presentation.dossier_links(innovation),
        "started_on": start_shown(innovation),
        "minutes": reading_minutes(innovation),
        "similar": [
            living_card_of(other, **(other.top_award or {}))  # type: ignore[attr-defined]
            for other in similar_to(innovation)
        ],
        "family": family_of(innovation),
        "tile_map": map_with(code) if code else None,
        **sharing.told_elsewhere(innovation),
        "outcomes": outcomes,
        "observations": observations_of(innovation) if innovation.is_observed else None,  # type: ignore[attr-defined]
        "attestation": attestations[0] if attestations else None,
        "lessons": lessons,
    }
    return render(request, "innovations/innovation_detail.html", context)


def _contents(
    innovation: Any,
    sections: list[tuple[str, str]],
    *,
    has_outcomes: bool,
    has_lessons: bool,
    has_files: bool,
) -> list[dict[str, str]]:
    """Links of "Di halaman ini"."""
    entries = [("keadaan", _("Keadaan sekarang")), ("ringkasan", _("Ringkasan")), *sections]
    if has_outcomes:
        entries.append(("hasil", _("Hasil terukur")))
    if has_lessons:
        entries.append(("pelajaran", _("Pelajaran")))
    if has_files:
        entries.append(("lampiran", _("Lampiran")))
    if innovation.link_rows:
        entries.append(("tautan", _("Tautan")))
    if innovation.team_rows:
        entries.append(("tim", _("Tim")))
    if innovation.announced_awards:
        entries.append(("penghargaan", _("Riwayat penghargaan")))
    entries.append(("replikasi", _("Keluarga replikasi")))
    return [{"href": f"#{key}", "text": text} for key, text in entries]
