"""Whatever somebody types, a page gets harmless HTML."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from sinovik.web.markdown import first_paragraph, plain_words, rendered

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](javascript:alert(1))",
    '![x](https://contoh.go.id/a.png "><script>alert(1)</script>")',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    '[x](https://contoh.go.id/"onmouseover="alert(1))',
    '[x](https://contoh.go.id "a\\" onclick=\\"alert(1)")',
    "<javascript:alert(1)>",
    "<svg><p><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=1&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "`<img src=x onerror=alert(1)>`",
    "```html onload=alert(1)\n</code></pre><script>alert(1)</script>\n```",
    '~~~"><script>\nx\n~~~',
    "| a |\n|:-:|\n| <iframe src=//x> |",
    "<!--><script>alert(1)</script>-->",
    "<a href='x' style='position:fixed'>x</a>",
    "# <form action=//x><input name=attributes>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[a]: javascript:alert(1)\n\n[a]",
    "<x-form onfocus=alert(1) autofocus tabindex=1>",
    "\u0000<scr\u0000ipt>alert(1)</scr\u0000ipt>",
]
HARMLESS = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "blockquote", "ul", "ol",
    "li", "code", "pre", "a", "table", "thead", "tbody", "tr", "th", "td", "div",
}  # fmt: skip


class Seen(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.attributes.extend(attrs)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_leaves_no_script_no_picture_and_no_foreign_attribute(text: str) -> None:
    seen = Seen()
    seen.feed(rendered(text))
    assert seen.tags <= HARMLESS
    for name, value in seen.attributes:
        assert name in {"href", "title", "rel", "start", "class", "tabindex", "role", "aria-label"}
        if name == "href":
            assert re.match(r"(https?:|mailto:|/|#)", value or "")


def test_plain_shapes_come_out_under_the_one_heading_of_the_page() -> None:
    html = rendered("# Satu\n\n###### Enam\n\n**tebal** [t](https://contoh.go.id)\n\n|a|\n|-|\n|b|")
    assert "<h2>Satu</h2>" in html
    assert "<h6>Enam</h6>" in html
    assert "<h1" not in html
    assert "<strong>tebal</strong>" in html
    assert '<a href="https://contoh.go.id" rel="noopener noreferrer">t</a>' in html
    named = '<div class="table-scroll" role="region" aria-label="Tabel" tabindex="0">'
    assert f'{named}<table class="table">' in html


def test_first_paragraph_is_words_alone_and_short() -> None:
    assert first_paragraph("\n\n**A** & [b](https://x.id) <i>\n\nlain") == "A & b <i>"
    assert first_paragraph("") == ""
    assert first_paragraph("kata " * 100, most=12) == "kata kata…"
    assert first_paragraph("# Bab\n\nIsi **tebal**") == "Isi tebal"
    assert first_paragraph("# Bab\nIsi") == "Isi"
    assert first_paragraph("# Bab\n\n## Anak") == "Bab"
    assert first_paragraph("- satu\n- dua\n\nlain") == "satu dua"


def test_a_picture_leaves_its_words_and_a_link_that_is_not_followed_its_signs() -> None:
    assert rendered("![Peta & rute](https://contoh.go.id/a.png)") == "<p>Peta &amp; rute</p>\n"
    assert rendered("[arsip](ftp://contoh.go.id)") == "<p>[arsip](ftp://contoh.go.id)</p>\n"
    assert '<a href="mailto:a@contoh.go.id"' in rendered("[surel](mailto:a@contoh.go.id)")
    assert '<a href="/data/"' in rendered("[data](/data/)")


def test_plain_words_have_neither_signs_nor_addresses() -> None:
    text = "# Bab\n\n**Tebal** dan [tautan](https://contoh.go.id/rahasia) & `kode`"
    assert plain_words(text) == "Bab Tebal dan tautan & kode"
