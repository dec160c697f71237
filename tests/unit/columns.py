"""Sheets as the columns that a stage's figures are made of."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from competitions.calibration import MILLION, Sheet, SheetColumns


def columns_of(sheets: Sequence[Sheet]) -> SheetColumns:
    """The same, by entry and evaluator."""
    ordered = sorted(sheets)
    rows = [(one.entry, one.evaluator, int(one.total * Decimal(MILLION))) for one in ordered]
    return SheetColumns(*np.array(rows, dtype=np.int64).reshape(-1, 3).T)
