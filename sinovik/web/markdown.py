"""Markdown of the secretariat as safe HTML: no raw HTML, no pictures, a short list of tags.

Two walls: the parser writes HTML for Markdown alone, and nh3 keeps only what is on the list
of whatever the parser wrote.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

LOWEST_HEADING = 6
_TAGS = set(
    "p br hr h2 h3 h4 h5 h6 strong em s blockquote ul ol li code pre a "
    "table thead tbody tr th td".split()
)
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_REGION = '<div class="table-scroll" role="region" aria-label="{}" tabindex="0">'


def _shift_headings(state: StateCore) -> None:
    """The page has its own h1, so the highest heading of a text is h2."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, LOWEST_HEADING)}"


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 (its base names it)
        """Whether nh3 leaves the address in a link; of any other the signs stay as typed."""
        try:
            scheme = urlsplit(url).scheme
        except ValueError:
            return False
        return not scheme or scheme.lower() in _SCHEMES


def _picture_in_words(_renderer: Any, tokens: Sequence[Token], place: int, *_more: Any) -> str:
    return escape(tokens[place].content)


def _parser() -> MarkdownIt:
    parser = _Parser("js-default", {"html": False, "linkify": False, "typographer": False})
    # The first `#` is all that a heading needs; underlined headings surprise who writes lists.
    parser.disable("lheading")
    parser.core.ruler.push("shift_headings", _shift_headings)
    parser.add_render_rule("image", _picture_in_words)
    return parser


_PARSER = _parser()


def rendered(text: str) -> SafeString:
    """The HTML of a Markdown text, fit for a page whatever the text says."""
    clean = _clean(text)
    if "<table>" in clean:
        region = _REGION.format(escape(_("Tabel")))
        clean = clean.replace("<table>", f'{region}<table class="table">')
        clean = clean.replace("</table>", "</table></div>")
    return mark_safe(clean)  # noqa: S308 (nh3 has cleaned it)


@lru_cache(maxsize=512)
def _clean(text: str) -> str:
    return nh3.clean(
        _PARSER.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )


@lru_cache(maxsize=512)
def plain_words(text: str) -> str:
    """What a Markdown text says, without its signs and addresses. Pure."""
    return _words(_PARSER.render(text))


@lru_cache(maxsize=512)
def first_paragraph(text: str, most: int = 220) -> str:
    """The beginning of a text as plain words, for lists, feeds and descriptions. Pure.

    Headings are passed over, unless a text has nothing else.
    """
    blocks = list(_blocks(text))
    blocks.sort(key=lambda block: block[0].type == "heading_open")
    said = (_words(_PARSER.renderer.render(block, _PARSER.options, {})) for block in blocks)
    plain = next((words for words in said if words), "")
    if len(plain) <= most:
        return plain
    return plain[:most].rsplit(" ", 1)[0] + "…"


def _blocks(text: str) -> Iterator[list[Token]]:
    block: list[Token] = []
    for token in _PARSER.parse(text):
        block.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield block
            block = []


def _words(html: str) -> str:
    return unescape(" ".join(nh3.clean(html, tags=set()).split()))
