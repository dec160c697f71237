"""Pictures that other sites show beside a link: 1200 by 630 pixels, one font, no photograph."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

PNG_TYPE = "image/png"
WIDTH, HEIGHT = 1200, 630
MARGIN = 72
TILE = 150
"""Distance between the flowers of the pattern."""
FACES = ((68, 3), (56, 4), (48, 5))
"""Sizes of the title and the lines there is room for; the largest that fits is taken."""
INK, SOFT, GOLD, DARK = "#ffffff", "#facecf", "#ffcc14", "#1f1f1f"
ELLIPSIS = "…"


@dataclass(frozen=True)
class ShareCard:
    """What the picture says; `label` and `warning` may be empty."""

    title: str
    source: str
    footing: str
    paper: str
    label: str = ""
    warning: str = ""


class _Pen:
    """Draws with one variable font."""

    def __init__(self, font: Path, paper: str) -> None:
        self.font = font
        self.image = Image.new("RGB", (WIDTH, HEIGHT), paper)
        self.draw = ImageDraw.Draw(self.image)

    def face(self, size: int, weight: int) -> ImageFont.FreeTypeFont:
        face = ImageFont.truetype(str(self.font), size)
        face.set_variation_by_axes([weight])
        return face

    def pill(self, left: int, text: str, paper: str, ink: str) -> int:
        """A label with round ends; the place where the next may begin."""
        face = self.face(28, 700)
        right = left + round(self.draw.textlength(text, face)) + 48
        self.draw.rounded_rectangle((left, MARGIN, right, MARGIN + 56), 28, fill=paper)
        self.draw.text((left + 24, MARGIN + 28), text, ink, face, anchor="lm")
        return right + 16

    def pattern(self) -> None:
        """Kawung, four petals a flower, lighter than the paper, behind everything."""
        red, green, blue = self.image.getpixel((0, 0))  # type: ignore[misc]
        petal = tuple(min(255, part + 14) for part in (red, green, blue))
        for row in range(-1, HEIGHT // TILE + 2):
            for column in range(-1, WIDTH // TILE + 2):
                self._flower(column * TILE, row * TILE, petal)

    def _flower(self, x: int, y: int, petal: tuple[int, ...]) -> None:
        near, far, half = 8, TILE // 2 - 6, 15
        for way in (-1, 1):
            ends = sorted((way * near, way * far))
            self.draw.ellipse((x + ends[0], y - half, x + ends[1], y + half), fill=petal)
            self.draw.ellipse((x - half, y + ends[0], x + half, y + ends[1]), fill=petal)


def share_card(card: ShareCard, font: Path) -> bytes:
    """The picture as PNG: the same octets for the same card."""
    pen = _Pen(font, card.paper)
    pen.pattern()
    left = MARGIN
    if card.label:
        left = pen.pill(left, card.label, GOLD, DARK)
    if card.warning:
        pen.pill(left, card.warning, INK, DARK)
    face, lines = _fitted(pen, card.title)
    top = MARGIN + 56 + 36
    for number, line in enumerate(lines):
        pen.draw.text((MARGIN, top + round(number * face.size * 1.2)), line, INK, face)
    source = _cut(pen, card.source, pen.face(32, 600), WIDTH - 2 * MARGIN)
    pen.draw.text((MARGIN, HEIGHT - 150), source, SOFT, pen.face(32, 600))
    pen.draw.rectangle((MARGIN, HEIGHT - 98, MARGIN + 72, HEIGHT - 94), fill=GOLD)
    pen.draw.text((MARGIN, HEIGHT - 76), card.footing, INK, pen.face(26, 500))
    octets = BytesIO()
    pen.image.quantize(64).save(octets, "PNG", optimize=True)
    return octets.getvalue()


def _fitted(pen: _Pen, title: str) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest face in which there is room for the title; cut if there is in none."""
    for size, most in FACES:
        face = pen.face(size, 800)
        lines = _lines(pen, title, face)
        if len(lines) <= most:
            return face, lines
    last = _cut(pen, f"{lines[most - 1]} {lines[most]}", face, WIDTH - 2 * MARGIN)
    return face, [*lines[: most - 1], last]


def _lines(pen: _Pen, text: str, face: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else ""
        if lines and pen.draw.textlength(longer, face) <= WIDTH - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines.append(_cut(pen, word, face, WIDTH - 2 * MARGIN))
    return lines


def _cut(pen: _Pen, text: str, face: ImageFont.FreeTypeFont, room: int) -> str:
    """The text, or as much of its beginning as there is room for."""
    if pen.draw.textlength(text, face) <= room:
        return text
    short = text
    while short and pen.draw.textlength(short + ELLIPSIS, face) > room:
        short = short[:-1].rstrip()
    return short + ELLIPSIS
