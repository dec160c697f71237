"""Reminding agencies of open corrections: who would hear of what, then the messages."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.models import User
from competitions.actions.correction_nudges import CorrectionsNudged, nudge_corrections
from competitions.enums import CheckState
from competitions.models import Entry, Stage
from competitions.permissions import check_can_claim_check
from competitions.queries.checks import checks_for
from competitions.queries.corrections import menders, nudged_on, running_corrections
from competitions.views.checks import stage_of_year
from competitions.views.refusals import status_of
from competitions.views.stages import check_may_read
from sinovik.audit import clock
from sinovik.web.access import Refusal, allowed

MOST_AT_ONCE = 500


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_claim_check)
def check_nudge(request: HttpRequest, year: int) -> HttpResponse:
    """The corrections that may be reminded of today with their recipients; then send."""
    stage = stage_of_year(year)
    check_may_read(request.user, stage)
    entries = _waiting(request.user, stage)
    refusal, status = "", 200
    if request.method == "POST":
        picked = set(request.POST.getlist("pilih"))
        chosen = [entry for entry in entries if str(entry.pk) in picked]
        if chosen:
            try:
                outcome = nudge_corrections(by=request.user, entries=chosen)
            except Refusal as declined:
                refusal, status = str(declined), status_of(declined)
            else:
                messages.success(request, _said(outcome))
                address = reverse("competitions:check_queue", args=[year])
                return redirect(f"{address}?keadaan=perbaikan")
        else:
            refusal, status = _("Pilih paling sedikit satu proposal, lalu lanjutkan."), 422
    context = _context(stage, entries) | {"refusal": refusal}
    return render(request, "competitions/check_nudge.html", context, status=status)


def _waiting(user: User, stage: Stage) -> list[Entry]:
    """Entries under correction, none in conflict."""
    checks = checks_for(user, stage).filter(state=CheckState.CORRECTION)
    entries = Entry.objects.for_list().filter(pk__in=checks.values("stage_entry__entry"))
    return list(entries.order_by("pk")[:MOST_AT_ONCE])


def _context(stage: Stage, entries: list[Entry]) -> dict[str, Any]:
    """What may be reminded of today: its window is open, nobody reminded yet, somebody is there."""
    now = clock.now()
    rounds, people = running_corrections(entries), menders(entries)
    done = nudged_on(timezone.localdate(now), entries)
    open_ones = [
        entry
        for entry in entries
        if entry.pk in rounds
        and now < rounds[entry.pk].due_at
        and entry.pk not in done
        and people[entry.pk]
    ]
    rows = [
        {"entry": entry, "due_at": rounds[entry.pk].due_at, "people": people[entry.pk]}
        for entry in open_ones
    ]
    told = {person.pk for entry in open_ones for person in people[entry.pk]}
    return {"stage": stage, "edition": stage.edition, "rows": rows, "people": len(told)}


def _said(outcome: CorrectionsNudged) -> str:
    said = _("%(people)s orang diingatkan tentang %(told)s perbaikan.") % {
        "people": outcome.people,
        "told": outcome.told,
    }
    if outcome.left_out:
        said += " " + _(
            "%(count)s dilewati: sudah diingatkan hari ini, berakhir, atau tanpa akun aktif."
        ) % {"count": outcome.left_out}
    return said
