"""PDF by typst: a template and its inputs as JSON, PDF/UA-1, no network, no other file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

PDF_TYPE = "application/pdf"


def pdf_bytes(template: Path, document: Mapping[str, Any]) -> bytes:
    """Typeset `template`, which reads `document` as JSON from `sys.inputs.document`.

    What people typed reaches typst as strings and never as markup. It may read files beside
    the template only; fonts are those within typst, so every machine gives the same pages.
    """
    made = typst.compile(
        str(template),
        root=str(template.parent),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": json.dumps(document)},
        pdf_standards=["ua-1"],
    )
    return bytes(made)
