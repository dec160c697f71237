"""The radar: who holds what has not reached the ministry, and reminding them."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from agencies.enums import AgencyType
from competitions.actions.radar import Nudged, nudge_holder, nudge_holders
from competitions.filters import RadarFilter
from competitions.models import Entry, Stage
from competitions.pace import Risk
from competitions.permissions.radar import check_can_nudge, check_can_see_radar
from competitions.queries.radar import (
    ORDERS,
    RadarRow,
    census,
    for_table,
    open_registrations,
    radar_entries,
    radar_rows,
    readable,
    rows_in_order,
    section_titles,
)
from competitions.views.radar_rows import written
from competitions.views.refusals import why_not
from sinovik.audit import clock
from sinovik.exports import CSV_TYPE, XLSX_TYPE, csv_bytes, xlsx_bytes
from sinovik.web.access import Refusal, allowed
from sinovik.web.ways import own_path

PAGE = 25
MOST_AT_ONCE = 500
EXPORT_HEADER = (
    "nomor", "judul", "instansi", "jenis_instansi", "provinsi", "pemegang", "sejak", "selesai",
    "bagian", "kurang", "peluang_tidak_sampai", "risiko", "alasan", "batas_aman", "dihitung",
    "simulasi",
)  # fmt: skip


def _chosen(request: HttpRequest, stages: list[Stage]) -> Stage | None:
    wanted = request.GET.get("edisi", "")
    named = [stage for stage in stages if str(stage.edition.year) == wanted]
    return next(iter(named or stages), None)


def _filtered(request: HttpRequest, stage: Stage) -> RadarFilter:
    entries = radar_entries(request.user, stage.edition).order_by(*ORDERS["risiko"])
    return RadarFilter(request.GET, queryset=entries, is_narrow=not request.user.is_secretariat)


@require_GET
@allowed(check_can_see_radar)
def radar_list(request: HttpRequest) -> HttpResponse:
    """Entries of a running registration that have not reached the ministry."""
    stages = open_registrations(request.user)
    stage = _chosen(request, stages)
    if stage is None:
        return render(request, "competitions/radar_list.html", {"stage": None})
    chosen = _filtered(request, stage)
    is_filtered = any(request.GET.get(name) for name in chosen.filters)
    numbers, lines = census(request.user, stage.edition)
    paginator = Paginator(chosen.qs.values_list("pk", flat=True), PAGE)
    if not is_filtered:
        paginator.count = numbers.waiting  # type: ignore[misc]
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "stage": stage,
        "edition": stage.edition,
        "year": str(stage.edition.year),
        "high_href": f"{request.path}?edisi={stage.edition.year}&risiko={Risk.HIGH}",
        "edition_pills": _pills(stages, stage),
        "filter": chosen,
        "is_filtered": is_filtered,
        "page_obj": page,
        "rows": written(_rows(request, stage, rows_in_order(list(page)))),
        "census": numbers,
        "agencies": [(one.name, one.counts) for one in lines] if len(lines) > 1 else [],
        "agency_labels": [_("Di unit"), _("Di admin"), _("Di kementerian"), _("Risiko tinggi")],
        "query": request.GET.urlencode(),
    }
    return render(request, "competitions/radar_list.html", context)


def _pills(stages: list[Stage], chosen: Stage) -> list[dict[str, Any]]:
    home = reverse("competitions:radar_list")
    return [
        {
            "text": stage.edition.name,
            "href": f"{home}?edisi={stage.edition.year}",
            "current": stage == chosen,
            "count": None,
        }
        for stage in stages
    ]


def _rows(request: HttpRequest, stage: Stage, entries: list[Entry]) -> list[dict[str, Any]]:
    user = request.user
    titles = section_titles(stage.edition)
    today = timezone.localdate(clock.now())
    rows = radar_rows(entries, by=user, titles=titles, today=today)
    opened = readable(user, [entry.pk for entry in entries])
    return [
        {
            "row": row,
            "is_readable": row.entry.pk in opened,
            "refusal": why_not(check_can_nudge, user, row.entry),
        }
        for row in rows
    ]


def _export(request: HttpRequest) -> tuple[Stage, Iterator[tuple[object, ...]]]:
    stage = _chosen(request, open_registrations(request.user))
    if stage is None:
        raise Http404
    entries = list(for_table(_filtered(request, stage).qs))
    titles = section_titles(stage.edition)
    today = timezone.localdate(clock.now())
    rows = radar_rows(entries, by=request.user, titles=titles, today=today)
    kinds = {value: str(label) for value, label in AgencyType.choices}
    is_simulated = {True: _("ya"), False: _("tidak")}
    return stage, (_cells(row, kinds, is_simulated) for row in rows)


def _cells(
    row: RadarRow, kinds: dict[str, str], is_simulated: dict[bool, str]
) -> tuple[object, ...]:
    entry = row.entry
    said = getattr(entry, "forecast", None)
    region = entry.agency.region
    return (
        entry.number,
        entry.innovation.title,
        entry.agency.name,
        kinds[entry.agency.agency_type],
        region.province_or_self.name if region else "",
        row.holder,
        row.since.isoformat(timespec="minutes"),
        said.done if said else None,
        said.total if said else None,
        row.missing,
        row.chance,
        row.label,
        "; ".join(row.reasons),
        row.safe_until.isoformat(timespec="minutes") if row.safe_until else "",
        said.computed_at.isoformat(timespec="minutes") if said else "",
        is_simulated[entry.innovation.is_simulated],
    )


@require_GET
@allowed(check_can_see_radar)
def radar_csv(request: HttpRequest) -> HttpResponse:
    """The filtered radar as CSV."""
    stage, rows = _export(request)
    return _download(csv_bytes(EXPORT_HEADER, rows), CSV_TYPE, f"radar-{stage.edition.year}.csv")


@require_GET
@allowed(check_can_see_radar)
def radar_xlsx(request: HttpRequest) -> HttpResponse:
    """The filtered radar as XLSX."""
    stage, rows = _export(request)
    content = xlsx_bytes(f"Radar {stage.edition.year}", EXPORT_HEADER, rows)
    return _download(content, XLSX_TYPE, f"radar-{stage.edition.year}.xlsx")


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@allowed(check_can_see_radar)
def radar_nudge_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind about one entry with one click."""
    entries = Entry.objects.watched_by(request.user).select_related("edition")
    entry = get_object_or_404(entries, pk=pk)
    try:
        outcome = nudge_holder(by=request.user, entry=entry)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext(
            "%(count)d orang diingatkan tentang %(number)s.",
            "%(count)d orang diingatkan tentang %(number)s.",
            outcome.people,
        )
        messages.success(request, text % {"count": outcome.people, "number": entry.number})
    # Whoever goes by keyboard goes on from the row, not from the top.
    return redirect(f"{_back(request)}#usulan-{pk}")


