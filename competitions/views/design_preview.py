"""An edition before it opens, as those who enter it and those who judge in it would see it.

The pages are made of the pieces that the real ones are made of, and take nothing.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from competitions.forms.entries import SectionForm
from competitions.forms.scoresheets import ScoresheetForm
from competitions.models import Edition
from competitions.permissions.design import check_can_read_design
from competitions.queries.calendar import registration_of, stages_by_position, with_rules
from competitions.queries.design_preview import (
    document_items_of,
    scored_stages,
    section_items,
    specimen,
    terms_of,
)
from competitions.queries.documents import asked_of
from competitions.queries.rubrics import guidance_for
from innovations.queries.attachments import Room, Shelf
from sinovik.web.access import allowed


def _edition(year: int) -> Edition:
    return get_object_or_404(with_rules(Edition.objects.filter(year=year)))


@require_safe
@allowed(check_can_read_design)
def preview_entrant(request: HttpRequest, year: int) -> HttpResponse:
    """What entrants would be asked, and the parts that they would write."""
    edition = _edition(year)
    stages = stages_by_position(edition)
    context = {
        "edition": edition,
        "registration": registration_of(stages),
        "terms": terms_of(edition),
        "sections": section_items(edition),
        "documents": document_items_of(edition),
        "scored": scored_stages(stages),
    }
    return render(request, "competitions/preview_entrant.html", context)


@require_safe
@allowed(check_can_read_design)
def preview_section(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """One section of the form with its limit, its guidance and the rubric that judges it."""
    edition = _edition(year)
    sections = list(edition.sections.all())
    section = next((one for one in sections if one.key == key), None)
    if section is None:
        raise Http404
    context = _beside(edition, key) | {
        "section": section,
        "form": SectionForm(section=section, initial={"text": "", "version": 1}),
        "criterion": guidance_for(edition.pk, key),
        "place": sections.index(section) + 1,
        "number_of_tasks": len(sections),
    }
    return render(request, "competitions/preview_section.html", context)


@require_safe
@allowed(check_can_read_design)
def preview_documents(request: HttpRequest, year: int) -> HttpResponse:
    """The documents that entrants would hand in."""
    edition = _edition(year)
    context = _beside(edition, "") | {
        "asked": asked_of(edition.documents.all(), []),
        "shelf": Shelf([], [], Room(0, 0, 0)),
    }
    return render(request, "competitions/preview_documents.html", context)


def _beside(edition: Edition, key: str) -> dict[str, Any]:
    """What stands beside each page of the form."""
    items = [
        {
            "text": _(one.title),
            "href": reverse("competitions:preview_section", args=[edition.year, one.key]),
            "current": one.key == key,
        }
        for one in edition.sections.all()
    ]
    href = reverse("competitions:preview_documents", args=[edition.year])
    items.append({"text": _("Dokumen pendukung"), "href": href, "current": not key})
    registration = registration_of(stages_by_position(edition))
    return {"edition": edition, "nav_items": items, "registration": registration}


@require_safe
@allowed(check_can_read_design)
def preview_sheet(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """The split screen of a stage: a specimen to read, the empty sheet beside it."""
    edition = _edition(year)
    scored = scored_stages(stages_by_position(edition))
    stage = next((one for one in scored if one.slug == slug), None)
    if stage is None:
        raise Http404
    criteria = list(stage.criteria.prefetch_related("levels").order_by("position"))
    form = ScoresheetForm(criteria=criteria)
    context = {
        "edition": edition,
        "stage": stage,
        "proposal": specimen(edition, stage),
        "form": form,
        "rows": form.rows(),
    }
    return render(request, "competitions/preview_sheet.html", context)
