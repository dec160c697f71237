"""Rows of boards, written in one go: a template takes ten times as long (ADR 62)."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from competitions.enums import MoveReason, RunBasis, SheetState
from competitions.models import CutOff, Stage
from competitions.models.entry import number_of
from competitions.queries.board import BoardRow, Chance
from competitions.queries.listed import Listed
from sinovik.web.templatetags.bulk import dots, meter, simulated, tag
from sinovik.web.templatetags.bulk_tables import cell
from sinovik.web.templatetags.web import decimals, icon, moment, number, percent, shipped

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
            told, way = _("Peringkat di antaranya disembunyikan"), _("Seluruh daftar")
            written.append(
                f'<tr class="row-gap"><td colspan="8" class="muted center">{escape(told)}'
                f' <a href="?tampil=semua">{escape(way)}</a></td></tr>\n'
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
    rank = number(one.rank)
    if one.is_tied:
        rank += " " + tag(_("Seri"), "yellow")
    place = small(escape(one.place), "muted small") if one.place is not None else ""
    category = escape(shipped(one.category)) if one.category else "–"
    cells = (
        cell(_("Peringkat"), rank, "num"),
        f'<th scope="row"><span lang="id">{escape(one.title)}</span><br>'
        f'<span class="code small">{one.number}</span>{simulated(one.is_simulated)}</th>\n',
        cell(_("Instansi"), f"{escape(one.agency)}{place}"),
        cell(_("Kategori"), category),
        cell(_("Nilai akhir"), _scores(row, cut_off), "num"),
        cell(_("Lembar"), _sheets(row), "nowrap"),
        cell(_("Selang dan peluang"), _outlook(row)),
        cell(_("Daftar"), _listed(row)),
    )
    return f"<tr{ZONE_CLASS if row.in_zone else ''}>{''.join(cells)}</tr>\n"


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
    wide = " " + tag(_("Besar"), "yellow", "flag") if row.is_wide else ""
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
    grey = " " + tag(_("Abu-abu"), "grey") if chance.is_grey else ""
    return f"{small(told, 'small nowrap')}{grey}"


def _listed(row: BoardRow) -> str:
    one = row.result
    if one.is_selected:
        state = str(tag(_("Terpilih"), "green"))
    elif one.is_at_line:
        state = str(tag(_("Diputus pleno"), "yellow"))
    else:
        state = '<span class="muted">' + _("tidak") + "</span>"
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


@register.simple_tag(takes_context=True)
def judging_rows(context: Context) -> SafeString:
    """Judges of a stage, one a row; inputs are those of `_judging_rows.html`."""
    stage, with_marks = context["stage"], context["with_marks"]
    nudge = ""
    if context["may_nudge"]:
        token = escape(context["csrf_token"])
        address = reverse("competitions:judging_nudge", args=[stage.pk])
        nudge = (
            f'<form method="post" action="{address}">'
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        )
    written = []
    for row in context["rows"]:
        cells = [_judge(row), _sent(row)]
        cells += [_pace(row), _end(row, nudge)] if stage.is_open else []
        cells += [_activity(row)]
        cells += [_severity(row), _spread(row)] if with_marks else []
        written.append(f"<tr>{''.join(cells)}</tr>\n")
    return mark_safe("".join(written))  # noqa: S308


def _judge(row: Any) -> str:
    judge = row.line.judge
    employer = small(escape(judge.employer.name), "muted small") if judge.employer else ""
    return f'<th scope="row">{escape(judge.name)}{employer}</th>\n'


def _sent(row: Any) -> str:
    reading = row.reading
    told = _("%(final)s dari %(total)s") % {
        "final": number(reading.final),
        "total": number(reading.total),
    }
    return cell(_("Dikirim"), meter(reading.final, reading.total, told))


def _pace(row: Any) -> str:
    reading, told = row.reading, "–"
    if reading.per_day is not None:
        pace = _("%(pace)s sehari") % {"pace": decimals(reading.per_day, 1)}
        told = f'<span class="nowrap">{pace}</span>'
    if reading.unsent and reading.needed_per_day is not None:
        needed = _("perlu %(pace)s") % {"pace": decimals(reading.needed_per_day, 1)}
        told += small(needed, "muted small nowrap")
    return cell(_("Laju"), told)


def _end(row: Any, nudge: str) -> str:
    """When it is done, and the button that reminds; `nudge` begins its form, if it is shown."""
    told = escape(row.finish) or "–"
    if row.reading.is_late:
        told += " " + tag(_("Berisiko terlambat"), "yellow", "alert-triangle")
    if nudge and row.reading.unsent:
        judge = row.line.judge
        if row.line.is_nudged:
            told += small(_("Diingatkan hari ini"), "small muted")
        else:
            way = _("Ingatkan")
            told += (
                f'{nudge}<input type="hidden" name="penilai" value="{judge.pk}">'
                '<button class="govuk-button govuk-button--secondary button-small" type="submit"'
                f' data-prevent-double-click="true">{icon("send")}{way}'
                f'<span class="visually-hidden"> {escape(judge.name)}</span></button></form>'
            )
    return cell(_("Perkiraan selesai"), told)


def _activity(row: Any) -> str:
    last = row.line.last_activity
    return cell(_("Terakhir aktif"), moment(last) if last else _("belum mulai"))


def _severity(row: Any) -> str:
    signed, told = row.signed, "–"
    if signed:
        said = row.said
        label = _("%(points)s poin, %(word)s") % {"points": signed, "word": said}
        told = (
            f'<span class="nowrap">{signed} <span class="muted small">{said}</span></span><br>'
            f"{dots(row.strip, -20, 20, label, '50')}"
        )
    return cell(_("Keketatan"), told)


def _spread(row: Any) -> str:
    line, told = row.line, "–"
    if line.spread:
        low, _quarter, middle, _other, high = (decimals(value, 1) for value in line.spread)
        mean = _("rata-rata %(mean)s ± %(deviation)s") % {
            "mean": decimals(line.mean, 1),
            "deviation": decimals(line.deviation, 1),
        }
        label = _(
            "Delapan dari sepuluh nilai antara %(low)s dan %(high)s, tengahnya %(middle)s"
        ) % {"low": low, "high": high, "middle": middle}
        drawn = dots(line.spread, 0, 100, label)
        told = f'<span class="small nowrap">{mean}</span><br>{drawn}'
    return cell(_("Sebaran nilai"), told)


@register.simple_tag
def differing_rows(differing: Sequence[Any], has_rule: int) -> SafeString:
    """Entries by disagreement; for `_judging_differing.html`."""
    written = []
    for one in differing:
        entry, totals = one.entry, one.found.totals
        label = _("Nilai penilai antara %(low)s dan %(high)s") % {
            "low": decimals(totals[0]),
            "high": decimals(totals[-1]),
        }
        cells = cell(_("Selisih"), f"<b>{decimals(one.found.gap)}</b>", "num")
        cells += cell(_("Lembar"), f"{len(totals)} {dots(totals, 0, 100, label)}", "nowrap")
        if has_rule:
            cells += cell(_("Pembaca tambahan"), _called(one))
        written.append(
            f'<tr><th scope="row"><span lang="id">{escape(entry.innovation.title)}</span><br>'
            f'<span class="code small">{entry.number}</span>'
            f' <span class="muted small">{escape(entry.agency.name)}</span>'
            f"{simulated(entry.innovation.is_simulated)}</th>\n{cells}</tr>\n"
        )
    return mark_safe("".join(written))  # noqa: S308


def _called(one: Any) -> str:
    """Whom the stage's rule called, and what it could not do."""
    readers = []
    for reading in one.called:
        is_sent = reading.assignment.scoresheet.state == SheetState.FINAL
        state = _("sudah dikirim") if is_sent else _("belum dikirim")
        name = escape(reading.assignment.evaluator.name)
        readers.append(f'{name} <span class="muted small nowrap">{state}</span>')
    told = "<br>".join(readers)
    if one.is_stuck:
        return told + tag(_("Tidak ada penilai bebas benturan"), "yellow", "alert-triangle")
    if one.is_missing:
        return told + '<span class="muted">' + _("segera ditugaskan") + "</span>"
    return told or "–"
