"""Last year's proposal used again: a comparison field by field, a choice for each section."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from competitions.actions.carrying import carry_over
from competitions.forms.carrying import CarryForm
from competitions.models import Entry
from competitions.permissions.entries import check_can_write_entry
from competitions.queries.carrying import (
    CarryState,
    carry_rows,
    last_proposal,
    submitted_content,
)
from competitions.queries.tasks import WRITABLE
from competitions.views.entries import visible_entry
from competitions.views.entry_moves import identity_rows
from innovations.exceptions import StaleEdit
from innovations.queries.freezing import freeze
from sinovik.web.access import Refusal, signed_in

STATES = {
    CarryState.KEPT: ("green", gettext_lazy("Dipakai lagi")),
    CarryState.CHANGED: ("blue", gettext_lazy("Sudah diubah")),
    CarryState.NEW: ("yellow", gettext_lazy("Ditanyakan baru")),
}
SAVED_MEANWHILE = gettext_lazy(
    "Ada bagian yang disimpan rekan sejak halaman ini dibuka. Periksa lagi."
)


@require_http_methods(["GET", "POST"])
@signed_in
def entry_carry(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare with the proposal submitted last; nothing changes that was not chosen."""
    entry = visible_entry(request, pk)
    check_can_write_entry(request.user, entry)
    earlier = last_proposal(entry)
    if earlier is None or entry.state not in WRITABLE:
        raise Http404
    rows, cut = carry_rows(entry, earlier, list(entry.edition.sections.all()))
    form = CarryForm(
        request.POST if request.method == "POST" else None,
        rows=rows,
        cut=cut,
        initial={"edit_number": entry.innovation.edit_number},
    )
    if request.method == "POST" and form.is_valid():
        try:
            carry_over(
                by=request.user,
                entry=entry,
                edit_number=form.cleaned_data["edit_number"],
                sources=form.sources(),
            )
        except StaleEdit:
            messages.warning(request, str(SAVED_MEANWHILE))
            return redirect("competitions:entry_carry", entry.pk)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Pilihan Anda dipakai. Bagian lain tidak berubah."))
            return redirect("competitions:entry_tasks", entry.pk)
    context = {
        "entry": entry,
        "innovation": entry.innovation,
        "earlier": earlier,
        "form": form,
        "cut": cut,
        "identity": _identity_changes(entry, earlier),
        "rows": [_shown(form, row) for row in rows],
    }
    return render(request, "competitions/entry_carry.html", context)


def _shown(form: CarryForm, row: Any) -> dict[str, Any]:
    tone, label = STATES[row.state]
    return {"row": row, "tone": tone, "label": label, "field": form.field_of(row)}


def _identity_changes(entry: Entry, earlier: Entry) -> list[dict[str, Any]]:
    """Answers about the innovation itself that are others now than when it was submitted."""
    then = identity_rows(submitted_content(earlier))
    now = identity_rows(freeze(entry.innovation))
    return [
        {"key": before["key"], "then": before["value"], "now": after["value"]}
        for before, after in zip(then, now, strict=True)
        if before["value"] != after["value"]
    ]
