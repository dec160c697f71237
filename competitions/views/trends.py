"""All years side by side: chains from rows and as published, parts by year, every source."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agencies.enums import AgencyType
from agencies.models import Region
from competitions.models import Edition
from competitions.queries.figures import Counts, band_stages, published_figures
from competitions.queries.results_public import published_editions
from competitions.queries.trends import (
    PARTS,
    WHOLE,
    Published,
    funnels,
    parts_by_year,
    published_steps,
)
from competitions.views import public_figures as shown
from innovations.models import Category, SustainableGoal
from sinovik.audit import clock
from sinovik.exports import table_file
from sinovik.web.access import public
from sinovik.web.attachments import attached
from sinovik.web.shared import shared
from sinovik.web.templatetags.web import number

CHARTS = ("registered", "submitted", "passed_admin")
COLUMNS = (
    ("registered", shown.METRICS["registered"]),
    ("submitted", shown.METRICS["submitted"]),
    ("passed_admin", shown.METRICS["passed_admin"]),
    ("top99", shown.METRICS["top99"]),
    ("last", gettext_lazy("Penetapan akhir")),
)


def _published_cells(measures: dict[str, Published]) -> list[dict[str, Any]]:
    last = next((name for name in ("top45", "top40") if name in measures), "")
    cells = []
    for name, _label in COLUMNS:
        told = measures.get(last if name == "last" else name)
        cells.append(
            {
                "values": told.values if told else (),
                "note": _in_short(told) if told else "",
            }
        )
    return cells


def _in_short(told: Published) -> str:
    if told.is_disputed:
        return _("sumber berbeda")
    return _("jumlah menurut kelompok") if told.is_sum else ""


def _counted_cells(counts: Counts) -> list[dict[str, Any]]:
    first, *rest = [*counts.bands.values(), None, None]
    values = [counts.recorded, counts.submitted, counts.passed, first, rest[0]]
    return [{"values": () if value is None else (value,), "note": ""} for value in values]


def chain_lines(
    published: dict[int, dict[str, Published]], counted: dict[int, Counts]
) -> list[dict[str, Any]]:
    """Lines of the table of years: as published, then as counted here."""
    lines: list[dict[str, Any]] = []
    for year in sorted({*published, *counted}, reverse=True):
        if year in published:
            cells = _published_cells(published[year])
            lines.append({"year": year, "is_counted": False, "cells": cells, "simulated": False})
        if year in counted:
            cells = _counted_cells(counted[year])
            simulated = counted[year].simulated > 0
            lines.append({"year": year, "is_counted": True, "cells": cells, "simulated": simulated})
    for line in lines:
        for cell, (_name, label) in zip(line["cells"], COLUMNS, strict=True):
            cell["column"] = label
    return lines


def _charts(published: dict[int, dict[str, Published]]) -> list[dict[str, Any]]:
    """A chart of each measure over the years; other values of a year stand beside the first."""
    charts = []
    for name in CHARTS:
        rows: list[dict[str, Any]] = [
            {"label": str(year), "value": told.values[0], "note": _note(told)}
            for year, measures in published.items()
            if (told := measures.get(name))
        ]
        if rows:
            maximum = max(row["value"] for row in rows)
            charts.append(
                {"key": name, "label": shown.METRICS[name], "rows": rows, "maximum": maximum}
            )
    return charts


def _note(told: Published) -> str:
    if told.is_disputed:
        others = "; ".join(number(value) for value in told.values[1:])
        return _("sumber lain: %(values)s") % {"values": others}
    return _in_short(told)


def _part_table(
    names: Sequence[tuple[str, str]], found: dict[str, dict[int, int]], rest: str
) -> dict[str, Any]:
    years = sorted({year for counts in found.values() for year in counts})
    lines = [*names, ("", rest)] if "" in found else names
    return {
        "columns": [str(year) for year in years],
        "lines": [
            {"label": label, "values": [found.get(key, {}).get(year, 0) for year in years]}
            for key, label in lines
        ],
    }


def _parts(editions: Sequence[Edition]) -> list[dict[str, Any]]:
    """Tables of kinds of agency, provinces, fields and goals by year. Seven queries."""
    goals = [(str(goal.number), str(goal)) for goal in SustainableGoal.objects.all()]
    tables = [
        ("type", _("Menurut jenis instansi"), _kinds(), _("Lainnya")),
        ("province", _("Menurut provinsi"), _provinces(), _("Instansi pusat")),
        ("category", _("Menurut kategori"), _fields(), _("Tanpa kategori")),
        ("goal", _("Menurut tujuan pembangunan berkelanjutan"), goals, _("Tanpa tujuan")),
    ]
    return [
        {"key": key, "caption": caption} | _part_table(names, parts_by_year(editions, key), rest)
        for key, caption, names, rest in tables
    ]


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in AgencyType]


def _provinces() -> list[tuple[str, str]]:
    return list(Region.objects.provinces().values_list("code", "name"))


def _fields() -> list[tuple[str, str]]:
    return [(slug, _(name)) for slug, name in Category.objects.values_list("slug", "name")]


@public
@shared
@require_safe
def trends(request: HttpRequest) -> HttpResponse:
    """What is known of every year, each figure with where it comes from."""
    editions = published_editions()
    figures = published_figures()
    published, counted = published_steps(figures), funnels(editions)
    context = {
        "columns": [label for _name, label in COLUMNS],
        "lines": chain_lines(published, counted),
        "has_simulated": any(counts.simulated for counts in counted.values()),
        "charts": _charts(published),
        "sources": shown.source_rows(figures),
        "notes": shown.source_rows([one for one in figures if one.note and one.group == WHOLE]),
        "counted_at": clock.now(),
        "parts": _parts(editions) if counted else [],
    }
    return render(request, "competitions/trends.html", context)


def _part_rows(editions: Sequence[Edition]) -> list[list[object]]:
    """Recorded dossiers by each part. Six queries."""
    simulated = {year: bool(one.simulated) for year, one in funnels(editions).items()}
    mark = {True: _("ya"), False: _("tidak")}
    return [
        [
            year,
            "registered",
            f"{part}:{key}",
            count,
            _("dihitung"),
            mark[simulated[year]],
            "SINOVIK",
            "",
        ]
        for part in PARTS
        for key, counts in sorted(parts_by_year(editions, part).items())
        if key
        for year, count in sorted(counts.items())
    ]


@public
@shared
@require_safe
def trends_csv(request: HttpRequest) -> HttpResponse:
    """The table of years: a line for each figure, whether counted or published."""
    editions = published_editions()
    rows: list[list[object]] = [
        [f.year, f.metric, f.group, int(f.value), _("terbitan"), _("tidak"), f.source, f.note]
        for f in published_figures()
    ]
    names = {(e.year, s.slug): s.name for e in editions for s in band_stages(e.stages.all())}
    for year, counts in funnels(editions).items():
        chain = [
            ("registered", counts.recorded),
            ("submitted", counts.submitted),
            ("passed_admin", counts.passed),
            *((names[year, slug], count) for slug, count in counts.bands.items()),
        ]
        mark = _("ya") if counts.simulated else _("tidak")
        rows += [
            [year, metric, "all", value, _("dihitung"), mark, "SINOVIK", ""]
            for metric, value in chain
            if value is not None
        ]
    rows += _part_rows(editions)
    header = ["tahun", "ukuran", "kelompok", "nilai", "asal", "simulasi", "sumber", "catatan"]
    return attached(table_file(request.GET.get("bentuk"), "antartahun", header, rows))
