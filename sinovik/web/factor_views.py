"""Pages on which people see and change how they prove who they are."""

from typing import Any
from urllib.parse import quote

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET
from django.views.generic.edit import FormView

from sinovik.web.access import signed_in
from sinovik.web.factor_forms import ActivateForm, use_code
from sinovik.web.factors import KINDS, forget_factor, guarded


@require_GET
@signed_in
def security(request: HttpRequest) -> HttpResponse:
    """What protects the account, with the ways to change it."""
    rows = list(Authenticator.objects.filter(user=request.user).order_by("pk"))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    context = {
        "app": next((row for row in rows if row.type == Authenticator.Type.TOTP), None),
        "keys": [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        "codes": codes,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "is_forced": request.user.needs_second_factor,  # type: ignore[union-attr]
    }
    return render(request, "mfa/index.html", context)


def lock_owner(user: Any) -> None:
    """Let changes of one person's factors come one after the other; inside a transaction."""
    user._meta.model.objects.select_for_update().get(pk=user.pk)


class CodesFirst:
    """A new factor shows the recovery codes that it brought along."""

    request: Any
    did_generate_recovery_codes: bool

    def get_success_url(self) -> str:
        """The codes, then where the person was going."""
        going: str = get_next_redirect_url(self.request) or reverse("mfa_index")
        if self.did_generate_recovery_codes:
            return f"{reverse('mfa_view_recovery_codes')}?next={quote(going)}"
        return going


@method_decorator(guarded, name="dispatch")
class ActivateView(CodesFirst, ActivateTOTPView):  # type: ignore[misc]
    """Set an app up, or another one in the place of the old."""

    form_class = ActivateForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Past allauth's own, which sends away whoever has an app already."""
        return FormView.dispatch(self, request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Tell whether this replaces an app, and whether the role asks for one."""
        user: Any = self.request.user
        more = {
            "is_forced": user.needs_second_factor,
            "has_app": is_mfa_enabled(user, [Authenticator.Type.TOTP]),
        }
        return super().get_context_data(**kwargs) | more  # type: ignore[no-any-return]

    def form_valid(self, form: Any) -> HttpResponse:
        """Replace in one transaction; the session has shown its factor by this."""
        user = self.request.user
        with transaction.atomic():
            lock_owner(user)
            Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
            response: HttpResponse = super().form_valid(form)
            app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
            use_code(app, form.cleaned_data["code"])
        record_authentication(self.request, user, "mfa", id=app.pk, type=app.type)
        return response


@method_decorator(guarded, name="dispatch")
class DeactivateView(DeactivateTOTPView):  # type: ignore[misc]
    """Give the app up; the adapter refuses where the role asks for a factor."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Of this and a key that is given up at once the second finds what the first left."""
        with transaction.atomic():
            lock_owner(request.user)
            response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """The session no longer counts as one with a factor."""
        response: HttpResponse = super().form_valid(form)
        forget_factor(self.request)
        return response


@method_decorator(guarded, name="dispatch")
class GenerateCodesView(GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes; the old ones die."""

    success_url = reverse_lazy("mfa_view_recovery_codes")


@require_GET
@guarded
@signed_in
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes that are left. Reading changes nothing, unlike allauth's own page."""
    rows = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES)
    row = rows.first()
    if row is None:
        if is_mfa_enabled(request.user, KINDS):
            return redirect("mfa_generate_recovery_codes")
        raise Http404
    context = {
        "codes": row.wrap().get_unused_codes(),
        "next": get_next_redirect_url(request) or reverse("mfa_index"),
    }
    return render(request, "mfa/recovery_codes/index.html", context)
