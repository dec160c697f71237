"""The rows of the radar, written in one go: a template takes ten times as long (ADR 62)."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from competitions.enums import EntryState
from competitions.queries.radar import RadarRow
from sinovik.web.templatetags.bulk import meter, simulated, tag
from sinovik.web.templatetags.bulk_tables import cell
from sinovik.web.templatetags.web import clock, day, icon, remaining


def written(items: Iterable[dict[str, Any]]) -> SafeString:
    """Rows of the table under `competitions/_radar_table.html`.

    An item has a `row`, `is_readable` (whether its reader may open the proposal) and `refusal`
    (why the reader can't remind its holder; empty where it is possible).
    """
    return mark_safe("".join(map(_row, items)))  # noqa: S308


def _row(item: dict[str, Any]) -> str:
    row: RadarRow = item["row"]
    pk, number = row.entry.pk, escape(row.entry.number)
    may_remind = not item["refusal"] and not row.nudged_at
    cells = (
        cell(_("Dipegang"), _holder(row)),
        cell(_("Yang kurang"), _missing(row)),
        cell(_("Peluang tidak sampai"), _chance(row)),
        cell(_("Batas aman"), _safe_until(row)),
    )
    return (
        f'<tr id="usulan-{pk}">\n<td class="pick">{_pick(pk, number) if may_remind else ""}</td>\n'
        f'<th scope="row">{_title(row, number, is_readable=item["is_readable"])}</th>\n'
        f"{''.join(cells)}<td>{_action(item, row, number)}</td>\n</tr>\n"
    )


def _pick(pk: int, number: str) -> str:
    told = _("Pilih %(number)s") % {"number": number}
    return (
        f'<label class="pick-box"><input type="checkbox" name="pilih" value="{pk}">'
        f'<span class="visually-hidden">{told}</span></label>'
    )


def _title(row: RadarRow, number: str, *, is_readable: bool) -> str:
    entry = row.entry
    title = f'<span lang="id">{escape(entry.innovation.title)}</span>'
    if is_readable:
        title = f'<a href="{reverse("competitions:entry_tasks", args=[entry.pk])}">{title}</a>'
    return (
        f'{title}<div class="small muted"><span class="code">{number}</span>'
        f" · {escape(entry.agency.name)}{simulated(entry.innovation.is_simulated)}</div>"
    )


def _holder(row: RadarRow) -> str:
    is_returned = row.entry.state == EntryState.RETURNED
    mark = " " + tag(_("Dikembalikan"), "yellow") if is_returned else ""
    since = _("sejak %(day)s") % {"day": day(row.since)}
    return f'{escape(row.holder)}{mark}<div class="small muted">{since}</div>'


def _missing(row: RadarRow) -> str:
    if row.missing:
        return escape(row.missing)
    if row.chance is None:
        return "–"
    if row.is_at_agency:
        return _("Lengkap, tinggal diajukan")
    return _("Lengkap, tinggal dikirim ke admin")


def _chance(row: RadarRow) -> str:
    if row.risk is None:
        return '<span class="muted">' + _("Baru berpindah tangan, sedang dihitung") + "</span>"
    told = _("%(percent)s%% · %(label)s") % {"percent": row.percent, "label": row.label}
    reasons = " · ".join(map(escape, row.reasons))
    return (
        f'<div class="risk-{row.risk.value}">{meter(row.percent, 100, told)}</div>'
        f'<div class="small muted">{reasons}</div>'
    )


def _safe_until(row: RadarRow) -> str:
    if not row.safe_until:
        return "–"
    left = f'<div class="small muted">{remaining(row.safe_until)}</div>'
    if row.is_past_safe:
        told = icon("alert-triangle") + _("sudah lewat")
        left = f'<div class="small risk-text">{told}</div>'
    return f'<span class="nowrap">{day(row.safe_until)}</span>{left}'


def _action(item: dict[str, Any], row: RadarRow, number: str) -> str:
    hidden = f'<span class="visually-hidden"> {number}</span>'
    if row.nudged_at:
        told = _("Anda ingatkan pukul %(time)s") % {"time": clock(row.nudged_at)}
        return f'<span class="small muted">{told}</span>'
    if item["refusal"]:
        href = reverse("competitions:entry_check", args=[row.entry.pk])
        way = _("Baca dan ajukan")
        return f'<a href="{href}">{way}{hidden}</a>' if item["is_readable"] else ""
    way = icon("send") + _("Ingatkan")
    return (
        '<button class="govuk-button govuk-button--secondary button-small" type="submit"'
        f' formaction="{reverse("competitions:radar_nudge_one", args=[row.entry.pk])}">'
        f"{way}{hidden}</button>"
    )
