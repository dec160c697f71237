"""Every text of the interface has its English, and the compiled catalogue is that of the source."""

import csv
import re
import tomllib
from collections.abc import Iterator

from tests.catalogue import ROOT, compiled, texts_in_f_strings, texts_in_use, translations

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}")

REFERENCE_TABLES = {
    "innovations/reference/categories.csv": ("name",),
    "innovations/reference/sustainable_goals.csv": ("name",),
}
REFERENCE_FORMS = {
    "competitions/reference/form_2023.toml": "section",
    "competitions/reference/panel.toml": "criterion",
}
FORM_TEXTS = ("title", "name", "question", "guidance")


def test_every_text_in_use_is_in_the_catalogue() -> None:
    known = {entry.text for entry in translations()}
    missing = [f"{file}: {text[1]}" for text, file in texts_in_use().items() if text not in known]
    assert missing == [], "run make messages and translate what is new"


def test_the_scanner_finds_the_texts() -> None:
    found = texts_in_use()
    assert found[("", "Langsung ke isi", "")] == "templates/base.html"
    assert ("", "%d hari", "%d hari") in found
    assert len(found) > 1000


def test_no_text_stands_where_make_messages_would_lose_it() -> None:
    assert texts_in_f_strings() == []


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


def reference_texts() -> Iterator[str]:
    for path, columns in REFERENCE_TABLES.items():
        with (ROOT / path).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from (row[column] for column in columns)
    for path, table in REFERENCE_FORMS.items():
        form = tomllib.loads((ROOT / path).read_text("utf-8"))
        yield from form["labels"]
        for part in form[table]:
            yield from (part[key] for key in FORM_TEXTS if key in part)
            yield from part.get("levels", [])


def test_the_reference_data_is_in_the_catalogue() -> None:
    known = {entry.text[1] for entry in translations()}
    assert [text for text in reference_texts() if text not in known] == []


def test_a_concept_has_one_word_in_both_languages() -> None:
    """The glossary says kategori, category; a reader's bidang keahlian is something else.

    A password is a kata sandi and a passkey a kunci sandi, a deadline a tenggat.
    """
    other = re.compile(
        r"\bbidang\b(?! keahlian)|\bfields? of service\b"
        r"|(?<!kata )(?<!kunci )\bsandi|(?<!tanpa )\bbatas waktu\b|(?<!\()\bemails?\b",
        re.IGNORECASE,
    )
    said = {text for entry in translations() for text in (*entry.text[1:], *entry.said)}
    assert [text for text in said if other.search(text)] == []


def test_the_help_names_the_link_of_the_sign_in_page() -> None:
    english = {entry.text[1]: entry.said[0] for entry in translations()}
    texts = tomllib.loads((ROOT / "competitions/reference/articles.toml").read_text("utf-8"))
    (help_text,) = [one for one in texts["article"] if one.get("slug") == "lupa-kata-sandi"]
    link = "Lupa kata sandi"
    assert f'% translate "{link}" %' in (ROOT / "templates/account/login.html").read_text("utf-8")
    assert f"“{link}”" in help_text["body"]
    assert f"“{english[link]}”" in help_text["body_en"]


def test_a_moment_in_an_english_sentence_has_its_preposition() -> None:
    bare = re.compile(r"(?:reopened this sheet|asked for|You asked for it) %\(moment\)s")
    assert [s for entry in translations() for s in entry.said if bare.search(s)] == []
