"""The nightly check: what is false, figures to look at, the nights before."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from competitions.models import NightCheck
from competitions.permissions.trust import check_can_see_night_checks
from sinovik.web.access import allowed

NIGHTS = 14


@require_GET
@allowed(check_can_see_night_checks)
def night_check(request: HttpRequest) -> HttpResponse:
    """Show the newest check whole, and how the nights before it ended."""
    checks = list(NightCheck.objects.all()[:NIGHTS])
    context = {"check": checks[0] if checks else None, "earlier": checks[1:]}
    return render(request, "competitions/night_check.html", context)
