"""What a page repeats dozens of times, written in one go: a template takes ten times as long."""

import html
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from sinovik.web.templatetags.web import icon, number, position, share_of

register = template.Library()


def escape(value: object) -> str:
    """As Django's, without its care for texts that are translated later."""
    return html.escape(str(value))


@register.filter
def top_links(items: Iterable[Any]) -> SafeString:
    """The entries of the main menu, side by side."""
    return mark_safe(  # noqa: S308
        "".join(
            f'<a class="top-link" href="{escape(item["href"])}"'
            f"{_current(item['current'])}>{escape(item['text'])}</a>\n"
            for item in items
        )
    )


@register.filter
def menu_links(items: Iterable[Any]) -> SafeString:
    """The same entries in the sheet of a phone, with icons."""
    return mark_safe(  # noqa: S308
        "".join(
            f'<li><a href="{escape(item["href"])}"{_current(item["current"] and "true")}>'
            f"{icon(item['icon'])}{escape(item['text'])}</a></li>\n"
            for item in items
        )
    )


def _current(value: str) -> str:
    return f' aria-current="{value}"' if value else ""


@register.filter
def list_links(items: Iterable[Any]) -> SafeString:
    """Links as the lines of a list."""
    return mark_safe(  # noqa: S308
        "".join(
            f'<li><a href="{escape(item["href"])}">{escape(item["text"])}</a></li>'
            for item in items
        )
    )


@register.filter
def halves(tiles: Iterable[Any]) -> list[dict[str, Any]]:
    """The tile map cut in two of nine columns: what stands in each, and where it begins."""
    west: list[Any] = []
    east: list[Any] = []
    for tile in tiles:
        (west if tile.column < 9 else east).append(tile)
    return [{"left": 0, "tiles": west}, {"left": 306, "tiles": east}]


SQUARE = (
    '<g transform="translate({x} {y})">{begin}<title>{told}</title>'
    '<rect class="level-{level}" x="1" y="1" width="32" height="32" rx="5"/>'
    '<text class="on-{level}" x="17" y="16">{abbreviation}</text>'
    '<text class="value on-{level}" x="17" y="27">{value}</text>{end}</g>\n'
)


@register.filter
def squares(tiles: Iterable[Any]) -> SafeString:
    """The squares of a half of the tile map, each with its name and number for who can't see."""

    def square(tile: Any) -> str:
        value = number(tile.value)
        told = f"{escape(tile.name)}: {value}"
        link = f'<a href="{escape(tile.href)}" aria-label="{told}">' if tile.href else ""
        return SQUARE.format(
            x=tile.column * 34,
            y=tile.row * 34,
            begin=link,
            told=told,
            level=tile.level,
            abbreviation=escape(tile.abbreviation),
            value=value,
            end="</a>" if link else "",
        )

    return mark_safe("".join(map(square, tiles)))  # noqa: S308


@register.simple_tag
def card(
    *,
    title: str,
    href: str,
    summary: str = "",
    award: str = "",
    tone: str = "gold",
    year: int | None = None,
    agency: str = "",
    topic: str = "",
    cover: int | None = None,
    simulated: bool = False,
    life: str = "",
    life_tone: str = "grey",
) -> SafeString:
    """An innovation as a card; `cover` (0-10) gives it the band of its field on top."""
    marked = _simulated(get_language()) if simulated else ""
    named = escape(award)
    if cover is not None:
        prize = f'<span class="tag tag-{tone}">{icon("trophy")}{named}</span>' if award else ""
        when = f"<span>{escape(year)}</span>" if year else ""
        top = f'<div class="cover cover-{cover}">{prize}{when}</div>'
    else:
        prize = f'<span class="tag tag-{tone}">{named}{_when(year)}</span>' if award else ""
        top = f'<div class="tags">{prize}{marked}</div>' if award or simulated else ""
    facts = (
        _fact("building", agency),
        _fact("bulb", topic),
        f'<span class="tag tag-{life_tone or "grey"}">{escape(life)}</span>' if life else "",
        marked if cover is not None else "",
    )
    said = f'<p lang="id">{escape(summary)}</p>' if summary else ""
    return mark_safe(  # noqa: S308
        f'<article class="card card-link">{top}\n'
        f'<h3 lang="id"><a href="{escape(href)}">{escape(title)}</a></h3>\n'
        f"{said}{_meta(*facts)}</article>\n"
    )


@register.filter
def cards(ones: Iterable[dict[str, Any]]) -> SafeString:
    """Cards as the lines of a list; one without an address has no page to lead to."""
    return mark_safe(  # noqa: S308
        "".join(f"<li>{card(**one) if one['href'] else _closed_card(**one)}</li>\n" for one in ones)
    )


def _closed_card(
    *, title: str, award: str, agency: str, topic: str, simulated: bool, **_rest: Any
) -> str:
    marked = _simulated(get_language()) if simulated else ""
    return (
        '<article class="card"><div class="tags">'
        f'<span class="tag tag-gold">{icon("trophy")}{escape(award)}</span>{marked}</div>'
        f'<h3 lang="id">{escape(title)}</h3>'
        f"{_meta(_fact('building', agency), _fact('bulb', topic))}</article>"
    )


