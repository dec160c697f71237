"""The style bundle is fresh, small, and every icon asked for exists."""

import re
from io import StringIO
from pathlib import Path

import brotli
from django.core.management import call_command

from sinovik.management.commands.write_assets import BUNDLE, squeeze

ROOT = Path(__file__).parents[2]
LIMIT = 15_000
ICON_TAG = re.compile(r"{% icon [\"']([a-z0-9-]+)[\"']")
ICON_INPUT = re.compile(r"\bicon=[\"']([a-z0-9-]+)[\"']")


def test_bundle_is_fresh() -> None:
    call_command("write_assets", check=True, stdout=StringIO())


def test_bundle_fits_its_budget() -> None:
    assert len(brotli.compress(BUNDLE.read_bytes())) <= LIMIT


def test_squeeze_keeps_strings_and_drops_comments() -> None:
    assert squeeze('/* why */ a::before { content: "a  :  b"; color: red; }') == (
        'a::before{content:"a  :  b";color:red}'
    )


def test_templates_ask_only_for_icons_of_the_sprite() -> None:
    sprite = (ROOT / "static" / "vendor" / "icons.svg").read_text()
    known = set(re.findall(r'symbol id="([a-z0-9-]+)"', sprite))
    asked = set()
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        asked |= {*ICON_TAG.findall(text), *ICON_INPUT.findall(text)}
    assert asked - known == set()


def test_templates_carry_no_inline_style_or_script() -> None:
    faults = [
        str(template.relative_to(ROOT))
        for template in (ROOT / "templates").rglob("*.html")
        if re.search(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\bsrc=)", template.read_text())
    ]
    assert faults == []
