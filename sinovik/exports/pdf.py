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
    try:
        return _typeset(template, document)
    except typst.TypstError as error:
        # PDF/UA forbids a glyph that no font has; a document with a stand-in is better than none.
        if "could not be displayed" not in str(error):
            raise
        return _typeset(template, _drawable(document))


def _typeset(template: Path, document: Mapping[str, Any]) -> bytes:
    made = typst.compile(
        str(template),
        root=str(template.parent),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": json.dumps(document)},
        pdf_standards=["ua-1"],
    )
    return bytes(made)


def _drawable(value: Any) -> Any:
    """The same inputs with a stand-in for each character that no font draws."""
    if isinstance(value, str):
        return "".join(letter if _is_known(letter) else STAND_IN for letter in value)
    if isinstance(value, Mapping):
        return {key: _drawable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(part) for part in value]
    return value


def _is_known(letter: str) -> bool:
    is_in_block = any(ord(letter) in block for block in DRAWABLE)
    return is_in_block and unicodedata.category(letter)[0] != "C"
