"""Pages of members and invitations."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.actions.people import (
    accept_invitation,
    create_units,
    end_membership,
    invite_member,
    resend_invitation,
    revoke_invitation,
)
from agencies.enums import Role
from agencies.forms import AcceptanceForm, InvitationForm, UnitForm
from agencies.models import Agency, Invitation, Membership, User
from agencies.permissions import (
    can_end_membership,
    can_extend_role,
    check_can_manage_members,
    check_manages_members,
)
from sinovik.web.access import Refusal, allowed, public
from sinovik.web.factors import take_over, with_fresh_proof
from sinovik.web.kept import kept


@require_GET
@allowed(check_manages_members)
def membership_list(request: HttpRequest) -> HttpResponse:
    """Units, members and pending invitations of one agency, with forms to add some."""
    return _members_page(request, _agency(request))


@require_http_methods(["GET", "POST"])
@allowed(check_manages_members)
@with_fresh_proof(back="agencies:membership_list")
def member_invite(request: HttpRequest) -> HttpResponse:
    """Send an invitation; what was typed stays on the page when it is refused."""
    if request.method == "GET":
        return redirect(_list_url(request))
    agency = _agency(request)
    form = InvitationForm(request.POST, agency=agency, by=request.user)
    if form.is_valid():
        try:
            invitation = invite_member(by=request.user, agency=agency, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Undangan dikirim ke %s.") % invitation.email)
            return redirect(_list_url(request))
    return _members_page(request, agency, invitation_form=form)


@require_http_methods(["GET", "POST"])
@allowed(check_manages_members)
def unit_create(request: HttpRequest) -> HttpResponse:
    """Add a service unit."""
    if request.method == "GET":
        return redirect(_list_url(request))
    agency = _agency(request)
    form = UnitForm(request.POST, agency=agency)
    if form.is_valid():
        try:
            create_units(by=request.user, agency=agency, names=[form.cleaned_data["name"]])
        except Refusal as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Unit %s ditambahkan.") % form.cleaned_data["name"])
            return redirect(_list_url(request))
    return _members_page(request, agency, unit_form=form)


@require_http_methods(["GET", "POST"])
@allowed(check_manages_members)
@with_fresh_proof()
def membership_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then end a role."""
    agency = _agency(request)
    memberships = agency.memberships.active().select_related("user", "agency", "unit")
    membership = get_object_or_404(memberships, pk=pk)
    refusal = ""
    if request.method == "POST":
        try:
            end_membership(by=request.user, membership=membership)
        except Refusal as caught:
            refusal = str(caught)
        else:
            messages.success(request, _("Peran %s sudah diakhiri.") % membership.user.name)
            return redirect(_list_url(request))
    context = {
        "membership": membership,
        "role": Role(membership.role).label,
        "back": _list_url(request),
        "refusal": refusal,
    }
    return render(request, "agencies/membership_end.html", context)


@require_POST
@allowed(check_manages_members)
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an unanswered invitation again, with a new link."""
    return _on_invitation(request, pk, resend_invitation, _("Undangan dikirim ulang ke %s."))


@require_POST
@allowed(check_manages_members)
def invitation_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an unanswered invitation back."""
    return _on_invitation(request, pk, revoke_invitation, _("Undangan untuk %s dibatalkan."))


