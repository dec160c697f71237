"""The way back stays on this site and in the reader's language."""

import pytest
from django.utils.translation import override

from sinovik.web.ways import own_path


@pytest.mark.parametrize(
    ("wanted", "language", "led"),
    [
        ("/kerja/peserta/7/", "id", "/kerja/peserta/7/"),
        ("/kerja/peserta/7/", "en", "/en/kerja/peserta/7/"),
        ("/en/kerja/peserta/7/?tulis=1", "id", "/kerja/peserta/7/?tulis=1"),
        ("/en/kerja/radar/", "en", "/en/kerja/radar/"),
        ("/tidak-ada/", "en", "/tidak-ada/"),
        ("//contoh.example/", "id", ""),
        ("https://contoh.example/", "en", ""),
        ("", "id", ""),
    ],
)
def test_own_path(wanted: str, language: str, led: str) -> None:
    with override(language):
        assert own_path(wanted) == led
