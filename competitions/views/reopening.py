"""Pages on which an entry comes back to work: reopened by the admin, revived by its people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from competitions.actions.reopening import reopen_entry, revive_entry
from competitions.permissions.entries import check_can_submit_entry, check_can_withdraw_entry
from competitions.queries.quotas import quota_of
from competitions.queries.reopening import begun_sentence, has_begun_check
from competitions.views.entries import proposal, visible_entry
from sinovik.web.access import Refusal, signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def entry_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take a submitted proposal back to work."""
    entry = visible_entry(request, pk)
    check_can_submit_entry(request.user, entry)
    refusal = begun_sentence(entry) if has_begun_check(entry) else ""
    if request.method == "POST":
        try:
            reopen_entry(by=request.user, entry=entry)
        except Refusal as caught:
            refusal = str(caught)
        else:
            messages.success(
                request, _("Proposal dibuka kembali. Ajukan lagi sebelum pendaftaran ditutup.")
            )
            return redirect("competitions:entry_tasks", entry.pk)
    context = proposal(request, entry) | {"refusal": refusal}
    return render(request, "competitions/entry_reopen.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def entry_revive(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then let a withdrawn proposal take part again, as a draft."""
    entry = visible_entry(request, pk)
    check_can_withdraw_entry(request.user, entry)
    refusal = begun_sentence(entry) if has_begun_check(entry) else ""
    if request.method == "POST":
        try:
            revive_entry(by=request.user, entry=entry)
        except Refusal as caught:
            refusal = str(caught)
        else:
            messages.success(request, _("Proposal ikut kembali sebagai draf."))
            return redirect("competitions:entry_tasks", entry.pk)
    quota = quota_of(entry)
    context = proposal(request, entry) | {"refusal": refusal, "quota": quota}
    return render(request, "competitions/entry_revive.html", context)
