"""Every text of the interface has its English, and the compiled catalogue is that of the source."""

import re

from tests.catalogue import compiled, texts_in_use, translations

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}")


def test_every_text_in_use_is_in_the_catalogue() -> None:
    known = {entry.text for entry in translations()}
    missing = [f"{file}: {text[1]}" for text, file in texts_in_use().items() if text not in known]
    assert missing == [], "run make messages and translate what is new"


def test_the_scanner_finds_the_texts() -> None:
    found = texts_in_use()
    assert found[("", "Langsung ke isi", "")] == "templates/base.html"
    assert ("", "%d hari", "%d hari") in found
    assert len(found) > 1000


def test_no_text_lacks_its_english() -> None:
    assert [entry.text for entry in translations() if not all(entry.said)] == []
    assert [entry.text for entry in translations() if "fuzzy" in entry.flags] == []


def test_placeholders_are_the_same_on_both_sides() -> None:
    different = [
        (entry.text[1], said)
        for entry in translations()
        for said in entry.said
        if sorted(PLACEHOLDER.findall(said)) != sorted(PLACEHOLDER.findall(entry.text[1]))
        and entry.text[1]
    ]
    assert different == []


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    source = {}
    for entry in translations():
        context, singular, plural = entry.text
        key = f"{context}\x04{singular}" if context else singular
        source[key] = entry.said if plural else entry.said[0]
    assert compiled() == source
