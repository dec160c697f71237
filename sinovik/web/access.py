"""Who may call a view: each view declares one policy, a test walks them all.

Anonymous access is opt-in: LoginRequiredMiddleware asks everybody to sign in unless the
view says ``@public``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

V = TypeVar("V", bound=Callable[..., Any])
Sentence = str | Promise
Check = Callable[[Any], None]


class Refusal(Exception):
    """The system declines what a person asked; the text says why and what to do next."""

    default_message: ClassVar[Sentence] = _("Permintaan ini tidak bisa dijalankan.")

    def __init__(self, message: Sentence | None = None) -> None:
        self.message = self.default_message if message is None else message
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class Forbidden(Refusal, PermissionDenied):
    """The person lacks the right (HTTP 403); the text says which."""

    default_message = _("Anda tidak memiliki hak untuk tindakan ini.")


class SignedInRequest(HttpRequest):
    """A request behind a policy that lets nobody anonymous through."""

    user: Any


@dataclass(frozen=True)
class Policy:
    """What a view asks of its caller; ``rule`` names the check for docs/permissions.md."""

    rule: str
    is_public: bool = False


PUBLIC = Policy("public", is_public=True)
SIGNED_IN = Policy("signed in")


def public(view: V) -> V:
    """Let everybody call the view, signed in or not."""
    view = login_not_required(view)
    view.policy = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: V) -> V:
    """Let everybody with an account call the view; what they see is the view's own matter."""
    view.policy = SIGNED_IN  # type: ignore[attr-defined]
    return view


def allowed(check: Check) -> Callable[[V], V]:
    """Let those call the view for whom ``check(user)`` does not raise Forbidden."""

    def decorate(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check(request.user)
            return view(request, *args, **kwargs)  # type: ignore[no-any-return]

        guarded.policy = Policy(check.__name__)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def declare(
    patterns: list[URLPattern | URLResolver], policy: Policy
) -> list[URLPattern | URLResolver]:
    """Give every view in ``patterns`` the same policy; for views that others wrote."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            declare(pattern.url_patterns, policy)
            continue
        pattern.callback.policy = policy  # type: ignore[attr-defined]
        pattern.callback.login_required = not policy.is_public  # type: ignore[attr-defined]
    return patterns
