"""Editions of the contest: the list, and one edition with its rules and schedule."""

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from competitions.enums import StageKind, StageState
from competitions.models import Edition, Stage
from competitions.queries.articles import documents_of, told
from competitions.queries.calendar import (
    edition_with_rules,
    registration_of,
    stages_by_position,
    takes_entries,
)
from competitions.queries.deadline_needs import public_extensions
from competitions.queries.figures import band_stages, breakdown, published_figures
from competitions.queries.results_public import announcement_of, is_announced, published_editions
from competitions.queries.rules import statements_by_group
from competitions.views.public_figures import conflicts, funnel_steps, result_href
from sinovik.web.access import public
from sinovik.web.shared import shared
from sinovik.web.templatetags.web import day, moment

STAMP = "%Y%m%dT%H%M%SZ"
TIMELINE_STATES = {
    StageState.PLANNED: "upcoming",
    StageState.OPEN: "current",
    StageState.CLOSED: "done",
}


def edition_state(edition: Edition, stages: list[Stage]) -> dict[str, str]:
    """A tag for where the edition stands: its text and tone."""
    if takes_entries(registration_of(stages)):
        return {"text": _("Pendaftaran dibuka"), "tone": "green"}
    bands = band_stages(stages)
    if bands and all(is_announced(stage) for stage in bands):
        return {"text": _("Sudah diumumkan"), "tone": "gold"}
    running = next((stage for stage in stages if stage.state == StageState.OPEN), None)
    if running is not None:
        return {"text": _(running.name), "tone": "blue"}
    return {"text": _("Dipersiapkan"), "tone": "grey"}


@public
@shared
@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    """Editions, newest first, each with its state and its lists of winners."""
    cards = []
    for edition in published_editions():
        stages = stages_by_position(edition)
        bands = [
            {"text": _(stage.name), "href": result_href(edition.year, stage.slug)}
            for stage in band_stages(stages)
            if is_announced(stage)
        ]
        registration = registration_of(stages)
        cards.append(
            {
                "edition": edition,
                "state": edition_state(edition, stages),
                "bands": bands,
                "closes_at": registration.deadline if takes_entries(registration) else None,
            }
        )
    return render(request, "competitions/edition_list.html", {"cards": cards})


def timeline_items(stages: list[Stage]) -> list[dict[str, Any]]:
    """The schedule; a list's line says when it is announced once that is fixed."""
    items = []
    for stage in stages:
        announcement = announcement_of(stage)
        text = ""
        if announcement is not None:
            said = _("Diumumkan %(moment)s") if is_announced(stage) else _("Pengumuman %(moment)s")
            text = said % {"moment": moment(announcement.announce_at)}
        items.append(
            {
                "title": _(stage.name),
                "when": f"{day(stage.opens_at)} – {day(stage.deadline)}",
                "text": text,
                "state": TIMELINE_STATES[StageState(stage.state)],
            }
        )
    return items


@public
@shared
@require_safe
def edition_detail(request: HttpRequest, year: int) -> HttpResponse:
    """Theme, groups, schedule, criteria, figures and sources of one edition."""
    edition = edition_with_rules(year)
    if edition is None:
        raise Http404
    stages = stages_by_position(edition)
    figures = published_figures(year)
    total = breakdown(edition, stages).total
    registration = registration_of(stages)
    context = {
        "edition": edition,
        "state": edition_state(edition, stages),
        "registration": registration,
        "is_open": takes_entries(registration),
        "extensions": public_extensions(registration) if registration else None,
        "is_upcoming": registration is not None and registration.state == StageState.PLANNED,
        "timeline": timeline_items(stages),
        "group_terms": statements_by_group(edition, registration),
        "rubrics": [stage for stage in stages if stage.criteria.all()],
        "reviews": [stage for stage in stages if stage.kind == StageKind.REVIEW],
        "bands": [
            {"text": _(stage.name), "href": result_href(year, stage.slug), "stage": stage}
            for stage in band_stages(stages)
        ],
        "has_objections": any(stage.objection_days for stage in stages),
        "total": total,
        "steps": funnel_steps(total, stages),
        "conflicts": conflicts(figures),
        "figures": figures,
        "papers": [told(paper) for paper in documents_of(edition)],
    }
    return render(request, "competitions/edition_detail.html", context)


@public
@shared
@require_safe
def edition_calendar(request: HttpRequest, year: int) -> HttpResponse:
    """The schedule for people's calendars (RFC 5545): each stage, and the close of registration.

    A stage lasts for weeks, which calendars draw as a bar; the instant that entrants must not
    miss is an event of its own.
    """
    edition = get_object_or_404(Edition.objects.published(), year=year)
    address = request.build_absolute_uri(edition.get_absolute_url())
    lines = []
    mark = _("Data simulasi") if edition.is_simulated else ""
    for stage in edition.stages.with_deadline().order_by("position"):
        uid = f"{edition.year}-{stage.slug}"
        lines += event_lines(
            uid=f"{uid}@sinovik",
            stamp=stage.opens_at,
            starts_at=stage.opens_at,
            ends_at=stage.deadline,
            summary=f"{edition.name}: {_(stage.name)}",
            url=address,
            description=mark,
        )
        if stage.kind == StageKind.REGISTRATION:
            lines += event_lines(
                uid=f"{uid}-tutup@sinovik",
                stamp=stage.opens_at,
                starts_at=stage.deadline,
                ends_at=stage.deadline,
                summary=_("%(edition)s: pendaftaran ditutup") % {"edition": edition.name},
                url=address,
                description=mark,
            )
    return calendar_response(lines, f"kipp-{year}.ics")


def event_lines(
    *,
    uid: str,
    stamp: datetime,
    starts_at: datetime,
    ends_at: datetime,
    summary: str,
    url: str,
    description: str = "",
    location: str = "",
) -> list[str]:
    """One event of a calendar (RFC 5545); instants in UTC. What ends as it starts has no end."""
    start, end, made = (one.astimezone(UTC) for one in (starts_at, ends_at, stamp))
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{made:{STAMP}}",
        f"DTSTART:{start:{STAMP}}",
        *([f"DTEND:{end:{STAMP}}"] if end > start else []),
        f"SUMMARY:{_escaped(summary)}",
        f"URL:{url}",
    ]
    if description:
        lines.append(f"DESCRIPTION:{_escaped(description)}")
    if location:
        lines.append(f"LOCATION:{_escaped(location)}")
    return [*lines, "END:VEVENT"]


def calendar_response(events: list[str], filename: str) -> HttpResponse:
    """A calendar file of these events."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//SINOVIK//KIPP//ID"]
    lines = [_folded(line) for line in [*head, *events, "END:VCALENDAR", ""]]
    text = "\r\n".join(lines)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _folded(line: str) -> str:
    """The line in pieces of at most 75 bytes, no character cut in two (RFC 5545, 3.1)."""
    pieces, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > 75:
            pieces.append("")
            size = 1  # the blank that begins a further piece
        pieces[-1] += character
        size += width
    return "\r\n ".join(pieces)


def _escaped(text: str) -> str:
    """Text as RFC 5545 wants it, on one line."""
    text = " ".join(text.splitlines())
    for character in ("\\", ",", ";"):
        text = text.replace(character, f"\\{character}")
    return text
