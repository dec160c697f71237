"""Figures as the public pages print them: funnel steps, tables, labels of sources."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from agencies.enums import AgencyType
from agencies.models import Region
from competitions.models import PublishedFigure, Stage
from competitions.queries.figures import Breakdown, Counts, band_stages
from competitions.queries.transparency import rates
from innovations.models import Category, SustainableGoal
from sinovik.web.templatetags.web import percent

METRICS = {
    "registered": gettext_lazy("Terdaftar"),
    "submitted": gettext_lazy("Diajukan"),
    "passed_admin": gettext_lazy("Lolos seleksi administrasi"),
    "failed_admin": gettext_lazy("Tidak lolos seleksi administrasi"),
    "participating_agencies": gettext_lazy("Instansi peserta"),
    "nominated_to_panel": gettext_lazy("Diteruskan ke panel"),
    "evaluators": gettext_lazy("Penilai"),
    "top99": gettext_lazy("Top 99"),
    "top45": gettext_lazy("Top 45"),
    "top40": gettext_lazy("Top 40"),
    "finalists": gettext_lazy("Finalis"),
    "winners": gettext_lazy("Pemenang"),
    "stuck_at_upp": gettext_lazy("Tertahan di unit"),
    "stuck_at_admin_lokal": gettext_lazy("Tertahan di admin instansi"),
    "cumulative_registered_2014_2019": gettext_lazy("Terdaftar 2014–2019"),
    "cumulative_registered_2014_2023": gettext_lazy("Terdaftar 2014–2023"),
    "cumulative_passed_admin_2014_2023": gettext_lazy("Lolos seleksi administrasi 2014–2023"),
    "cumulative_top_innovations_2014_2023": gettext_lazy("Inovasi terpuji 2014–2023"),
    "pkri_agencies": gettext_lazy("Instansi dalam pemantauan keberlanjutan dan replikasi"),
    "pkri_innovations": gettext_lazy("Inovasi dalam pemantauan keberlanjutan dan replikasi"),
    "pkri_presented": gettext_lazy("Dipaparkan dalam pemantauan keberlanjutan dan replikasi"),
    "passing_grade": gettext_lazy("Nilai ambang kelulusan"),
}
GROUPS = {
    "all": gettext_lazy("Seluruhnya"),
    "kelompok_umum": gettext_lazy("Kelompok umum"),
    "kelompok_replikasi": gettext_lazy("Kelompok replikasi"),
    "kelompok_khusus": gettext_lazy("Kelompok khusus"),
    "kelompok_keberlanjutan": gettext_lazy("Kelompok keberlanjutan"),
    "kementerian_lembaga": gettext_lazy("Kementerian dan lembaga"),
    "bumd": gettext_lazy("BUMD"),
    "tim_evaluasi": gettext_lazy("Tim evaluasi"),
    "tim_panel_independen": gettext_lazy("Tim panel independen"),
    "jawa_tengah_region": gettext_lazy("Wilayah Jawa Tengah"),
    "jawa_timur_regencies_cities": gettext_lazy("Kabupaten dan kota di Jawa Timur"),
    **{kind.value: kind.label for kind in AgencyType},
}


def funnel_steps(total: Counts, stages: Sequence[Stage]) -> list[dict[str, Any]]:
    """Steps of the funnel that are known, each with its share of the step before."""
    names = {stage.slug: stage.name for stage in band_stages(stages)}
    chain: list[tuple[str, int | None]] = [
        (_("Terdaftar"), total.recorded),
        (_("Diajukan"), total.submitted),
        (_("Lolos seleksi administrasi"), total.passed),
        *((names[slug], count) for slug, count in total.bands.items()),
    ]
    steps: list[dict[str, Any]] = []
    for label, value in chain:
        if value is None:
            break
        before = steps[-1]["value"] if steps else 0
        share = percent(value / before) if before else ""
        note = _("%(share)s dari tahap sebelumnya") % {"share": share} if share else ""
        steps.append({"label": label, "value": value, "note": note})
    return steps


def columns_of(total: Counts, stages: Sequence[Stage]) -> list[str]:
    """Headings of the figures that the public may know."""
    names = {stage.slug: stage.name for stage in band_stages(stages)}
    fixed = [
        (pgettext("banyak", "Instansi"), total.agencies),
        (_("Terdaftar"), total.recorded),
        (_("Diajukan"), total.submitted),
        (_("Lolos administrasi"), total.passed),
    ]
    known = [label for label, value in fixed if value is not None]
    return known + [names[slug] for slug, value in total.bands.items() if value is not None]


def heads_of(total: Counts) -> list[str]:
    """The same in files, whose readers are programs too: no language changes a name."""
    fixed = {
        "instansi": total.agencies,
        "terdaftar": total.recorded,
        "diajukan": total.submitted,
        "lolos_administrasi": total.passed,
    }
    bands = {slug.replace("-", "_"): count for slug, count in total.bands.items()}
    return [name for name, value in (fixed | bands).items() if value is not None]


def values_of(counts: Counts, *, is_veiled: bool = False) -> list[int | None]:
    """Figures in the order of `columns_of`; None for how many passed where it is veiled."""
    values = [counts.agencies, counts.recorded, counts.submitted]
    known: list[int | None] = [value for value in values if value is not None]
    if counts.passed is not None:
        known.append(None if is_veiled else counts.passed)
    return known + [value for value in counts.bands.values() if value is not None]


def empty_like(total: Counts) -> Counts:
    """Zeros where the total has a figure."""
    return Counts(
        agencies=0 if total.agencies is not None else None,
        recorded=0 if total.recorded is not None else None,
        submitted=0 if total.submitted is not None else None,
        passed=0 if total.passed is not None else None,
        bands={slug: None if count is None else 0 for slug, count in total.bands.items()},
    )


def _lines(
    names: Iterable[tuple[str, str]], parts: dict[str, Counts], total: Counts, rest: str
) -> list[dict[str, Any]]:
    """Lines of a table. Who failed is told of none, by the rule of the transparency page."""
    lines = [(key, label, parts.get(key, empty_like(total))) for key, label in names]
    if "" in parts:
        lines.append(("", rest, parts[""]))
    told = rates([(key, counts.submitted or 0, counts.passed or 0) for key, _l, counts in lines])
    veiled = {rate.label for rate in told if rate.passed is None}
    return [
        {
            "key": key,
            "label": label,
            "counts": counts,
            "values": values_of(counts, is_veiled=key in veiled),
            "value": counts.recorded or 0,
            "simulated": counts.simulated > 0,
        }
        for key, label, counts in lines
    ]


def type_lines(figures: Breakdown) -> list[dict[str, Any]]:
    """A line for each kind of agency; no query."""
    names = [(kind.value, str(kind.label)) for kind in AgencyType]
    return _lines(names, figures.by_type, figures.total, _("Lainnya"))


def province_lines(figures: Breakdown) -> list[dict[str, Any]]:
    """A line for each province and one for central agencies. One query."""
    names = Region.objects.provinces().values_list("code", "name")
    return _lines(names, figures.by_province, figures.total, _("Instansi pusat"))


def category_lines(figures: Breakdown) -> list[dict[str, Any]]:
    """A line for each field. One query."""
    names = [(slug, _(name)) for slug, name in Category.objects.values_list("slug", "name")]
    return _lines(names, figures.by_category, figures.total, _("Tanpa kategori"))


def goal_lines(counts: dict[int, tuple[int, int]], *, simulated: bool) -> list[dict[str, Any]]:
    """A line for each Sustainable Development Goal, in their order. One query."""
    return [
        {
            "label": str(goal),
            "value": counts.get(goal.number, (0, 0))[0],
            "values": list(counts.get(goal.number, (0, 0))),
            "simulated": simulated,
        }
        for goal in SustainableGoal.objects.all()
    ]


def source_rows(figures: Sequence[PublishedFigure]) -> list[dict[str, Any]]:
    """Published figures with Indonesian labels; unknown metrics keep their own name."""
    return [
        {
            "year": figure.year,
            "metric": METRICS.get(figure.metric, figure.metric.replace("_", " ")),
            "group": GROUPS.get(figure.group, figure.group.replace("_", " ")),
            "value": int(figure.value),
            "source": figure.source,
            "note": figure.note,
        }
        for figure in figures
    ]


def conflicts(figures: Sequence[PublishedFigure]) -> list[dict[str, Any]]:
    """Measures of the whole edition for which sources give different values."""
    found: dict[str, list[PublishedFigure]] = {}
    for figure in figures:
        if figure.group == "all":
            found.setdefault(figure.metric, []).append(figure)
    return [
        {"label": METRICS.get(metric, metric), "figures": rows}
        for metric, rows in found.items()
        if len({row.value for row in rows}) > 1
    ]


def trend(figures: Sequence[PublishedFigure]) -> dict[str, Any]:
    """Registered innovations by year as published, and the years without a figure."""
    values = {
        figure.year: int(figure.value)
        for figure in figures
        if (figure.metric, figure.group) == ("registered", "all")
    }
    span = range(min(values, default=0), max(values, default=-1) + 1)
    return {
        "rows": [{"label": str(year), "value": value} for year, value in sorted(values.items())],
        "maximum": max(values.values(), default=0),
        "missing": ", ".join(str(year) for year in span if year not in values),
    }


def result_href(year: int, band: str) -> str:
    """Address of a band's list."""
    return reverse("competitions:result_list", args=[year, band])
