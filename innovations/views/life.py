"""Where an agency says how its innovations fare."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agencies.permissions import check_is_agency_person
from innovations.actions.life import attest_life
from innovations.forms.life import AttestationForm
from innovations.permissions import check_can_report_on
from innovations.queries.life import attestations_of, to_attest
from innovations.views.work import own_innovation
from sinovik.web.access import Refusal, allowed

PAGE_SIZE = 20


@require_GET
@allowed(check_is_agency_person)
def attestation_list(request: HttpRequest) -> HttpResponse:
    """Dossiers whose attestation is due, the longest overdue first."""
    page = Paginator(to_attest(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "innovations/attestation_list.html", {"page_obj": page})


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_person)
def attestation_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Attest that an innovation runs, grows or has stopped; what was said before below."""
    innovation = own_innovation(request, pk)
    check_can_report_on(request.user, innovation)
    history = attestations_of(innovation)
    initial: dict[str, Any] = {"state": innovation.attested_state}
    form = AttestationForm(
        request.POST if request.method == "POST" else None,
        innovation=innovation,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            attest_life(
                by=request.user,
                innovation=innovation,
                state=answers["state"],
                proof=form.proof(),
                stopped_on=answers["stopped_on"],
                reason=answers["reason"],
                lessons=answers["lessons"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Pernyataan keadaan dicatat. Umum dapat membacanya."))
            return redirect("innovations:innovation_work", innovation.pk)
    context = {"innovation": innovation, "form": form, "history": history}
    return render(request, "innovations/attestation_create.html", context)
