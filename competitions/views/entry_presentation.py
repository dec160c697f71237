"""An agency's own slot: when on three clocks, where, who speaks, and a file for calendars."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from competitions.actions.presentations import confirm_presentation
from competitions.enums import PresentationState
from competitions.forms.presentations import PresentersForm
from competitions.models import Entry, Presentation
from competitions.permissions.presentations import can_confirm_presentation
from competitions.queries.conflicts import is_conflicted
from competitions.queries.presentations import published_presentation
from competitions.views.editions import calendar_response, event_lines
from competitions.views.entries import visible_entry
from competitions.views.refusals import status_of
from sinovik.web.access import Refusal, signed_in
from sinovik.web.kept import kept


def _own(request: HttpRequest, pk: int) -> tuple[Entry, Presentation]:
    """The entry and its turn; 404 before the schedule is published, and for those in conflict."""
    entry = visible_entry(request, pk)
    turn = published_presentation(entry)
    is_own = can_confirm_presentation(request.user, entry)
    if turn is None or (not is_own and is_conflicted(request.user, [entry.pk])):
        raise Http404
    return entry, turn


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def entry_presentation(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the slot, confirm that somebody comes, name who speaks."""
    entry, turn = _own(request, pk)
    is_sent = request.method == "POST"
    form = PresentersForm(
        request.POST if is_sent else kept(request), initial={"presenters": turn.presenters}
    )
    status = 200
    if is_sent:
        status = 422
        if form.is_valid():
            try:
                confirm_presentation(by=request.user, presentation=turn, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = status_of(refusal)
            else:
                messages.success(
                    request, _("Kehadiran dipastikan. Sekretariat melihat penyajinya.")
                )
                return redirect("competitions:entry_presentation", pk)
    may_confirm = can_confirm_presentation(request.user, entry)
    context = {
        "entry": entry,
        "innovation": entry.innovation,
        "turn": turn,
        "room": turn.slot.room,
        "schedule": turn.schedule,
        "ends_at": turn.slot.starts_at + turn.schedule.slot_length,
        "form": form if may_confirm and turn.state == PresentationState.WAITING else None,
    }
    return render(request, "competitions/entry_presentation.html", context, status=status)


@require_safe
@signed_in
def entry_presentation_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The slot for people's calendars (RFC 5545)."""
    entry, turn = _own(request, pk)
    room = turn.slot.room
    address = reverse("competitions:entry_presentation", args=[entry.pk])
    lines = event_lines(
        uid=f"presentasi-{turn.pk}@sinovik",
        stamp=turn.schedule.published_at or turn.slot.starts_at,
        starts_at=turn.slot.starts_at,
        ends_at=turn.slot.starts_at + turn.schedule.slot_length,
        summary=_("Presentasi %(number)s %(edition)s")
        % {"number": entry.number, "edition": entry.edition.name},
        url=room.link or request.build_absolute_uri(address),
        location=room.name,
    )
    return calendar_response(lines, f"presentasi-{entry.number}.ics")
