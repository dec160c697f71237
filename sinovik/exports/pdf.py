"""PDF by typst: a template and its inputs as JSON, PDF/UA-1, no network, no other file."""

import json
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("typesetting.py")
SECONDS = 120
"""A volume of forty proposals takes about twelve on a busy machine."""
PDF_TYPE = "application/pdf"
# What typst's own fonts can draw for certain: Latin, Greek, Cyrillic, general punctuation.
DRAWABLE = (range(0x20, 0x530), range(0x2010, 0x2040))
STAND_IN = "?"


class TypesettingFailed(Exception):
    """typst could not set a document; its own words."""


def pdf_bytes(template: Path, document: Mapping[str, Any]) -> bytes:
    """Typeset `template`, which reads `document` as JSON from `sys.inputs.document`.

    What people typed reaches typst as strings and never as markup. It may read files beside
    the template only; fonts are those within typst, so every machine gives the same pages.
    Raises TypesettingFailed, and subprocess.TimeoutExpired after `SECONDS`.
    """
    try:
        return _typeset(template, document)
    except TypesettingFailed as error:
        # PDF/UA forbids a glyph that no font has; a document with a stand-in is better than none.
        if "could not be displayed" not in str(error):
            raise
        return _typeset(template, _drawable(document))


def _typeset(template: Path, document: Mapping[str, Any]) -> bytes:
    done = subprocess.run(  # noqa: S603 - our own program, no shell, no name from outside
        [sys.executable, "-I", str(PROGRAM), str(template)],
        env={"LANG": "C.UTF-8"},
        input=json.dumps(document).encode(),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise TypesettingFailed(done.stderr.decode(errors="replace"))
    return done.stdout


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
