"""QR codes as one SVG path: no style, no script, sharp at every size."""

import re
from dataclasses import dataclass
from functools import lru_cache

import segno

QUIET_ZONE = 4
"""Empty modules around the code that ISO/IEC 18004 asks for."""

DARK = re.compile(rb"\x01+")


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
    for y, row in enumerate(code.matrix, QUIET_ZONE):
        for run in DARK.finditer(row):
            length = run.end() - run.start()
            runs.append(f"M{run.start() + QUIET_ZONE} {y}h{length}v1h-{length}z")
    return QrCode(size=len(code.matrix) + 2 * QUIET_ZONE, path="".join(runs))