@register.simple_tag
def result(
    *,
    title: str,
    href: str,
    summary: str = "",
    award: str = "",
    tone: str = "",
    year: int | None = None,
    agency: str = "",
    topic: str = "",
    simulated: bool = False,
    life: str = "",
    life_tone: str = "grey",
) -> SafeString:
    """An innovation among those found; a safe `summary` may hold <mark>."""
    said = f'<p lang="id">{conditional_escape(summary)}</p>' if summary else ""
    prize = award and f"{escape(award)}{_when(year)}"
    facts = (
        f'<span class="tag tag-{tone}">{prize}</span>' if award and tone else "",
        f"{icon('award')}{prize}" if award and not tone else "",
        _fact("building", agency),
        _fact("bulb", topic),
        f'<span class="tag tag-{life_tone or "grey"}">{escape(life)}</span>' if life else "",
        _fact("calendar-event", "" if award else year or ""),
        _simulated(get_language()) if simulated else "",
    )
    return mark_safe(  # noqa: S308
        f'<article class="result"><h2 lang="id"><a href="{escape(href)}">{escape(title)}</a></h2>'
        f"{said}{_meta(*facts)}</article>"
    )


@register.filter
def results(ones: Iterable[dict[str, Any]]) -> SafeString:
    """Those found as the lines of a list."""
    return mark_safe("".join(f"<li>{result(**one)}</li>\n" for one in ones))  # noqa: S308


def _when(year: int | None) -> str:
    return f" · {escape(year)}" if year else ""


def _fact(name: str, text: object) -> str:
    return f"{icon(name)}{escape(text)}" if text else ""


def _meta(*facts: str) -> str:
    told = "".join(f"<li>{fact}</li>" for fact in facts if fact)
    return f'<ul class="meta">{told}</ul>'


@register.simple_tag
def simulated(is_so: bool) -> SafeString:
    """The mark of what no agency wrote, behind a name; empty for the rest."""
    return mark_safe(f" {_simulated(get_language())}" if is_so else "")  # noqa: S308


@cache
def _simulated(language: str) -> str:
    return get_template("components/simulated.html").render().strip()


@register.simple_tag
def tag(text: Any, tone: str = "", name: str = "", part: str = "") -> SafeString:
    """A word in a coloured box, with the icon of that name before it; `components/tag.html`."""
    known = f' data-part="{escape(part)}"' if part else ""
    drawn = icon(name) if name else ""
    return mark_safe(  # noqa: S308
        f'<span class="tag tag-{tone or "grey"}"{known}>{drawn}{conditional_escape(text)}</span>'
    )


@register.simple_tag
def dots(values: Iterable[Any], low: Any, high: Any, label: str, middle: str = "") -> SafeString:
    """Values as dots on a strip; `components/dot_strip.html`."""
    tick = f'<line x1="{middle}%" x2="{middle}%" y1="2" y2="18"/>' if middle else ""
    drawn = "".join(
        f'<circle cx="{position(value, low, high)}%" cy="10" r="5"/>' for value in values
    )
    told = conditional_escape(label)
    return mark_safe(  # noqa: S308
        f'<svg class="dots" viewBox="0 0 120 20" role="img" aria-label="{told}">'
        '<line x1="0" x2="120" y1="10" y2="10"/>'
        f'<svg x="6" width="108" height="20" overflow="visible">{tick}{drawn}</svg></svg>'
    )


@register.simple_tag
def meter(value: Any, maximum: Any, label: str) -> SafeString:
    """A share as a bar with its words behind it; `components/meter.html`."""
    return mark_safe(  # noqa: S308
        '<span class="meter"><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none"'
        f' aria-hidden="true"><rect width="{share_of(value, maximum)}" height="10"/></svg>'
        f"<span>{conditional_escape(label)}</span></span>"
    )


@register.filter
def choices(pairs: Iterable[tuple[Any, Any]], chosen: str) -> SafeString:
    """The options of a select: values with their texts."""
    return mark_safe(  # noqa: S308
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
            f"{escape(text)}</option>"
            for value, text in pairs
        )
    )


@register.filter
def options(groups: Iterable[tuple[str | None, Iterable[dict[str, Any]], int]]) -> SafeString:
    """The options of a form's select, as its widget tells them."""
    parts = []
    for name, inside, _place in groups:
        written = "".join(map(_option, inside))
        parts.append(
            f'\n<optgroup label="{escape(name)}">{written}\n</optgroup>' if name else written
        )
    return mark_safe("".join(parts))  # noqa: S308


def _option(option: dict[str, Any]) -> str:
    attributes = "".join(
        f" {name}" if value is True else f' {name}="{escape(value)}"'
        for name, value in option["attrs"].items()
        if value is not False
    )
    value, label = escape(option["value"]), conditional_escape(localize(option["label"]))
    return f'\n<option value="{value}"{attributes}>{label}</option>'


@register.simple_tag
def count_rows(lines: Iterable[tuple[str, Sequence[int]]], labels: Sequence[str]) -> SafeString:
    """Rows of a table: a name, then its numbers, each under one of the labels."""
    told = [escape(label) for label in labels]

    def row(name: str, counts: Sequence[int]) -> str:
        cells = "".join(
            f'<td class="num" data-label="{label}">{number(count)}</td>'
            for label, count in zip(told, counts, strict=True)
        )
        return f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>\n'

    return mark_safe("".join(row(*line) for line in lines))  # noqa: S308


@register.filter
def checkboxes(options: Iterable[Any], name: str) -> SafeString:
    """The values of a facet with their counts; one that leads to nothing can't be chosen."""

    def box(option: Any) -> str:
        value = escape(option.value)
        is_empty = option.count == 0 and not option.checked
        count = "" if option.count is None else f"<small>{number(option.count)}</small>"
        return (
            f'<label class="option{" is-empty" if is_empty else ""}">'
            f'<input type="checkbox" id="{name}-{value}" name="{name}" value="{value}"'
            f"{' checked' if option.checked else ''}{' disabled' if is_empty else ''}>"
            f"<span>{escape(option.label)}</span>{count}</label>\n"
        )

    return mark_safe("".join(map(box, options)))  # noqa: S308
