"""What is wrong with a page, seen in its HTML alone."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr use path circle rect line"
    " polygon polyline ellipse stop".split()
)
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
        if tag in self._open:
            while self._open.pop() != tag:
                pass

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
        if tag == "a" and not given.get("href", "-"):
            self.faults.append("<a> that leads nowhere")
        if tag == "form" and not given.get("method"):
            self.faults.append("<form> without method")


def page_faults(html: str) -> list[str]:
    """List what is wrong with a page or, without <html>, with a part of one."""
    reader = PageReader()
    reader.feed(html)
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

    def request(self, **request: Any) -> HttpResponse:
        response = super().request(**request)
        kind = response.get("Content-Type", "")
        is_readable = not response.streaming and "Content-Encoding" not in response
        if kind.startswith("text/html") and is_readable:
            faults = page_faults(response.content.decode(response.charset))
            assert not faults, f"{request.get('PATH_INFO')}: {faults}"
        return response