@require_POST
@allowed(check_can_see_radar)
def radar_nudge(request: HttpRequest) -> HttpResponse:
    """Remind about a selection: first the numbers, then, confirmed, the messages."""
    picked = [int(pk) for pk in request.POST.getlist("pilih") if pk.isascii() and pk.isdigit()]
    entries = list(
        Entry.objects.watched_by(request.user)
        .filter(pk__in=picked[:MOST_AT_ONCE])
        .select_related("edition", "agency__region", "innovation")
        .order_by("pk")
    )
    if not entries:
        messages.error(request, _("Pilih paling sedikit satu proposal, lalu ingatkan lagi."))
        return redirect(_back(request))
    mine = [entry for entry in entries if not why_not(check_can_nudge, request.user, entry)]
    if "ya" not in request.POST:
        context = {"entries": mine, "left_out": len(entries) - len(mine), "back": _back(request)}
        return render(request, "competitions/radar_nudge.html", context)
    try:
        outcome = nudge_holders(by=request.user, entries=mine)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _said(outcome))
    return redirect(_back(request))


def _said(outcome: Nudged) -> str:
    parts = [
        _("%(people)s orang diingatkan tentang %(count)s proposal.")
        % {"people": outcome.people, "count": outcome.told}
    ]
    if outcome.again:
        parts.append(_("%(count)s sudah Anda ingatkan hari ini.") % {"count": outcome.again})
    if outcome.moved:
        parts.append(_("%(count)s sudah berpindah ke kementerian.") % {"count": outcome.moved})
    if outcome.closed:
        parts.append(_("%(count)s sudah melewati tenggatnya.") % {"count": outcome.closed})
    if outcome.nobody:
        parts.append(_("%(count)s tidak punya pemegang akun aktif.") % {"count": outcome.nobody})
    return " ".join(parts)


def _back(request: HttpRequest) -> str:
    """The radar as it was filtered."""
    wanted = own_path(request.POST.get("kembali", ""))
    home = reverse("competitions:radar_list")
    return wanted if wanted.startswith(f"{home}?") else home
