"""QR codes as one SVG path: no style, no script, sharp at every size."""

from dataclasses import dataclass
from functools import lru_cache

import segno

QUIET_ZONE = 4
"""Empty modules around the code that ISO/IEC 18004 asks for."""


@dataclass(frozen=True)
class QrCode:
    """A square of `size` modules and the path of the dark ones."""

    size: int
    path: str

    @property
    def svg(self) -> str:
        """The whole drawing, for documents; pages draw it by components/qr.html."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.size} {self.size}">'
            f'<rect width="100%" height="100%" fill="#fff"/><path d="{self.path}"/></svg>'
        )


@lru_cache(maxsize=4096)
def qr_code(text: str, mask: int | None = None) -> QrCode:
    """Encode text, readable with up to 15 % of it damaged.

    Each of the eight masks can be read; to look for the most even one takes three quarters of
    the time. A page that many open at once names one, paper that may fade has the search.
    """
    runs = []
    code = segno.make(text, error="m", micro=False, mask=mask)
    rows = [list(row) for row in code.matrix_iter(border=QUIET_ZONE)]
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                runs.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = max(end, x + 1)
    return QrCode(size=len(rows), path="".join(runs))
