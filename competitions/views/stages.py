"""The stages of an edition: where they stand, what blocks them, opening and closing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.enums import Role
from agencies.models import User
from competitions.actions.stages import close_stage, open_stage
from competitions.enums import CheckState, CutOffState, StageKind, StageState
from competitions.models import CutOff, Edition, Stage
from competitions.permissions import (
    check_can_close_stage,
    check_can_follow_stage,
    check_can_open_stage,
)
from competitions.permissions.design import can_read_design
from competitions.queries.board import hidden_from
from competitions.queries.conflicts import hidden_in
from competitions.queries.corrections import round_figures
from competitions.queries.deadlines import last_close
from competitions.queries.extra_readers import awaited_extras
from competitions.queries.progress import (
    StageFigures,
    coverage,
    stage_figures,
    undecided_checks,
    unsubmitted,
)
from competitions.queries.redaction_queue import counts
from competitions.queries.sheets import entries_short_of_sheets, reopened_drafts
from competitions.views.refusals import status_of, why_not
from sinovik.audit import clock
from sinovik.web.access import Forbidden, Refusal, allowed
from sinovik.web.factors import with_fresh_proof
from sinovik.web.prepared import Prepared
from sinovik.web.templatetags.web import number, zones

LINE_STATES = {
    StageState.PLANNED: "upcoming",
    StageState.OPEN: "current",
    StageState.CLOSED: "done",
}


def check_may_read(user: User, stage: Stage) -> None:
    """Observers read a stage's work once it is closed; the secretariat always."""
    check_can_follow_stage(user, stage)
    only_observer = user.has_role(Role.OBSERVER) and not user.is_secretariat
    if only_observer and stage.state != StageState.CLOSED:
        raise Forbidden(_("Pengamat dapat membaca tahap ini setelah ditutup."))


def readable_stage(request: HttpRequest, pk: int) -> Stage:
    """The stage with its edition, for whoever may read its work."""
    stage = _STAGE.first(pk=pk)
    if stage is None:
        raise Http404
    check_may_read(request.user, stage)
    return stage


_STAGE = Prepared(
    lambda pk: (
        Stage.objects.with_deadline()
        .filter(pk=pk)
        .select_related("edition", "ranks_from")
        .order_by()
    ),
    "pk",
)


@require_GET
@allowed(check_can_follow_stage)
def stage_list(request: HttpRequest, year: int) -> HttpResponse:
    """All stages of an edition with their state and figures."""
    edition = get_object_or_404(Edition, year=year)
    hidden = hidden_in(edition.pk, request.user)
    figures = stage_figures(edition, hidden)
    stages = list(edition.stages.with_deadline().order_by("position"))
    rows = [
        {
            "stage": stage,
            "figures": figures.get(stage.pk, StageFigures()),
            "line": LINE_STATES[StageState(stage.state)],
            "links": work_links(stage, edition),
            "is_readable": not why_not(check_may_read, request.user, stage),
        }
        for stage in stages
    ]
    context = {
        "edition": edition,
        "rows": rows,
        "is_masked": bool(hidden),
        "can_read_design": can_read_design(request.user),
    }
    return render(request, "competitions/stage_list.html", context)


