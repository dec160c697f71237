"""Where a person is signed in, and the way to end it."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agencies.actions.devices import end_device, end_sessions
from agencies.queries.devices import devices_of
from sinovik.web.access import signed_in
from sinovik.web.factors import take_over


@require_GET
@signed_in
def device_list(request: HttpRequest) -> HttpResponse:
    """Every live session of the person."""
    devices = devices_of(request.user, request.session.session_key or "")
    return render(request, "agencies/device_list.html", {"devices": devices})


@require_POST
@signed_in
def device_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one other device out."""
    own = UserSession.objects.filter(user=request.user)
    device = get_object_or_404(own.exclude(session_key=request.session.session_key), pk=pk)
    end_device(by=request.user, device=device)
    messages.success(request, _("Perangkat itu sudah dikeluarkan."))
    return redirect("agencies:device_list")


@require_POST
@signed_in
def devices_end(request: HttpRequest) -> HttpResponse:
    """Sign all other devices out."""
    stay_alone(request, request.user)
    messages.success(request, _("Semua perangkat lain sudah dikeluarkan."))
    return redirect("agencies:device_list")


def stay_alone(request: HttpRequest, user: Any) -> None:
    """End every session of the person but this one."""
    end_sessions(by=user, user=user, keep=request.session.session_key or "")
    take_over(request, user)
