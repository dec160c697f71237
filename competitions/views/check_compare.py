"""Two submitted proposals beside each other, for whoever asks whether they are one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from competitions.models import Entry
from competitions.permissions import check_can_see_checks
from competitions.queries.conflicts import conflicting_entries
from competitions.queries.differences import changed, differences
from competitions.queries.reading import read_proposal
from competitions.views.checks import check_for
from sinovik.web.access import allowed


@require_GET
@allowed(check_can_see_checks)
def check_compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """The checked proposal and another of its edition, field by field.

    An entry that the person is in conflict with is as good as missing, on either side.
    """
    check = check_for(request.user, pk)
    entry = check.stage_entry.entry
    others = (
        Entry.objects.filter(edition=entry.edition_id, version__isnull=False)
        .exclude(pk__in=conflicting_entries(request.user))
        .exclude(pk=entry.pk)
        .select_related("edition", "agency", "version")
    )
    rival = get_object_or_404(others, pk=other)
    readings = [read_proposal(one, is_blind=False) for one in (rival, entry)]
    rows = differences(*readings)
    context = {
        "check": check,
        "sides": [
            {"entry": one, "proposal": reading}
            for one, reading in zip((entry, rival), readings[::-1], strict=True)
        ],
        "changes": changed(rows),
        "same": [one for one in rows if not one.is_changed],
    }
    return render(request, "competitions/check_compare.html", context)
