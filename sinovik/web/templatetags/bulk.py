"""What a page repeats dozens of times, written in one go: a template takes ten times as long."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.formats import localize
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from sinovik.web.templatetags.web import icon, number

register = template.Library()


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
        when = f"<span>{localize(year)}</span>" if year else ""
        top = f'<div class="cover cover-{cover}">{prize}{when}</div>'
    else:
        when = f" · {localize(year)}" if year else ""
        prize = f'<span class="tag tag-{tone}">{named}{when}</span>' if award else ""
        top = f'<div class="tags">{prize}{marked}</div>' if award or simulated else ""
    facts = (
        f"{icon('building')}{escape(agency)}" if agency else "",
        f"{icon('bulb')}{escape(topic)}" if topic else "",
        f'<span class="tag tag-{life_tone or "grey"}">{escape(life)}</span>' if life else "",
        marked if cover is not None else "",
    )
    told = "".join(f"<li>{fact}</li>" for fact in facts if fact)
    said = f'<p lang="id">{escape(summary)}</p>' if summary else ""
    return mark_safe(  # noqa: S308
        f'<article class="card card-link">{top}\n'
        f'<h3 lang="id"><a href="{escape(href)}">{escape(title)}</a></h3>\n'
        f'{said}<ul class="meta">{told}</ul></article>\n'
    )


@cache
def _simulated(language: str) -> str:
    """The mark of what no agency wrote, in the language of the page."""
    return get_template("components/simulated.html").render().strip()


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


@register.filter
def tile_rows(tiles: Iterable[Any]) -> SafeString:
    """The same numbers as the rows of a table."""

    def row(tile: Any) -> str:
        name = escape(tile.name)
        if tile.href:
            name = mark_safe(f'<a href="{escape(tile.href)}">{name}</a>')  # noqa: S308
        return f'<tr><th scope="row">{name}</th><td class="num">{number(tile.value)}</td></tr>'

    return mark_safe("".join(map(row, tiles)))  # noqa: S308
