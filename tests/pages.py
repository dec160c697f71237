"""What is wrong with a page, seen in its HTML alone."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client

VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr use path circle rect line"
    " polygon polyline ellipse stop".split()
)
PHRASES = frozenset("p h1 h2 h3 h4 h5 h6 span b i em strong small code label button".split())
BLOCKS = frozenset(
    "address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 h5 h6"
    " header hr main nav ol p pre section table ul".split()
)
PARENTS = {
    "li": "ul ol menu",
    "dt": "dl div",
    "dd": "dl div",
    "tr": "table thead tbody tfoot",
    "td": "tr",
    "th": "tr",
    "caption": "table",
    "thead": "table",
    "tbody": "table",
    "tfoot": "table",
    "summary": "details",
    "legend": "fieldset",
    "option": "select optgroup datalist",
    "figcaption": "figure",
}
CHILDREN = {
    "ul": "li",
    "ol": "li",
    "dl": "dt dd div",
    "table": "caption colgroup thead tbody tfoot tr",
    "tbody": "tr",
    "thead": "tr",
    "tr": "td th",
    "select": "option optgroup hr",
}
SCRIPTS = frozenset({"script", "template"})
ACTED_ON = frozenset("a button select textarea input label summary".split())
NOT_WITHIN = {"a": ACTED_ON - {"label"}, "button": ACTED_ON, "form": {"form"}, "label": {"label"}}
"""Part of what the standard says of nesting; `bench.site` asks the Nu checker for the whole."""

UNLABELLED_TYPES = frozenset({"hidden", "submit", "button", "reset", "image"})
TEMPLATE_MARKS = ("{{", "{%", "{# ")


class PageReader(HTMLParser):
    """Collects what the rules below ask about."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.headings = 0
        self.is_whole_page = False
        self.ids: list[str] = []
        self.label_targets: set[str] = set()
        self.controls: list[dict[str, str]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if len(given) < len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        self._look_at_place(tag, given)
        self.is_whole_page |= tag == "html"
        self.headings += tag == "h1"
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label" and "for" in given:
            self.label_targets.add(given["for"])
        if tag in ("input", "select", "textarea"):
            self.controls.append(given | {"tag": tag, "in_label": "1" * ("label" in self._open)})
        self._look_at_policy(tag, given)
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> within {self._open[-3:]}")
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def close(self) -> None:
        super().close()
        self.faults += [f"<{tag}> is left open" for tag in self._open]

    def _look_at_place(self, tag: str, given: dict[str, str]) -> None:
        """Whether the element may stand where it does; a part of a page has no parent yet."""
        if not self._open or "svg" in self._open:
            return
        parent = self._open[-1]
        wrong = tag not in CHILDREN.get(parent, tag).split() and tag not in SCRIPTS
        wrong |= parent not in PARENTS.get(tag, parent).split()
        wrong |= tag in BLOCKS and parent in PHRASES
        wrong |= given.get("type") != "hidden" and any(
            tag in within for outer, within in NOT_WITHIN.items() if outer in self._open
        )
        if wrong:
            self.faults.append(f"<{tag}> within <{parent}>")

    def _look_at_policy(self, tag: str, given: dict[str, str]) -> None:
        for name in given:
            if name.startswith("on") or name == "style":
                self.faults.append(f"<{tag}> has the attribute {name}")
        if tag == "style":
            self.faults.append("inline <style>")
        if tag == "script" and "src" not in given and given.get("type") != "application/ld+json":
            self.faults.append("inline <script>")
        if tag == "img" and "alt" not in given:
            self.faults.append(f"<img> without alt: {given.get('src')}")
        if tag == "a" and not given.get("href", "-") and "data-again" not in given:
            self.faults.append("<a> that leads nowhere")
        if tag == "form" and not given.get("method"):
            self.faults.append("<form> without method")


def page_faults(html: str) -> list[str]:
    """List what is wrong with a page or, without <html>, with a part of one."""
    reader = PageReader()
    reader.feed(html)
    reader.close()
    faults = reader.faults
    faults += [f"template mark {mark} left" for mark in TEMPLATE_MARKS if mark in html]
    if reader.is_whole_page and reader.headings != 1:
        faults.append(f"{reader.headings} h1, wanted one")
    faults += [f"id {name!r} twice" for name in set(reader.ids) if reader.ids.count(name) > 1]
    for control in reader.controls:
        labelled = (
            control.get("type") in UNLABELLED_TYPES
            or control["in_label"]
            or control.get("aria-label")
            or control.get("aria-labelledby")
            or control.get("id") in reader.label_targets
        )
        if not labelled:
            faults.append(f"<{control['tag']} name={control.get('name')}> without a label")
    return faults


class WatchfulClient(Client):
    """Django's client; fails on the first page with a fault."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        kind = response.get("Content-Type", "")
        is_readable = not response.streaming and "Content-Encoding" not in response
        if kind.startswith("text/html") and is_readable:
            faults = page_faults(response.content.decode(response.charset))
            assert not faults, f"{request.get('PATH_INFO')}: {faults}"
        return response