@require_GET
@allowed(check_can_follow_stage)
def stage_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One stage: dates, figures, what keeps it from closing, where its work is done."""
    stage = readable_stage(request, pk)
    return render(request, "competitions/stage_detail.html", _stage_context(request, stage))


def _stage_context(request: HttpRequest, stage: Stage) -> dict[str, Any]:
    hidden = hidden_from(request.user, stage)
    figures = stage_figures(stage.edition, hidden)
    is_checked = stage.kind == StageKind.ADMINISTRATIVE
    earlier = stage.edition.stages.filter(position__lt=stage.position)
    unfinished = earlier.exclude(state=StageState.CLOSED).order_by("position").last()
    waiting = counts(request.user, stage)["waiting"] if stage.is_blind else 0
    return {
        "stage": stage,
        "edition": stage.edition,
        "figures": figures.get(stage.pk, StageFigures()),
        "links": work_links(stage, stage.edition, waiting=waiting),
        "is_masked": bool(hidden),
        "rounds": round_figures(stage, hidden) if is_checked else None,
        "blockers": blockers(stage, hidden) if stage.is_open else [],
        "lapsing": (unsubmitted(stage, hidden) if stage.kind == StageKind.REGISTRATION else 0),
        "unfinished": unfinished,
        "is_early": clock.now() < stage.opens_at,
        "open_refusal": why_not(check_can_open_stage, request.user, stage),
        "close_refusal": why_not(check_can_close_stage, request.user, stage),
    }


def work_links(stage: Stage, edition: Edition, *, waiting: int = 0) -> list[dict[str, str]]:
    """Where the work of a stage of this kind is done; `waiting` texts are not looked through."""
    queue = {
        "text": _("Antrean seleksi"),
        "href": reverse("competitions:check_queue", args=[edition.year]),
    }
    board = {
        "text": _("Penugasan"),
        "href": reverse("competitions:assignment_board", args=[stage.pk]),
    }
    progress = {
        "text": _("Kemajuan dan mutu penilaian"),
        "href": reverse("competitions:judging_progress", args=[stage.pk]),
    }
    ranking = {
        "text": _("Papan peringkat"),
        "href": reverse("competitions:ranking_board", args=[stage.pk]),
    }
    objections = {
        "text": _("Sanggahan"),
        "href": reverse("competitions:objection_board", args=[stage.pk]),
    }
    lists = [ranking, objections] if stage.objection_days else [ranking]
    deadline = {
        "text": _("Tenggat, perpanjangan, dan yang terlambat"),
        "href": reverse("competitions:deadline_board", args=[edition.year]),
    }
    by_kind = {
        StageKind.REGISTRATION: [deadline],
        StageKind.ADMINISTRATIVE: [queue],
        StageKind.REVIEW: [board, progress],
        StageKind.SELECTION: lists
        if stage.ranks_from_id
        else [*_hearing_links(stage), board, progress, *lists],
    }
    found = by_kind[StageKind(stage.kind)]
    return [_redaction_link(stage, waiting), *found] if stage.is_blind else found


def _redaction_link(stage: Stage, waiting: int) -> dict[str, str]:
    """Where texts are looked through, and how many wait for it."""
    text = _("Penyamaran naskah")
    if waiting:
        text = ngettext(
            "Penyamaran naskah: %(count)s belum diperiksa",
            "Penyamaran naskah: %(count)s belum diperiksa",
            waiting,
        ) % {"count": number(waiting)}
    return {"text": text, "href": reverse("competitions:redaction_list", args=[stage.pk])}


def _hearing_links(stage: Stage) -> list[dict[str, str]]:
    """Where a panel hears and visits its entries."""
    return [
        {
            "text": _("Presentasi"),
            "href": reverse("competitions:presentation_schedule", args=[stage.pk]),
        },
        {
            "text": _("Kunjungan lapangan"),
            "href": reverse("competitions:visit_board", args=[stage.pk]),
        },
    ]


def blockers(stage: Stage, hidden: frozenset[int]) -> list[dict[str, str]]:
    """What keeps an open stage from closing, each with the place to settle it.

    Entries `hidden` from the reader are in no number.
    """
    found = BLOCKERS[StageKind(stage.kind)](stage, hidden)
    return [one for one in found if one]


def _undecided(stage: Stage, hidden: frozenset[int]) -> list[dict[str, str]]:
    queue = reverse("competitions:check_queue", args=[stage.edition.year])
    tabs = {
        CheckState.QUEUED: "antrean",
        CheckState.CLAIMED: "diperiksa",
        CheckState.FAIL_PROPOSED: "kedua",
    }
    return [
        {
            "text": ngettext(
                "%(count)s proposal: %(state)s.", "%(count)s proposal: %(state)s.", count
            )
            % {"count": count, "state": str(CheckState(state).label).lower()},
            "href": f"{queue}?keadaan={tabs[CheckState(state)]}",
        }
        for state, count in undecided_checks(stage, hidden).items()
    ]


def _missing_sheets(stage: Stage, hidden: frozenset[int]) -> list[dict[str, str]]:
    board = reverse("competitions:assignment_board", args=[stage.pk])
    found = []
    if missing := coverage(stage, hidden).missing:
        text = ngettext(
            "%(count)s lembar belum ditugaskan.", "%(count)s lembar belum ditugaskan.", missing
        )
        found.append({"text": text % {"count": missing}, "href": board})
    if short := len(set(entries_short_of_sheets(stage)) - hidden):
        text = ngettext(
            "%(count)s peserta belum memiliki %(needed)s lembar nilai yang dikirim.",
            "%(count)s peserta belum memiliki %(needed)s lembar nilai yang dikirim.",
            short,
        )
        found.append(
            {"text": text % {"count": short, "needed": stage.reviews_per_entry}, "href": board}
        )
    if awaited := len(awaited_extras(stage) - hidden):
        text = ngettext(
            "%(count)s bacaan tambahan belum dikirim.",
            "%(count)s bacaan tambahan belum dikirim.",
            awaited,
        )
        progress = reverse("competitions:judging_progress", args=[stage.pk])
        found.append({"text": text % {"count": awaited}, "href": progress})
    if reopened := len(reopened_drafts(stage) - hidden):
        text = ngettext(
            "%(count)s lembar yang dibuka kembali belum dikirim lagi.",
            "%(count)s lembar yang dibuka kembali belum dikirim lagi.",
            reopened,
        )
        sheets = reverse("competitions:sheet_list", args=[stage.pk]) + "?status=dibuka"
        found.append({"text": text % {"count": reopened}, "href": sheets})
    return found


def _unscheduled(stage: Stage, _hidden: frozenset[int]) -> list[dict[str, str]]:
    board = reverse("competitions:ranking_board", args=[stage.pk])
    scheduled = CutOff.objects.filter(stage=stage, state=CutOffState.SCHEDULED).exists()
    text = _("Daftar belum dikunci dan pengumumannya belum dijadwalkan.")
    return [] if scheduled else [{"text": text, "href": board}]


def _not_over(stage: Stage, _hidden: frozenset[int]) -> list[dict[str, str]]:
    until = last_close(stage)
    if clock.database_now() >= until:
        return []
    text = _("Tenggat pendaftaran belum lewat bagi semua instansi. Tutup setelah %(moment)s.")
    deadlines = reverse("competitions:deadline_board", args=[stage.edition.year])
    return [{"text": text % {"moment": zones(until)}, "href": deadlines}]


BLOCKERS = {
    StageKind.REGISTRATION: _not_over,
    StageKind.ADMINISTRATIVE: _undecided,
    StageKind.REVIEW: _missing_sheets,
    StageKind.SELECTION: _unscheduled,
}


@require_POST
@allowed(check_can_open_stage)
def stage_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a stage; the refusal, if any, is read on the stage's page."""
    stage = get_object_or_404(Stage, pk=pk)
    try:
        open_stage(by=request.user, stage=stage)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Tahap “%(name)s” dibuka.") % {"name": _(stage.name)})
    return redirect("competitions:stage_detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_close_stage)
@with_fresh_proof()
def stage_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what closing means, then close."""
    stage = get_object_or_404(
        Stage.objects.with_deadline().select_related("edition", "ranks_from"), pk=pk
    )
    refusal_text, status = "", 200
    if request.method == "POST":
        try:
            close_stage(by=request.user, stage=stage)
        except Refusal as refusal:
            refusal_text, status = str(refusal), status_of(refusal)
        else:
            messages.success(request, _("Tahap “%(name)s” ditutup.") % {"name": _(stage.name)})
            return redirect("competitions:stage_detail", pk=pk)
    context = _stage_context(request, stage) | {"refusal": refusal_text}
    return render(request, "competitions/stage_close.html", context, status=status)
