"""Rows of tables and lines of lists, written in one go like what stands in `bulk`."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from sinovik.web.templatetags.bulk import escape
from sinovik.web.templatetags.web import number, share_of, sourced

register = template.Library()


def cell(label: str, inside: str, css: str = "") -> str:
    """A cell of a row, named by its column on phones; all of it escaped already."""
    kind = f' class="{css}"' if css else ""
    return f'<td{kind} data-label="{label}">{inside}</td>\n'


@register.filter
def tile_rows(tiles: Iterable[Any]) -> SafeString:
    """The same numbers as the rows of a table."""

    def row(tile: Any) -> str:
        name = escape(tile.name)
        if tile.href:
            name = mark_safe(f'<a href="{escape(tile.href)}">{name}</a>')  # noqa: S308
        return f'<tr><th scope="row">{name}</th><td class="num">{number(tile.value)}</td></tr>'

    return mark_safe("".join(map(row, tiles)))  # noqa: S308


@register.filter
def figure_rows(lines: Iterable[dict[str, Any]], masked: str) -> SafeString:
    """The rows of a table of counts; `masked` stands where one may not be told (None)."""

    def row(line: dict[str, Any]) -> str:
        cells = "".join(
            f'<td class="num">{escape(masked if value is None else number(value))}</td>'
            for value in line["values"]
        )
        return f'<tr><th scope="row">{escape(line["label"])}</th>{cells}</tr>\n'

    return mark_safe("".join(map(row, lines)))  # noqa: S308


@register.filter
def value_cells(cells: Iterable[dict[str, Any]]) -> SafeString:
    """Cells of a row with any number of values each, under each other, and what to know of them."""

    def cell(one: dict[str, Any]) -> str:
        values, note = one["values"], one["note"]
        said = "<br>".join(map(number, values)) or "–"
        remark = f'<br><span class="small muted">{escape(note)}</span>' if note else ""
        return (
            f'<td class="num{"" if values else " is-nothing"}"'
            f' data-label="{escape(one["column"])}">{said}{remark}</td>'
        )

    return mark_safe("".join(map(cell, cells)))  # noqa: S308


@register.filter
def published_rows(figures: Iterable[dict[str, Any]]) -> SafeString:
    """The rows of a table of figures that others published, each with its source."""
    return mark_safe(  # noqa: S308
        "".join(
            f'<tr><td>{escape(one["year"])}</td><th scope="row">{escape(one["metric"])}</th>'
            f'<td>{escape(one["group"])}</td><td class="num">{number(one["value"])}</td>'
            f"<td>{sourced(one['source'])}</td></tr>\n"
            for one in figures
        )
    )


@register.filter
def framed(lines: Iterable[dict[str, Any]], mark: str) -> SafeString:
    """Links out of another site's frame, each under its title; `mark` is for what is made up."""

    def line(one: dict[str, Any]) -> str:
        invented = f" <b>{escape(mark)}</b>" if one["simulated"] else ""
        return (
            f'<li><a href="{escape(one["href"])}" target="_blank" rel="noopener" lang="id">'
            f"{escape(one['title'])}</a><br><span>{escape(one['agency'])}</span>{invented}</li>\n"
        )

    return mark_safe("".join(map(line, lines)))  # noqa: S308


BAR = (
    '<tr><th scope="row">{label}{note}</th><td aria-hidden="true">'
    '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none">'
    '<rect width="{width}" height="10"/></svg></td><td>{said}</td></tr>\n'
)


@register.filter
def bar_rows(rows: Iterable[dict[str, Any]], maximum: Any) -> SafeString:
    """The rows of a table of bars; a row's `text` stands for its number."""

    def bar(row: dict[str, Any]) -> str:
        label, href, note = escape(row["label"]), row.get("href"), row.get("note")
        return BAR.format(
            label=f'<a href="{escape(href)}">{label}</a>' if href else label,
            note=f"<small>{escape(note)}</small>" if note else "",
            width=share_of(row.get("value"), maximum),
            said=escape(row.get("text") or number(row.get("value"))),
        )

    return mark_safe("".join(map(bar, rows)))  # noqa: S308


@register.filter
def labelled_rows(rows: Iterable[Iterable[str]], heads: list[str]) -> SafeString:
    """The rows of a table whose cells say their heading on a phone; the first one names the row.

    The first two are what people named in Indonesian. A cell that is safe stands as it is.
    """
    labels = [escape(head) for head in heads]

    def line(row: Iterable[str]) -> str:
        first, second, *rest = (conditional_escape(cell) for cell in row)
        cells = "".join(
            f'<td data-label="{label}">{cell}</td>'
            for label, cell in zip(labels[2:], rest, strict=True)
        )
        return (
            f'<tr><th scope="row" data-label="{labels[0]}" lang="id">{first}</th>'
            f'<td data-label="{labels[1]}" lang="id">{second}</td>{cells}</tr>\n'
        )

    return mark_safe("".join(map(line, rows)))  # noqa: S308
