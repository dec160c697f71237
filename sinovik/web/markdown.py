"""Markdown of the secretariat as safe HTML: no raw HTML, no pictures, a short list of tags.

Two walls: the parser writes HTML for Markdown alone, and nh3 keeps only what is on the list
of whatever the parser wrote.
"""

from functools import lru_cache
from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

LOWEST_HEADING = 6
_TAGS = set(
    "p br hr h2 h3 h4 h5 h6 strong em s blockquote ul ol li code pre a "
    "table thead tbody tr th td".split()
)
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_TABLE = '<div class="table-scroll" tabindex="0"><table class="table">'


def _shift_headings(state: StateCore) -> None:
    """The page has its own h1, so the highest heading of a text is h2."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, LOWEST_HEADING)}"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})
    # The first `#` is all that a heading needs; underlined headings surprise who writes lists.
    parser.disable(["image", "lheading"])
    parser.core.ruler.push("shift_headings", _shift_headings)
    return parser


_PARSER = _parser()


@lru_cache(maxsize=512)
def rendered(text: str) -> SafeString:
    """The HTML of a Markdown text, fit for a page whatever the text says. Pure."""
    clean = nh3.clean(
        _PARSER.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )
    tables = clean.replace("<table>", _TABLE).replace("</table>", "</table></div>")
    return mark_safe(tables)  # noqa: S308 (nh3 has cleaned it)


def first_paragraph(text: str, most: int = 220) -> str:
    """The beginning of a text as plain words, for lists, feeds and descriptions."""
    block = next((part for part in text.split("\n\n") if part.strip(" #\n")), "")
    words = " ".join(nh3.clean(_PARSER.render(block), tags=set()).split())
    plain = unescape(words)
    if len(plain) <= most:
        return plain
    return plain[:most].rsplit(" ", 1)[0] + "…"
