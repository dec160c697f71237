"""Frozen versions: the list, one as it was sent, and what differs between two."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from agencies.enums import Role
from competitions.models import Assignment, Entry, Sending
from competitions.permissions.judging import check_is_judge
from competitions.queries.conflicts import is_conflicted
from competitions.queries.differences import changed, differences
from competitions.queries.reading import Proposal, read_by_judge, read_proposal
from competitions.queries.sendings import sendings_of, stages_that_judged, submitted_until
from innovations.models import Innovation, InnovationVersion
from sinovik.web.access import allowed, signed_in


@require_GET
@signed_in
def dossier_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Each version that was sent: number, when, by whom, to whom, who judged it."""
    innovation, sent = _sent(request, pk)
    is_insider = request.user.is_secretariat or request.user.has_role(Role.OBSERVER)
    judged = stages_that_judged([one.version_id for one in sent], is_insider=is_insider)
    hashes: dict[str, int] = {}
    rows = [
        {
            "sending": one,
            "same_as": hashes.setdefault(one.version.content_hash, one.version.number),
            "stands": one.entry.version_id == one.version_id,
            "stages": judged.get(one.version_id, []),
        }
        for one in sent
    ]
    context = {
        "innovation": innovation,
        "rows": rows[::-1],
        "entry": sent[-1].entry if sent else None,
        "choice": _choice(request, [one.version.number for one in sent]),
        "numbers": [one.version.number for one in sent],
    }
    return render(request, "competitions/dossier_versions.html", context)


@require_GET
@signed_in
def dossier_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version as it was sent, whatever the dossier says today."""
    innovation, sent = _sent(request, pk)
    sending = _of_number(sent, number)
    version = InnovationVersion.objects.get(pk=sending.version_id)
    earlier = [one.version.number for one in sent if one.version.number < number]
    context = {
        "innovation": innovation,
        "sending": sending,
        "version": version,
        "proposal": read_proposal(sending.entry, is_blind=False, version=version),
        "previous": earlier[-1] if earlier else None,
        "is_latest": sending == sent[-1],
    }
    return render(request, "competitions/dossier_version.html", context)


@require_GET
@signed_in
def dossier_difference(request: HttpRequest, pk: int) -> HttpResponse:
    """What differs between `?dari=` and `?ke=`, the last two unless they say otherwise."""
    innovation, sent = _sent(request, pk)
    if not sent:
        raise Http404
    numbers = [one.version.number for one in sent]
    first, second = _choice(request, numbers)
    old, new = (_of_number(sent, number) for number in (first, second))
    readings = [_reading(one, is_blind=False) for one in (old, new)]
    context = {
        "innovation": innovation,
        "old": old,
        "new": new,
        "numbers": numbers,
        "choice": (first, second),
        **_compared(*readings),
    }
    return render(request, "competitions/dossier_difference.html", context)


@require_GET
@allowed(check_is_judge)
def scoresheet_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Which version the judge reads, and what changed since the one submitted before it."""
    rows = Assignment.objects.select_related("stage__edition", "entry__edition", "version")
    assignment = get_object_or_404(rows, pk=pk, evaluator=request.user)
    if is_conflicted(request.user, [assignment.entry_id]):
        return render(request, "competitions/conflict_state.html", {"assignment": assignment})
    sent = submitted_until(assignment.entry, assignment.version)
    readings = [read_by_judge(assignment, sending.version) for sending in sent[-2:]]
    context = {
        "assignment": assignment,
        "version": assignment.version,
        "old": sent[-2] if len(sent) > 1 else None,
        "proposal": readings[-1],
        **(_compared(*readings) if len(sent) > 1 else {}),
    }
    return render(request, "competitions/scoresheet_versions.html", context)


def _sent(request: HttpRequest, pk: int) -> tuple[Innovation, list[Sending]]:
    """A dossier with the sendings that the person may read; 404 where there is neither."""
    innovations = Innovation.objects.select_related("agency").defer("sections")
    innovation = get_object_or_404(innovations, pk=pk)
    sent = list(sendings_of(innovation, request.user))
    if not sent and not Entry.objects.filter(innovation=pk).visible_to(request.user).exists():
        get_object_or_404(Innovation.objects.editable_by(request.user), pk=pk)
    return innovation, sent


def _of_number(sent: Sequence[Sending], number: int) -> Sending:
    for one in sent:
        if one.version.number == number:
            return one
    raise Http404


def _choice(request: HttpRequest, numbers: Sequence[int]) -> tuple[int, int]:
    """The two versions to compare, the older first; the last two by default."""
    last = numbers[-1] if numbers else 0
    before = numbers[-2] if len(numbers) > 1 else last
    wanted = [request.GET.get("dari", ""), request.GET.get("ke", "")]
    found = [
        int(typed) if typed.isdecimal() and int(typed) in numbers else default
        for typed, default in zip(wanted, (before, last), strict=True)
    ]
    return min(found), max(found)


def _reading(sending: Sending, *, is_blind: bool) -> Proposal:
    version = InnovationVersion.objects.get(pk=sending.version_id)
    return read_proposal(sending.entry, is_blind=is_blind, version=version)


def _compared(old: Proposal, new: Proposal) -> dict[str, Any]:
    found = differences(old, new)
    same = [one for one in found if not one.is_changed]
    return {"changes": changed(found), "same": [one.title for one in same]}
