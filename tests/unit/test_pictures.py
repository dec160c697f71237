"""The picture beside a link: whatever the words, it has its size and they stay within it."""

from io import BytesIO

import pytest
from django.conf import settings
from PIL import Image

from sinovik.exports import ShareCard, share_card

FONT = settings.BASE_DIR / "static" / "vendor" / "plus-jakarta-sans.woff2"
SHORT = ShareCard("Judul", "Instansi", "SINOVIK", "#0d3b42")
WORDS = ("Antrean", "Kata " * 80, "x" * 300, "😀 漢字", "", "Dua kata " * 5)


def drawn(card: ShareCard) -> Image.Image:
    return Image.open(BytesIO(share_card(card, FONT))).convert("RGB")


@pytest.mark.parametrize("words", WORDS, ids=range(len(WORDS)))
def test_words_stay_within_the_picture(words: str) -> None:
    card = ShareCard(words, words, "SINOVIK", "#0d3b42", "Top 45 2026", "Data simulasi")
    picture = drawn(card)
    assert picture.size == (1200, 630)
    # White and pink are ink alone: none of it in the right margin, none between title and agency.
    for box in ((1129, 0, 1200, 630), (72, 462, 1128, 478)):
        assert picture.crop(box).convert("L").getextrema()[1] < 160, words[:20]


def test_same_card_gives_the_same_octets_and_labels_show() -> None:
    assert share_card(SHORT, FONT) == share_card(SHORT, FONT)
    labelled = ShareCard(SHORT.title, SHORT.source, SHORT.footing, SHORT.paper, "", "Data simulasi")
    assert share_card(labelled, FONT) != share_card(SHORT, FONT)
