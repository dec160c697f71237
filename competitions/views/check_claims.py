"""Taking several checks at once from the queue."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from competitions.actions.checks import Claimed, claim_several
from competitions.enums import CheckState
from competitions.models import AdministrativeCheck
from competitions.permissions import check_can_claim_check
from competitions.queries.checks import checks_for
from competitions.views.check_queue import PAGE
from competitions.views.checks import stage_of_year
from competitions.views.stages import check_may_read
from sinovik.web.access import Refusal, allowed


@require_POST
@allowed(check_can_claim_check)
def check_claim_several(request: HttpRequest, year: int) -> HttpResponse:
    """Take the picked checks that wait still; tell by name what somebody else took first."""
    stage = stage_of_year(year)
    check_may_read(request.user, stage)
    queue = reverse("competitions:check_queue", args=[year])
    back = f"{queue}?{request.GET.urlencode()}"
    picked = {
        one for one in request.POST.getlist("pilih")[:PAGE] if one.isascii() and one.isdigit()
    }
    pks = [int(one) for one in picked if len(one) < 19]
    checks = list(checks_for(request.user, stage).filter(pk__in=pks))
    if not checks:
        messages.error(request, _("Pilih paling sedikit satu proposal, lalu ambil."))
        return redirect(back)
    try:
        claimed = claim_several(by=request.user, checks=checks)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    _tell(request, claimed)
    if not claimed.taken:
        return redirect(back)
    return redirect(f"{queue}?keadaan=diperiksa&pemeriksa={request.user.pk}")


def _tell(request: HttpRequest, claimed: Claimed) -> None:
    if count := len(claimed.taken):
        said = ngettext("%(count)d proposal Anda ambil.", "%(count)d proposal Anda ambil.", count)
        messages.success(request, said % {"count": count})
    if claimed.missed:
        lost = " ".join(_why_missed(check) for check in claimed.missed)
        messages.warning(request, lost)


def _why_missed(check: AdministrativeCheck) -> str:
    number = check.stage_entry.entry.number
    if check.state == CheckState.CLAIMED and check.claimed_by:
        return _("%(number)s sudah diambil %(name)s.") % {
            "number": number,
            "name": check.claimed_by.name,
        }
    return _("%(number)s tidak lagi menunggu di antrean.") % {"number": number}
