"""Pages on which the secretariat opens agencies on official letters."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agencies.actions.letters import Letter, admit_agency
from agencies.forms import AgencySearchForm, LetterForm
from agencies.permissions import check_can_admit_agency, check_is_secretariat
from agencies.queries.admission import (
    OPEN,
    UNOPENED,
    WITHOUT_ADMIN,
    active_admins,
    admission_counts,
    with_admission,
)
from sinovik.web.access import Refusal, allowed
from sinovik.web.factors import with_fresh_proof
from sinovik.web.kept import kept

PAGE_SIZE = 40


@require_GET
@allowed(check_is_secretariat)
def agency_admission_list(request: HttpRequest) -> HttpResponse:
    """Agencies by name: opened or not, with or without an admin."""
    form = AgencySearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    state = request.GET.get("keadaan", "")
    page = Paginator(with_admission(words, state), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "words": words,
        "state": state,
        "page_obj": page,
        "pills": _pills(words, state),
    }
    return render(request, "agencies/agency_admission_list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(check_is_secretariat)
@with_fresh_proof()
def agency_admit(request: HttpRequest, slug: str) -> HttpResponse:
    """Open one agency, or appoint another admin, on a letter; what was recorded before."""
    agency = get_object_or_404(with_admission(), slug=slug)
    form = LetterForm(request.POST if request.method == "POST" else kept(request))
    refusal = ""
    try:
        check_can_admit_agency(request.user, agency)
    except Refusal as caught:
        refusal = str(caught)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        letter = Letter(answers["number"], answers["dated_on"])
        try:
            admit_agency(by=request.user, agency=agency, letter=letter, email=answers["email"])
        except Refusal as caught:
            form.add_error(None, str(caught))
        else:
            messages.success(request, _("Undangan admin dikirim ke %s.") % answers["email"])
            return redirect("agencies:agency_admit", agency.slug)
    letters = agency.letters.select_related("recorded_by", "invitation").order_by("-pk")
    context = {
        "agency": agency,
        "form": form,
        "refusal": refusal,
        "letters": list(letters),
        "people": active_admins(agency),
    }
    return render(request, "agencies/agency_admit.html", context)


def _pills(words: str, chosen: str) -> list[dict[str, Any]]:
    base = reverse("agencies:agency_admission_list")
    counts = admission_counts(words)
    kinds = [
        ("", _("Semua"), sum(counts.values())),
        (UNOPENED, _("Belum dibuka"), counts[UNOPENED]),
        (WITHOUT_ADMIN, _("Tanpa admin"), counts[WITHOUT_ADMIN]),
        (OPEN, _("Sudah dibuka"), counts[OPEN]),
    ]
    return [
        {
            "text": text,
            "href": f"{base}?{urlencode({'keadaan': value, 'q': words})}",
            "current": value == chosen,
            "count": count,
        }
        for value, text, count in kinds
    ]
