"""What the bundle tells of how a list was judged, without a name: `docs/bundle.md`."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db.models import F

from agencies.models import User
from competitions.enums import SheetState
from competitions.models import (
    Assignment,
    ConflictDeclaration,
    CutOff,
    Entry,
    Receipt,
    Scoresheet,
)
from competitions.queries.conflicts import conflicted_pairs
from competitions.queries.ranking import scoring_stage
from competitions.queries.receipts import receipt_file
from competitions.queries.sheets import counting_sheets

JUDGING = "sinovik-judging-1"


def judging_record(cut_off: CutOff) -> dict[str, Any]:
    """Counts of conflicts over the ranked entries, and hashes of their receipts; `stage` loaded.

    The hashes stand in their own order: which entry a receipt belongs to is not told, or its
    holder would find the entry's rank and judges.
    """
    source = scoring_stage(cut_off.stage)
    entries = list(cut_off.results.values_list("entry", flat=True))
    judges = User.objects.filter(
        pk__in=Assignment.objects.filter(stage=source, entry__in=entries).values("evaluator")
    )
    ranked = Entry.objects.filter(pk__in=entries).select_related("agency__region")
    declared = set(
        ConflictDeclaration.objects.filter(user__in=judges, entry__in=entries).values_list(
            "user", "entry"
        )
    )
    final = Scoresheet.objects.filter(
        assignment__stage=source, assignment__entry__in=entries, state=SheetState.FINAL
    )
    counting = counting_sheets(source).filter(assignment__entry__in=entries)
    return {
        "conflicts": {
            "declared": len(declared),
            "derived": len(conflicted_pairs(list(judges), ranked) - declared),
            "sheets_set_aside": final.count() - counting.count(),
        },
        "format": JUDGING,
        "receipts": _receipts(entries),
    }


def _receipts(entries: Sequence[int]) -> list[str]:
    """SHA-256 of the receipt's file of each ranked version. A signature can't be guessed."""
    rows = Receipt.objects.filter(entry__in=entries, version=F("entry__version")).order_by("pk")
    return sorted(hashlib.sha256(receipt_file(row)).hexdigest() for row in rows)
