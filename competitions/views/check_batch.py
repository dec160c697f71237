"""The second person's batch: proposed fails with reasons and letters, confirmed together."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agencies.models import User
from competitions.actions.checks import confirm_fails
from competitions.enums import CheckState, FailReason
from competitions.models import AdministrativeCheck, Stage
from competitions.models.entry import AdministrativeCheckQuerySet
from competitions.permissions import check_can_confirm_fail
from competitions.queries.checks import checks_for, takes_checks
from competitions.queries.letters import Draft, failed_letter
from competitions.views.checks import stage_of_year
from competitions.views.refusals import status_of
from competitions.views.stages import check_may_read
from sinovik.web.access import Refusal, allowed

PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_confirm_fail)
def check_batch(request: HttpRequest, year: int) -> HttpResponse:
    """Read and pick proposed fails of others; then the picked ones once more; then confirm."""
    stage = stage_of_year(year)
    check_may_read(request.user, stage)
    if request.method != "POST":
        return _page(request, stage)
    read = set(request.POST.getlist("pilih")[:PAGE])
    picked = _picked(request.user, stage, read)
    if not picked or len(picked) != len(read):
        return _page(request, stage, picked, _unpicked(read), 409 if read else 422)
    if "ya" not in request.POST:
        context = {"stage": stage, "edition": stage.edition, "fails": picked}
        return render(request, "competitions/check_batch_confirm.html", context)
    try:
        confirm_fails(by=request.user, checks=[fail.check for fail in picked])
    except Refusal as refusal:
        return _page(request, stage, picked, str(refusal), status_of(refusal))
    messages.success(request, _said(len(picked)))
    return redirect("competitions:check_batch", year=year)


@dataclass(frozen=True)
class ProposedFail:
    """A proposed fail and the letter that its confirmation sends."""

    check: AdministrativeCheck
    letter: Draft

    @property
    def read_as(self) -> str:
        """What a page shows of it, by name: proposed anew, it is another one to be read."""
        return f"{self.check.pk}@{self.check.decided_at:%Y%m%d%H%M%S%f}"


def _proposed(user: User, stage: Stage) -> AdministrativeCheckQuerySet:
    """Fails that somebody else proposed, none in conflict; the first proposed first."""
    rows = checks_for(user, stage).filter(state=CheckState.FAIL_PROPOSED)
    return rows.exclude(decided_by=user).for_list().order_by("decided_at", "pk")


def _fails(checks: Iterable[AdministrativeCheck]) -> list[ProposedFail]:
    found = []
    for check in checks:
        reasons = [FailReason(reason) for reason in check.reasons]
        letter = failed_letter(check.stage_entry.entry, reasons, check.note)
        found.append(ProposedFail(check, letter))
    return found


def _picked(user: User, stage: Stage, read: Collection[str]) -> list[ProposedFail]:
    """The picked proposals, as far as they stand as they were read."""
    numbers = [one.partition("@")[0] for one in read]
    pks = [int(number) for number in numbers if number.isascii() and number.isdigit()]
    rows = _proposed(user, stage).filter(pk__in=[pk for pk in pks if pk < 2**63])
    return [fail for fail in _fails(rows) if fail.read_as in read]


def _unpicked(read: Collection[str]) -> str:
    if not read:
        return _("Pilih paling sedikit satu proposal, lalu lanjutkan.")
    return _("Sebagian usulan berubah sejak Anda baca. Baca lagi pilihan Anda, lalu lanjutkan.")


def _page(
    request: HttpRequest,
    stage: Stage,
    picked: Sequence[ProposedFail] = (),
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    page = Paginator(_proposed(request.user, stage), PAGE).get_page(request.GET.get("page"))
    context = {
        "stage": stage,
        "edition": stage.edition,
        "page_obj": page,
        "fails": _fails(page),
        "picked": {fail.read_as for fail in picked},
        "refusal": refusal,
        "takes_checks": takes_checks(stage),
    }
    return render(request, "competitions/check_batch.html", context, status=status)


def _said(count: int) -> str:
    return ngettext(
        "%(count)d proposal dikonfirmasi tidak lolos. Surat dikirim ke instansinya.",
        "%(count)d proposal dikonfirmasi tidak lolos. Surat dikirim ke instansinya.",
        count,
    ) % {"count": count}
