"""Passkeys: making one, giving it up, and proving oneself by it. See docs/adr/0058."""

import json
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView as CodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as theirs
from allauth.mfa.webauthn.internal import auth, flows
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.generic.edit import FormView

from sinovik.web.factor_views import CodesFirst, lock_owner
from sinovik.web.factors import forget_factor, guarded


def _options(options: dict[str, Any]) -> str:
    """What the browser is to ask the key, as the page carries it."""
    return json.dumps(options["publicKey"])


class _Page:
    def _page(self, context: dict[str, Any]) -> HttpResponse:
        answer: HttpResponse = self.render_to_response(context)  # type: ignore[attr-defined]
        return answer


@method_decorator(guarded, name="dispatch")
class AddView(CodesFirst, theirs.AddWebAuthnView):  # type: ignore[misc]
    """Make a passkey; it may be the person's only second factor."""

    template_name = "mfa/webauthn/add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The challenge, which asks for a key that stays on the device and verifies its person."""
        user: Any = self.request.user
        return FormView.get_context_data(self, **kwargs) | {
            "options": _options(auth.begin_registration(user, True)),
            "is_forced": user.needs_second_factor,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """The session has shown its factor by this."""
        with transaction.atomic():
            lock_owner(self.request.user)
            response: HttpResponse = super().form_valid(form)
        key = Authenticator.objects.filter(
            user=self.request.user, type=Authenticator.Type.WEBAUTHN
        ).latest("pk")
        record_authentication(self.request, self.request.user, "mfa", id=key.pk, type=key.type)
        return response


@method_decorator(guarded, name="dispatch")
class RemoveView(_Page, theirs.RemoveWebAuthnView):  # type: ignore[misc]
    """Give a passkey up, unless it is the last factor of a role that asks for one."""

    template_name = "mfa/webauthn/remove.html"
    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether it may go."""
        may = get_adapter().can_delete_authenticator(self.object)
        return super().get_context_data(**kwargs) | {"may": may}  # type: ignore[no-any-return]

    def form_valid(self, form: Any) -> HttpResponse:
        """Of two removals at once the second finds what the first left."""
        with transaction.atomic():
            lock_owner(self.request.user)
            if not get_adapter().can_delete_authenticator(self.get_object()):
                return self._page(self.get_context_data(form=form))
            response: HttpResponse = super().form_valid(form)
        forget_factor(self.request)
        return response


class AuthenticateView(CodeView):  # type: ignore[misc]
    """The second step of signing in, by code or by a key where the person has one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The challenge for the person's keys, empty without any."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = context["js_data"]["request_options"]
        has_keys = bool(options["publicKey"].get("allowCredentials"))
        errors = self.webauthn_form.errors if self.webauthn_form.is_bound else {}
        return context | {
            "options": _options(options) if has_keys else "",
            "key_errors": errors.get("credential", []),
        }


class ReauthenticateView(_Page, theirs.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Fresh proof by a key."""

    template_name = "mfa/webauthn/reauthenticate.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        """Stay on the page, with another challenge."""
        return self._page(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The challenge; allauth's own forgets the form."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | kwargs | {"options": _options(context["js_data"]["request_options"])}


class LoginView(_Page, theirs.LoginWebAuthnView):  # type: ignore[misc]
    """Sign in by the key alone: it is had, and it verified its person, so both factors."""

    template_name = "mfa/webauthn/login.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, with a challenge for whichever key answers."""
        return self._page(self.get_context_data())

    def form_invalid(self, form: Any) -> HttpResponse:
        """Stay on the page, with another challenge."""
        return self._page(self.get_context_data(form=form))

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on to where the person was sent from."""
        key = form.cleaned_data["credential"]
        going = get_next_redirect_url(self.request)
        login = Login(user=key.user, redirect_url=going)
        if not key.user.is_active:  # Before the key counts as used.
            return redirect("account_inactive")
        answer: HttpResponse = flows.perform_passwordless_login(self.request, key, login)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The challenge."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"options": _options(auth.begin_authentication(None))}
