"""Locked lists computed anew, by rows and by the program for strangers.

The second shares no line with the site: an error of ours is not repeated there.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from competitions.models import Commitment
from competitions.queries.bundle import BUNDLE, log_of, result_content, section_of
from sinovik.audit import signing
from sinovik.audit.canonical import canonical
from sinovik.audit.models import AuditEvent

VERIFIER = Path(settings.BASE_DIR) / "verify" / "sinovik_verify.py"
SECONDS = 600


def false_lists() -> Iterator[str]:
    """Locked lists, announced or not, that differ from their rows or that don't add up."""
    rows = Commitment.objects.select_related(
        "cut_off__stage__edition", "cut_off__stage__ranks_from"
    )
    for row in rows.order_by("pk").iterator(chunk_size=1):
        if fault := differing_rows(row) or unproven(row):
            yield f"{row.cut_off}: {fault}"


def differing_rows(row: Commitment) -> str:
    """Which part of the committed content today's rows no longer give; empty: none."""
    told = json.loads(row.content)
    # Who declared a conflict afterwards is counted there, and changes no list.
    told.pop("judging", None)
    now = json.loads(canonical(result_content(row.cut_off, row.secret)))
    return ", ".join(key for key in sorted(told | now) if told.get(key) != now.get(key))


def unproven(row: Commitment) -> str:
    """What the program for strangers says against a list; empty: nothing, or not sealed yet."""
    try:
        if log_of(row) is None:
            return ""
    except AuditEvent.DoesNotExist:
        return _("tidak ada dalam buku kejadian")
    year = row.cut_off.stage.edition.year
    head = f'{{"edition":{year},"format":"{BUNDLE}","sections":['.encode()
    with tempfile.TemporaryDirectory() as directory:
        bundle, key = Path(directory) / "bundle.json", Path(directory) / "key.pem"
        bundle.write_bytes(head + section_of(row) + b"]}")
        key.write_bytes(signing.public_pem())
        done = subprocess.run(  # noqa: S603 (our own program, no shell)
            [sys.executable, str(VERIFIER), "bundle", str(bundle), "--key", str(key)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip()[-300:]
