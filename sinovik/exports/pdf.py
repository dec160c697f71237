"""PDF by typst: a template and its inputs as JSON, PDF/UA-1, no network, no other file."""

import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

PDF_TYPE = "application/pdf"
# What typst's own fonts can draw for certain: Latin, Greek, Cyrillic, general punctuation.
DRAWABLE = (range(0x20, 0x530), range(0x2010, 0x2040))
STAND_IN = "?"


def pdf_bytes(template: Path, document: Mapping[str, Any]) -> bytes:
    """Typeset `template`, which reads `document` as JSON from `sys.inputs.document`.

    What people typed reaches typst as strings and never as markup. It may read files beside
    the template only; fonts are those within typst, so every machine gives the same pages.
    """
    text = json.dumps(document, ensure_ascii=False)
    try:
        return _typeset(template, text)
    except typst.TypstError as error:
        # PDF/UA forbids a glyph that no font has; a document with a stand-in is better than none.
        if "could not be displayed" not in str(error):
            raise
        return _typeset(template, "".join(_drawable(character) for character in text))


def _typeset(template: Path, text: str) -> bytes:
    made = typst.compile(
        str(template),
        root=str(template.parent),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": text},
        pdf_standards=["ua-1"],
    )
    return bytes(made)


def _drawable(character: str) -> str:
    is_known = any(ord(character) in block for block in DRAWABLE)
    return character if is_known and unicodedata.category(character)[0] != "C" else STAND_IN
