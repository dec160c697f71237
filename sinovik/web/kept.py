"""What a form sends after its session ended is kept until its writer is back.

Without JavaScript nothing else saves it: the server would ask for a password and forget the
text. The form carries who it was drawn for, signed; nobody else gets the text back.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core import signing
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.utils.translation import gettext as _

from sinovik.web.door import refused

WRITER = "writer"
LARGEST = 300_000
"""Characters of one form; five times the longest section."""
_KEY = "kept_typed"


def writer_mark(user: Any) -> str:
    """The value of the hidden field that says for whom a form was drawn."""
    return _signer().sign(str(user.pk))


def keep(request: HttpRequest, *, writer: int | None = None, path: str = "") -> bool:
    """Keep what was posted in the visitor's session; False where nobody could claim it.

    `writer`: who is signed in, where the form need not tell; `path`: where it comes back, if
    not at its own address.
    """
    writer = writer or _writer(request)
    fields = {
        name: request.POST.getlist(name)
        for name in request.POST
        if name not in (WRITER, "csrfmiddlewaretoken")
    }
    length = sum(len(text) for texts in fields.values() for text in texts)
    if writer is None or length > LARGEST:
        return False
    request.session[_KEY] = {"path": path or request.path, "writer": writer, "fields": fields}
    return True


def kept(request: HttpRequest) -> QueryDict | None:
    """What the person sent to this address before the session ended, as a form takes it."""
    found = request.session.get(_KEY)
    if not found or found["path"] != request.path or found["writer"] != request.user.pk:
        return None
    fields = QueryDict(mutable=True)
    for name, texts in found["fields"].items():
        fields.setlist(name, texts)
    return fields


class KeepingLoginMiddleware(LoginRequiredMiddleware):
    """Asks for a sign-in like Django's, but keeps what the form sent; frees it once it is read."""

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponseBase | None:
        refused = super().process_view(request, *args)
        if refused is None and request.method in ("POST", "PUT") and kept(request) is not None:
            del request.session[_KEY]
        return refused

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method == "POST" and keep(request):
            text = _("Sesi Anda berakhir. Isian Anda kami simpan dan muncul lagi setelah masuk.")
            messages.warning(request, text)
        return super().handle_no_permission(request, view_func)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the present sign-in: give its text back to its writer to send again.

    The signed mark shows that the form was drawn by us for this person, which is what the
    token would have shown; even so nothing is saved before the person presses the button.
    """
    is_own = not request.user.is_authenticated or _writer(request) == request.user.pk
    if request.method == "POST" and is_own and keep(request):
        return HttpResponseRedirect(request.get_full_path())
    refused(request, "csrf")
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


def _writer(request: HttpRequest) -> int | None:
    try:
        return int(_signer().unsign(request.POST.get(WRITER, "")))
    except (signing.BadSignature, ValueError):
        return None


def _signer() -> signing.Signer:
    return signing.Signer(salt="sinovik.web.kept")