def _on_invitation(
    request: HttpRequest, pk: int, action: Callable[..., Invitation], message: str
) -> HttpResponse:
    invitation = get_object_or_404(_agency(request).invitations, pk=pk)
    try:
        action(by=request.user, invitation=invitation)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, message % invitation.email)
    return redirect(_list_url(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Turn the link of an invitation into a membership, and an account where none is."""
    invitations = Invitation.objects.select_related("agency", "unit", "invited_by")
    invitation = get_object_or_404(invitations, token=token)
    context: dict[str, Any] = {
        "invitation": invitation,
        "role": Role(invitation.role).label,
        "has_account": User.objects.filter(email__iexact=invitation.email).exists(),
    }
    if not invitation.is_usable:
        return render(request, "agencies/invitation_accept.html", context, status=410)
    form = AcceptanceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (context["has_account"] or form.is_valid()):
        try:
            return _accept(request, invitation, form, has_account=context["has_account"])
        except ValidationError as error:
            form.add_error("password", error)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return render(
        request, "agencies/invitation_accept.html", context | {"form": form, "usable": True}
    )


def _accept(
    request: HttpRequest, invitation: Invitation, form: AcceptanceForm, *, has_account: bool
) -> HttpResponse:
    """Sign in whoever just made the account; an old account signs in its own way."""
    answers = form.cleaned_data if not has_account else {"name": "", "password": ""}
    user = accept_invitation(
        invitation=invitation, name=answers["name"], password=answers["password"]
    )
    if has_account:
        messages.success(request, _("Peran baru ditambahkan ke akun Anda. Masuk untuk mulai."))
        if request.user != user:
            return redirect("account_login")
        # The new role ended every session of the person; this one shows itself to be theirs.
        take_over(request, user)
        return redirect("competitions:work_home")
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    # Who chose a password a moment ago need not type it again to put a factor beside it.
    record_authentication(request, user, "password")
    UserSession.objects.create_from_request(request)
    messages.success(request, _("Akun Anda siap. Selamat datang, %s.") % user.name)
    return redirect("competitions:work_home")


def _agency(request: HttpRequest) -> Agency:
    """The agency that `?instansi=` names or the person's first; 404 where it is another's."""
    user = request.user
    own = user.agencies_as(Role.AGENCY_ADMIN) or user.agencies_as(Role.SECRETARIAT_HEAD)
    slug = request.GET.get("instansi")
    if not slug:
        return own[0]
    if not slug.isprintable():  # PostgreSQL refuses to look for a NUL.
        raise Http404
    agency = get_object_or_404(Agency, slug=slug)
    try:
        check_can_manage_members(user, agency)
    except Refusal as refusal:
        raise Http404 from refusal
    return agency


def _list_url(request: HttpRequest) -> str:
    slug = request.GET.get("instansi")
    query = f"?instansi={slug}" if slug else ""
    return reverse("agencies:membership_list") + query


def _members_page(
    request: HttpRequest,
    agency: Agency,
    *,
    invitation_form: InvitationForm | None = None,
    unit_form: UnitForm | None = None,
) -> HttpResponse:
    memberships = list(
        agency.memberships.active()
        .select_related("user", "unit", "agency")
        .order_by("unit__name", "user__name")
    )
    members = [
        {
            "membership": membership,
            "role": Role(membership.role).label,
            "can_end": can_end_membership(request.user, membership),
            "can_extend": can_extend_role(request.user, membership),
        }
        for membership in memberships
    ]
    unanswered = agency.invitations.unanswered().select_related("unit", "invited_by")
    typed = kept(request) if request.method == "GET" else None
    form = invitation_form or InvitationForm(typed, agency=agency, by=request.user)
    context = {
        "agency": agency,
        "members": members,
        "units": _units(agency, memberships),
        "invitations": list(unanswered),
        "can_invite": bool(form.roles),
        "invitation_form": form,
        "unit_form": unit_form or UnitForm(agency=agency),
        "form": invitation_form or unit_form or (form if form.is_bound else None),
        "query": f"?{request.GET.urlencode()}" if request.GET else "",
    }
    return render(request, "agencies/membership_list.html", context)


def _units(agency: Agency, memberships: list[Membership]) -> list[dict[str, Any]]:
    counts: dict[int | None, int] = {}
    for membership in memberships:
        counts[membership.unit_id] = counts.get(membership.unit_id, 0) + 1
    return [{"unit": unit, "people": counts.get(unit.pk, 0)} for unit in agency.units.all()]
