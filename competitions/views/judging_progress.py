"""The board of a scored stage's judges: how far, how fast, how severe, where they differ."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from agencies.enums import Role
from agencies.models import User
from competitions.actions.judge_nudges import JudgesNudged, nudge_judges
from competitions.enums import StageState
from competitions.models import Entry, ExtraReading, Stage
from competitions.pace import Reading
from competitions.permissions import (
    can_nudge_judges,
    check_can_follow_stage,
    check_can_nudge_judges,
)
from competitions.queries.board import hidden_from
from competitions.queries.extra_readers import ExtraReaders, extra_readers_of, stuck_entries
from competitions.queries.judging import (
    Disagreement,
    JudgeLine,
    judge_lines,
    quality_of,
)
from competitions.queries.progress import finish_sentence
from competitions.queries.ranking_runs import entries_by_pk
from competitions.views.stages import readable_stage
from sinovik.audit import clock
from sinovik.web.access import Refusal, allowed
from sinovik.web.templatetags.web import decimals

PAGE = 25
ALIKE = 1
"""Points within which a judge is neither severe nor mild."""

Key = Callable[[JudgeLine], Any]


def _or_last(value: float | None) -> float:
    return float("inf") if value is None else value


ORDERS: dict[str, Key] = {
    "nama": lambda line: line.judge.name,
    "kemajuan": lambda line: line.share,
    "laju": lambda line: _or_last(line.reading.per_day),
    "selesai": lambda line: _or_last(line.reading.days_needed),
    "aktif": lambda line: line.last_activity.timestamp() if line.last_activity else 0,
    "ketat": lambda line: _or_last(line.severity),
    "sebaran": lambda line: _or_last(line.deviation),
}
FIRST = "kemajuan"


@dataclass(frozen=True)
class Row:
    """A judge as the board shows it."""

    line: JudgeLine

    @property
    def reading(self) -> Reading:
        """The numbers of the work."""
        return self.line.reading

    @property
    def finish(self) -> str:
        """When the last sheet is sent at this pace, in words."""
        return finish_sentence(self.reading)

    @property
    def said(self) -> str:
        """The severity in a word."""
        effect = self.line.severity
        if effect is None:
            return ""
        if abs(effect) < ALIKE:
            return _("sejalan")
        return _("lebih longgar") if effect > 0 else _("lebih ketat")

    @property
    def signed(self) -> str:
        """The severity in points, with its sign."""
        effect = self.line.severity
        if effect is None:
            return ""
        return f"{'+' if effect > 0 else '−'}{decimals(abs(effect), 1)}"

    @property
    def strip(self) -> list[float]:
        """The severity as a strip takes it."""
        return [] if self.line.severity is None else [self.line.severity]


@require_GET
@allowed(check_can_follow_stage)
def judging_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress of each judge; marks, and what comes of them, for the head alone until the close."""
    stage = readable_stage(request, pk)
    if not stage.has_own_sheets:
        return render(request, "competitions/judging_progress.html", {"stage": stage})
    with_marks = request.user.has_role(Role.SECRETARIAT_HEAD) or stage.state == StageState.CLOSED
    hidden = hidden_from(request.user, stage)
    lines = judge_lines(stage, hidden, at=clock.now(), with_marks=with_marks)
    quality = quality_of(stage, hidden) if with_marks else None
    effects = quality.severity.effects if quality and quality.severity.is_connected else {}
    rows = [Row(replace(line, severity=effects.get(line.judge.pk))) for line in lines]
    late = [row for row in rows if stage.is_open and row.reading.is_late]
    only_late = bool(request.GET.get("berisiko"))
    context = {
        "stage": stage,
        "edition": stage.edition,
        "is_masked": bool(hidden),
        "may_nudge": stage.is_open and can_nudge_judges(request.user, stage),
        "with_marks": with_marks,
        "rows": in_order(late if only_late else rows, request.GET.get("urut", "")),
        "late": late,
        "figures": _figures(rows),
        "columns": _columns(request, with_marks=with_marks, is_open=stage.is_open),
        "pills": _pills(request, len(rows), len(late), only_late=only_late),
        "quality": quality,
        "is_simulated": any(line.judge.is_simulated for line in lines),
    }
    if quality:
        judges = [line.judge for line in lines if line.is_serving]
        context |= _differing(request, stage, quality.disagreements, hidden, judges)
    return render(request, "competitions/judging_progress.html", context)


