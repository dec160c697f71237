"""The page on which an agency's admin chooses which proposals go, by the quota of each group."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from agencies.enums import Role
from agencies.models import Agency
from agencies.permissions import check_is_agency_admin
from competitions.actions.choice import move_in_choice
from competitions.models import Entry
from competitions.queries.choice import waiting_in_order
from competitions.queries.quotas import QuotaUse, open_groups, quota_use
from sinovik.web.access import Refusal, allowed


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_admin)
def entry_choice(request: HttpRequest) -> HttpResponse:
    """What waits in each group, in order, with a line where the quota ends."""
    agencies = Agency.objects.filter(pk__in=request.user.agency_ids(Role.AGENCY_ADMIN))
    refusal = ""
    if request.method == "POST":
        entries = Entry.objects.filter(agency__in=agencies)
        entry = get_object_or_404(entries, pk=_number(request.POST.get("entry", "")))
        try:
            move_in_choice(by=request.user, entry=entry, up="up" in request.POST)
        except Refusal as caught:
            refusal = str(caught)
        else:
            return redirect(f"{request.path}#usulan-{entry.pk}")
    groups = list(open_groups())
    lists = []
    for agency in agencies.order_by("pk"):
        waiting = list(waiting_in_order(agency, groups))
        lists += [
            _list(agency, use, [one for one in waiting if one.group_id == use.group.pk])
            for use in quota_use(agency, groups)
        ]
    return render(request, "competitions/entry_choice.html", {"lists": lists, "refusal": refusal})


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0


def _list(agency: Agency, use: QuotaUse, waiting: list[Entry]) -> dict[str, Any]:
    """One group of one agency: rows that still fit, and those below the line."""
    left = len(waiting) if use.left is None else use.left
    rows = [
        {
            "entry": entry,
            "place": place,
            "is_first": place == 1,
            "is_last": place == len(waiting),
            "fits": place <= left,
            "starts_rest": place == left + 1,
        }
        for place, entry in enumerate(waiting, start=1)
    ]
    return {"agency": agency, "use": use, "rows": rows}
