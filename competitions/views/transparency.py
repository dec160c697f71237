"""How an edition was judged, for everybody: rules, figures, agreement, moves; no person."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from competitions.enums import StageKind
from competitions.models import Edition, Stage
from competitions.queries.calendar import stages_by_position
from competitions.queries.figures import Breakdown, breakdown, is_over
from competitions.queries.policy import declared_steps, step_text
from competitions.queries.transparency import (
    FAR_APART,
    STEP,
    Bin,
    ListFigures,
    Move,
    Rate,
    open_lists,
    opened_edition,
    rates,
)
from competitions.views.public_figures import (
    funnel_steps,
    province_lines,
    result_href,
    type_lines,
)
from sinovik.audit.models import Seal
from sinovik.exports import table_file
from sinovik.web.access import public
from sinovik.web.attachments import attached
from sinovik.web.shared import shared
from sinovik.web.templatetags.web import decimals, number, percent


def _find(year: int) -> tuple[Edition, list[Stage]]:
    edition = opened_edition(year)
    if edition is None:
        raise Http404
    return edition, stages_by_position(edition)


def _rates(figures: Breakdown, stages: Sequence[Stage], table: str) -> list[Rate]:
    """Pass rates by one cut; empty until the administrative selection has closed."""
    if not is_over(stages, StageKind.ADMINISTRATIVE):
        return []
    lines = type_lines(figures) if table == "jenis" else province_lines(figures)
    counted = [(line["label"], line["counts"]) for line in lines]
    return rates([(label, counts.submitted or 0, counts.passed or 0) for label, counts in counted])


def _span(column: Bin) -> str:
    return _("%(low)s sampai %(high)s") % {"low": column.low, "high": column.low + STEP}


def _seats(stages: Sequence[Stage]) -> list[dict[str, Any]]:
    """Selection stages with what ranks, what breaks ties and which policy steps follow."""
    names = {one.key: _(one.name) for stage in stages for one in stage.criteria.all()}
    by_pk = {stage.pk: stage for stage in stages}
    return [
        {
            "stage": stage,
            "tie_break": [
                names[key]
                for key in stage.tie_break or by_pk[stage.ranks_from_id or stage.pk].tie_break
            ],
            "steps": [
                step_text(step)
                for step in declared_steps(stage, by_pk[stage.ranks_from_id or stage.pk])
            ],
        }
        for stage in stages
        if stage.kind == StageKind.SELECTION
    ]


def _place(rank: int | None, is_tied: bool) -> str:
    said = number(rank)
    return _("%(rank)s (seri)") % {"rank": said} if is_tied else said


def move_text(move: Move) -> str:
    """What a motion moved, or was to move where the plenary refused it."""
    if move.rank_in and move.rank_out:
        done = _("Peringkat %(in)s masuk, peringkat %(out)s keluar.")
        asked = _("Peringkat %(in)s diusulkan masuk, peringkat %(out)s diusulkan keluar.")
    elif move.rank_in:
        done = _("Peringkat %(in)s masuk daftar.")
        asked = _("Peringkat %(in)s diusulkan masuk daftar.")
    else:
        done = _("Peringkat %(out)s keluar dari daftar.")
        asked = _("Peringkat %(out)s diusulkan keluar dari daftar.")
    return (done if move.is_carried else asked) % {
        "in": _place(move.rank_in, move.is_tied_in),
        "out": _place(move.rank_out, move.is_tied_out),
    }


def _list(year: int, stage: Stage, figures: ListFigures) -> dict[str, Any]:
    intraclass = figures.agreement.intraclass
    return {
        "stage": stage,
        "figures": figures,
        "moves": [{"text": move_text(move), "move": move} for move in figures.moves],
        "href": result_href(year, stage.slug),
        "csv_href": reverse("competitions:transparency_csv", args=[year, f"sebaran-{stage.slug}"]),
        "maximum": max((column.count for column in figures.bins), default=0),
        "columns": [
            {
                "label": _span(column),
                "value": column.count,
                "note": _("%(n)s terpilih") % {"n": column.selected} if column.selected else "",
            }
            for column in figures.bins
        ],
        "intraclass": "" if intraclass is None else decimals(intraclass),
        "far_apart": percent(figures.agreement.share_far_apart),
    }


@public
@shared
@require_safe
def transparency(request: HttpRequest, year: int) -> HttpResponse:
    """Everything about the judging that the state of the edition allows to be told."""
    edition, stages = _find(year)
    figures = breakdown(edition, stages)
    context = {
        "edition": edition,
        "rubrics": [stage for stage in stages if stage.criteria.all()],
        "seated": _seats(stages),
        "rules": [rule for rule in edition.rules.all() if rule.is_on],
        "total": figures.total,
        "steps": funnel_steps(figures.total, stages),
        "types": _rates(figures, stages, "jenis"),
        "provinces": _rates(figures, stages, "provinsi"),
        "lists": [_list(year, *found) for found in open_lists(stages)],
        "threshold": FAR_APART,
        "seal": Seal.objects.first(),
    }
    return render(request, "competitions/transparency.html", context)


@public
@shared
@require_safe
def transparency_csv(request: HttpRequest, year: int, table: str) -> HttpResponse:
    """A table of the page as CSV; missing until it may be shown."""
    edition, stages = _find(year)
    counted = breakdown(edition, stages)
    simulated = _("ya") if counted.total.simulated else _("tidak")
    rows: list[list[object]] = []
    if table in ("jenis", "provinsi"):
        header = ["nama", "diajukan", "lolos_administrasi", "simulasi"]
        found = _rates(counted, stages, table)
        rows = [
            [
                rate.label,
                rate.submitted,
                _("disamarkan") if rate.passed is None else rate.passed,
                simulated,
            ]
            for rate in found
        ]
    else:
        header = ["nilai_dari", "nilai_sampai", "peserta", "terpilih", "simulasi"]
        for stage, figures in open_lists(stages):
            if table == f"sebaran-{stage.slug}":
                rows = [
                    [one.low, one.low + STEP, one.count, one.selected, simulated]
                    for one in figures.bins
                ]
    if not rows:
        raise Http404
    name = f"transparansi-{table}-{year}"
    return attached(table_file(request.GET.get("bentuk"), name, header, rows))