def in_order(rows: Sequence[Row], asked: str) -> list[Row]:
    """Rows as the address orders them, by progress where it names no order."""
    name = asked.removeprefix("-")
    key = ORDERS.get(name, ORDERS[FIRST])
    return sorted(rows, key=lambda row: key(row.line), reverse=asked.startswith("-"))


def _figures(rows: Sequence[Row]) -> dict[str, Any]:
    readings = [row.reading for row in rows]
    return {
        "total": sum(one.total for one in readings),
        "final": sum(one.final for one in readings),
        "per_day": sum(one.per_day or 0 for one in readings),
        "needed": sum(one.needed_per_day or 0 for one in readings),
    }


def _columns(request: HttpRequest, *, with_marks: bool, is_open: bool) -> list[dict[str, str]]:
    """Heads of the table; each leads to its order, then to its turn."""
    names = [("nama", _("Penilai"), True), ("kemajuan", _("Dikirim"), True)]
    names += [("laju", _("Laju"), is_open), ("selesai", _("Perkiraan selesai"), is_open)]
    names += [("aktif", _("Terakhir aktif"), True)]
    names += [("ketat", _("Keketatan"), with_marks), ("sebaran", _("Sebaran nilai"), with_marks)]
    order = request.GET.get("urut") or FIRST
    columns = []
    for key, text, is_shown in names:
        asked = request.GET.copy()
        asked["urut"] = f"-{key}" if order == key else key
        sort = {key: "ascending", f"-{key}": "descending"}.get(order, "")
        if is_shown:
            columns.append({"text": text, "sort": sort, "href": f"?{asked.urlencode()}"})
    return columns


def _pills(request: HttpRequest, all_: int, late: int, *, only_late: bool) -> list[dict[str, Any]]:
    asked = request.GET.copy()
    asked.pop("berisiko", None)
    everybody = f"?{asked.urlencode()}"
    asked["berisiko"] = "1"
    texts = (_("Semua"), everybody, all_), (_("Berisiko terlambat"), f"?{asked.urlencode()}", late)
    return [
        {"text": text, "href": href, "current": only_late == bool(place), "count": count}
        for place, (text, href, count) in enumerate(texts)
    ]


@dataclass(frozen=True)
class Differing:
    """An entry on which judges differ, and whom the rule called for it."""

    found: Disagreement
    entry: Entry
    called: Sequence[ExtraReading]
    is_missing: bool
    is_stuck: bool


def _differing(
    request: HttpRequest,
    stage: Stage,
    found: Sequence[Disagreement],
    hidden: Collection[int],
    judges: Sequence[User],
) -> dict[str, Any]:
    """A page of entries by disagreement, and what the stage's rule did about them."""
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    extra = extra_readers_of(stage, hidden) if stage.extra_readers else ExtraReaders({}, set())
    entries = entries_by_pk({one.entry for one in page.object_list} | extra.lacking)
    lacking = [entries[pk] for pk in extra.lacking]
    stuck = stuck_entries(stage, judges, lacking) if lacking else set()
    rows = [
        Differing(
            found=one,
            entry=entries[one.entry],
            called=extra.called.get(one.entry, []),
            is_missing=one.entry in extra.lacking,
            is_stuck=one.entry in stuck,
        )
        for one in page.object_list
    ]
    return {"page_obj": page, "differing": rows, "extra": extra, "stuck": stuck}


@require_POST
@allowed(check_can_nudge_judges)
def judging_nudge(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind the judge that is named, or everybody who will be late."""
    stage = readable_stage(request, pk)
    lines = judge_lines(stage, hidden_from(request.user, stage), at=clock.now(), with_marks=False)
    if named := request.POST.get("penilai"):
        chosen = [line.judge for line in lines if str(line.judge.pk) == named]
    else:
        chosen = [line.judge for line in lines if line.reading.is_late]
    try:
        outcome = nudge_judges(by=request.user, stage=stage, judges=chosen)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _said(outcome))
    return redirect("competitions:judging_progress", pk=pk)


def _said(outcome: JudgesNudged) -> str:
    text = ngettext("%(count)d penilai diingatkan.", "%(count)d penilai diingatkan.", outcome.told)
    parts = [text % {"count": outcome.told}]
    if outcome.again:
        parts.append(_("%(count)s sudah diingatkan hari ini.") % {"count": outcome.again})
    if outcome.done:
        parts.append(_("%(count)s sudah mengirim semua lembarnya.") % {"count": outcome.done})
    return " ".join(parts)
