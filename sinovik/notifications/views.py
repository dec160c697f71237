"""How people get their messages, and what became of their mails."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sinovik.notifications.forms import PreferenceForm
from sinovik.notifications.kinds import KINDS
from sinovik.notifications.models import Mail
from sinovik.notifications.preferences import choices_of, choose, unsubscribe
from sinovik.notifications.unsubscribing import read_token
from sinovik.web.access import public, signed_in

LATEST = 20


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    """Choose by kind, and see whether the latest mails went out."""
    posted = request.POST if request.method == "POST" else None
    form = PreferenceForm(posted, choices=choices_of(request.user))
    if posted is not None and form.is_valid():
        choose(by=request.user, choices=form.choices)
        messages.success(request, _("Pengaturan pemberitahuan tersimpan."))
        return redirect("notifications:preferences")
    mails = Mail.objects.filter(recipient_id=request.user.pk)[:LATEST]
    context = {
        "form": form,
        "mandatory": [kind for kind in KINDS.values() if kind.is_mandatory],
        "mails": [{"mail": mail, "kind": KINDS.get(mail.kind)} for mail in mails],
    }
    status = 422 if form.errors else 200
    return render(request, "notifications/preferences.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, then stop a kind of mail. Programs that open links in mails stop nothing."""
    found = read_token(token)
    if found is None:
        raise Http404
    user_id, kind = found
    is_done = request.method == "POST"
    if is_done:
        unsubscribe(user_id=user_id, kind=kind)
    return render(request, "notifications/unsubscribe.html", {"kind": kind, "is_done": is_done})
