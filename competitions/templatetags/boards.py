"""Rows of boards, written in one go: a template takes ten times as long (ADR 62)."""

from collections.abc import Sequence

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from competitions.enums import MoveReason, RunBasis
from competitions.models import CutOff, Stage
from competitions.models.entry import number_of
from competitions.queries.board import BoardRow, Chance
from competitions.queries.listed import Listed
from sinovik.web.templatetags.bulk import dots, simulated, tag
from sinovik.web.templatetags.web import decimals, number, percent, shipped

register = template.Library()

ZONE_CLASS = ' class="row-zone"'


def small(text: str, css: str = "small") -> str:
    """A line of its own below what stands in the cell."""
    return f'<br><span class="{css}">{text}</span>'


@register.simple_tag
def ranking_rows(rows: Sequence[BoardRow], stage: Stage, cut_off: CutOff) -> SafeString:
    """The list's rows, with the line and the gap between them; for `_ranking_rows.html`."""
    written = []
    for row in rows:
        if row.follows_gap:
            written.append(
                '<tr class="row-gap"><td colspan="8" class="muted center">'
                f"{escape(_('Peringkat di antaranya disembunyikan'))}"
                f' <a href="?tampil=semua">{escape(_("Seluruh daftar"))}</a></td></tr>\n'
            )
        if row.starts_below:
            line = _("Batas %(name)s · %(seats)s kursi") % {
                "name": escape(shipped(stage.name)),
                "seats": number(cut_off.seats),
            }
            written.append(
                '<tr class="row-cut row-line"><th scope="rowgroup" colspan="8">'
                f'<div class="board-line">{line}</div></th></tr>\n'
            )
        written.append(_row(row, cut_off))
    return mark_safe("".join(written))  # noqa: S308


def _row(row: BoardRow, cut_off: CutOff) -> str:
    one = row.result
    tied = f" {tag(_('Seri'), 'yellow')}" if one.is_tied else ""
    place = small(escape(one.place), "muted small") if one.place is not None else ""
    category = escape(shipped(one.category)) if one.category else "–"
    return (
        f"<tr{ZONE_CLASS if row.in_zone else ''}>"
        f'<td class="num" data-label="{_("Peringkat")}">{number(one.rank)}{tied}</td>\n'
        f'<th scope="row"><span lang="id">{escape(one.title)}</span><br>'
        f'<span class="code small">{one.number}</span>{simulated(one.is_simulated)}</th>\n'
        f'<td data-label="{_("Instansi")}">{escape(one.agency)}{place}</td>\n'
        f'<td data-label="{_("Kategori")}">{category}</td>\n'
        f'<td class="num" data-label="{_("Nilai akhir")}">{_scores(row, cut_off)}</td>\n'
        f'<td class="nowrap" data-label="{_("Lembar")}">{_sheets(row)}</td>\n'
        f'<td data-label="{_("Selang dan peluang")}">{_outlook(row)}</td>\n'
        f'<td data-label="{_("Daftar")}">{_listed(row)}</td></tr>\n'
    )


def _scores(row: BoardRow, cut_off: CutOff) -> str:
    one, other = row.result, ""
    ranking = one.score
    if cut_off.ranks_by == RunBasis.CALIBRATED:
        ranking = one.calibrated or ranking
        other = _("mentah %(score)s") % {"score": decimals(one.score)}
    elif one.calibrated is not None:
        other = _("disesuaikan %(score)s") % {"score": decimals(one.calibrated)}
    css = "small muted nowrap"
    zone = small(_("zona timbang"), css) if row.in_zone else ""
    return f"<b>{decimals(ranking)}</b>{small(other, css) if other else ''}{zone}"


def _sheets(row: BoardRow) -> str:
    one = row.result
    told = _("Nilai penilai antara %(low)s dan %(high)s") % {
        "low": decimals(one.lowest),
        "high": decimals(one.highest),
    }
    wide = f" {tag(_('Besar'), 'yellow', 'flag')}" if row.is_wide else ""
    gap = small(_("selisih %(gap)s") % {"gap": decimals(row.gap)})
    return f"{number(one.sheet_count)} {dots(row.totals, 0, 100, told)}{gap}{wide}"


def _outlook(row: BoardRow) -> str:
    one = row.result
    if not one.best_rank:
        return "–"
    chances = "".join(map(_chance, row.chances))
    return f'<span class="nowrap">{number(one.best_rank)}–{number(one.worst_rank)}</span>{chances}'


def _chance(chance: Chance) -> str:
    told = _("%(share)s di atas garis %(seats)s") % {
        "share": percent(chance.share, 0),
        "seats": number(chance.seats),
    }
    grey = f" {tag(_('Abu-abu'), 'grey')}" if chance.is_grey else ""
    return f"{small(told, 'small nowrap')}{grey}"


def _listed(row: BoardRow) -> str:
    one = row.result
    if one.is_selected:
        state = str(tag(_("Terpilih"), "green"))
    elif one.is_at_line:
        state = str(tag(_("Diputus pleno"), "yellow"))
    else:
        state = f'<span class="muted">{_("tidak")}</span>'
    notes = "".join(small(escape(note)) for note in row.by_policy)
    return f"{state}{notes}{_moved(one)}"


def _moved(one: Listed) -> str:
    if one.reason is None:
        return ""
    way = _("Masuk lewat pleno:") if one.is_selected else _("Keluar lewat pleno:")
    return small(f"{way} {escape(MoveReason(one.reason).label)}")


@register.simple_tag
def codes(entries: Sequence[int], year: int) -> SafeString:
    """The numbers of entries, one behind the other."""
    written = (f'<span class="code">{number_of(year, entry)}</span>' for entry in entries)
    return mark_safe(", ".join(written))  # noqa: S308
