"""Pages of looking as somebody else, and the gate that keeps it to looking."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.actions.support import end_support, note_look, start_support
from agencies.forms import SupportForm
from agencies.models import User
from agencies.permissions import can_support, check_is_secretariat
from agencies.queries.support import looks_at
from sinovik.audit import clock
from sinovik.web.access import Refusal, allowed, signed_in
from sinovik.web.factors import with_fresh_proof
from sinovik.web.kept import kept
from sinovik.web.middleware import ViewMiddleware
from sinovik.web.readonly import SAFE_METHODS

KEY = "sinovik_support"
LOOKS_A_PAGE = 50
AS_ONESELF = {"agencies:support_end", "account_logout", "account_session"}
CLOSED = ("/akun/", "/data-saya/", "/kerja/bantuan-akun/")
"""Addresses of the person's own account: nobody else's business."""


class SupportMiddleware(ViewMiddleware):
    """Shows pages as the person sees them while support lasts; refuses whatever would act."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *args: Any
    ) -> HttpResponse | None:
        """Ask each time whether it may go on: rights and time run out in between."""
        held = request.session.get(KEY)
        if not held or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        if match is not None and match.view_name in AS_ONESELF:
            return None
        person = User.objects.filter(pk=held["person"]).first()
        over = clock.now() >= datetime.fromisoformat(held["until"])
        if person is None or over or not can_support(request.user, person):
            del request.session[KEY]
            return redirect("agencies:support")
        path = request.path.removeprefix("/en")
        if request.method not in SAFE_METHODS or path.startswith(CLOSED):
            context = {"person": person}
            return render(request, "agencies/support_refused.html", context, status=403)
        note_look(by=request.user, person=person, path=request.path)
        request.supporter = request.user  # type: ignore[attr-defined]
        request.user = person
        return None


@require_http_methods(["GET", "POST"])
@allowed(check_is_secretariat)
@with_fresh_proof()
def support(request: HttpRequest) -> HttpResponse:
    """Name whom, and why; then the site looks as it does to them."""
    form = SupportForm(request.POST if request.method == "POST" else kept(request))
    if request.method == "POST" and form.is_valid():
        person = User.objects.filter(email__iexact=form.cleaned_data["email"]).first()
        try:
            if person is None:
                raise Refusal(_("Tidak ada akun dengan surel ini."))
            until = start_support(
                by=request.user, person=person, reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[KEY] = {"person": person.pk, "until": until.isoformat()}
            return redirect("competitions:work_home")
    return render(request, "agencies/support.html", {"form": form})


@require_POST
@allowed(check_is_secretariat)
def support_end(request: HttpRequest) -> HttpResponse:
    """Be oneself again."""
    held = request.session.pop(KEY, None)
    person = User.objects.filter(pk=held["person"]).first() if held else None
    if person is not None:
        end_support(by=request.user, person=person)
        messages.success(request, _("Anda kembali sebagai diri sendiri."))
    return redirect("competitions:work_home")


@require_GET
@signed_in
def support_looks(request: HttpRequest) -> HttpResponse:
    """Tell the person which of the pages were looked at to help, newest first."""
    page = Paginator(looks_at(request.user), LOOKS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "agencies/support_looks.html", {"page_obj": page})
