"""The page on which a role of a season gets another last day."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.actions.seasons import extend_role
from agencies.enums import SEASON_ROLES, Role
from agencies.forms import ExtensionForm
from agencies.models import Membership
from agencies.permissions import check_is_secretariat_head
from sinovik.web.access import Refusal, allowed
from sinovik.web.factors import with_fresh_proof
from sinovik.web.kept import kept
from sinovik.web.templatetags.web import day


@require_http_methods(["GET", "POST"])
@allowed(check_is_secretariat_head)
@with_fresh_proof()
def membership_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Show until when a role lasts, and let the head move it."""
    rows = Membership.objects.active().filter(role__in=SEASON_ROLES)
    membership = get_object_or_404(rows.select_related("user", "agency"), pk=pk)
    typed = request.POST if request.method == "POST" else kept(request)
    form = ExtensionForm(typed, initial={"ends_on": membership.ends_on})
    if request.method == "POST" and form.is_valid():
        try:
            row = extend_role(by=request.user, membership=membership, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("ends_on", str(refusal))
        else:
            words = {"name": membership.user.name, "day": day(row.ends_on)}
            messages.success(request, _("Peran %(name)s kini sampai %(day)s.") % words)
            return redirect("agencies:membership_list")
    context = {"membership": membership, "role": Role(membership.role).label, "form": form}
    return render(request, "agencies/membership_extend.html", context)
