"""The texts of the interface and their English: read from source, .po and .mo without gettext."""

import ast
import gettext
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES"
PACKAGES = ("agencies", "competitions", "innovations", "sinovik")

# Position of the arguments that are texts: (context, singular, plural).
FUNCTIONS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
STRING = r"u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\""
CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*((?:(?:{STRING})\s*,?\s*)+)", re.DOTALL)

SHOWN = re.compile(r">([^<>]+)<")
ATTRIBUTE = re.compile(r'(?:aria-label|placeholder|title|alt|content|data-done)="([^"]*)"')
UNTRANSLATABLE = re.compile(
    r"(?s)<script.*?</script>|<(?!html\b)([a-z0-9]+)[^>]* lang=\"id\".*?</\1>"
)

INDONESIAN_DAY = re.compile(
    r"\b\d{1,2} (Januari|Februari|Maret|Mei|Juni|Juli|Agustus|Oktober|Desember)\b"
)

# (context, singular, plural); "" for a part that is not there.
Text = tuple[str, str, str]


def _constants(arguments: list[ast.expr]) -> list[str | None]:
    return [
        node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
        for node in arguments
    ]


def _text(name: str, given: list[str | None]) -> Text | None:
    chosen = [
        "" if place is None else given[place] if place < len(given) else None
        for place in FUNCTIONS[name]
    ]
    if None in chosen:
        return None
    context, singular, plural = (part or "" for part in chosen)
    return (context, singular, plural)


def _python_texts(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in FUNCTIONS and (found := _text(name, _constants(node.args))):
                yield found


def texts_in_f_strings() -> list[str]:
    """File and line of texts inside an f-string: `make messages` does not see them."""
    return [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call) and any(_python_texts(ast.unparse(inner)))
    ]


def _template_texts(source: str, origin: str) -> Iterator[Text]:
    for call in CALL.finditer(templatize(source, origin=origin)):
        given = [ast.literal_eval(part) for part in re.findall(STRING, call[2], re.DOTALL)]
        if found := _text(call[1], given):
            yield found


def texts_in_use() -> dict[Text, str]:
    """Find every text wrapped for translation, with one file that holds it."""
    found: dict[Text, str] = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for text in _python_texts(path.read_text("utf-8")):
                found.setdefault(text, str(path.relative_to(ROOT)))
    for path in (ROOT / "templates").rglob("*.*"):
        if path.suffix in {".html", ".txt"}:
            for text in _template_texts(path.read_text("utf-8"), str(path)):
                found.setdefault(text, str(path.relative_to(ROOT)))
    return found


@dataclass
class Translation:
    """One entry of the .po file."""

    parts: dict[str, str] = field(default_factory=dict)
    flags: str = ""

    @property
    def text(self) -> Text:
        get = self.parts.get
        return (get("msgctxt", ""), get("msgid", ""), get("msgid_plural", ""))

    @property
    def said(self) -> list[str]:
        return [text for key, text in self.parts.items() if key.startswith("msgstr")]


def translations() -> list[Translation]:
    """Read the .po file: blocks between empty lines, strings that go on over lines."""
    entries = []
    for block in (CATALOGUE / "django.po").read_text("utf-8").split("\n\n"):
        entry, key = Translation(), ""
        for line in block.strip().splitlines():
            if line.startswith("#"):
                entry.flags += line if line.startswith("#,") else ""
                continue
            word, _, rest = line.partition(" ")
            if not line.startswith('"'):
                key, line = word, rest
                entry.parts[key] = ""
            entry.parts[key] += ast.literal_eval(line)
        entries.append(entry)
    return entries


def compiled() -> dict[str, str | list[str]]:
    """Read the .mo file: text (behind its context) to what is said, a list where it counts."""
    with (CATALOGUE / "django.mo").open("rb") as file:
        pairs = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    said: dict[str, str | list[str]] = {}
    for key, text in pairs.items():
        if isinstance(key, tuple):
            forms = said.setdefault(key[0], [])
            assert isinstance(forms, list)
            forms.append(text)
        else:
            said[key] = text
    return said


def said(page: str) -> set[str]:
    """Everything a page says in its own language: texts and the attributes people meet."""
    own = UNTRANSLATABLE.sub("", page)
    found = SHOWN.findall(own) + ATTRIBUTE.findall(own)
    return {html.unescape(" ".join(text.split())) for text in found}


def unmarked(page: str, texts: set[str]) -> set[str]:
    """Texts shown on a page that don't say that they are Indonesian."""
    shown = SHOWN.findall(UNTRANSLATABLE.sub("", page))
    return {html.unescape(" ".join(text.split())) for text in shown} & texts


def texts_with_english() -> set[str]:
    """Texts of the catalogue that English has another one for."""
    # A text that is also the English of another one ("Menu") tells nothing.
    english = {text for entry in translations() for text in entry.said}
    return {entry.text[1] for entry in translations()} - english - {""}


def left_indonesian(page: str, texts: set[str]) -> set[str]:
    """Texts of the interface that stand untranslated on a page, and days with Indonesian months."""
    here = said(page)
    return here & texts | {text for text in here if INDONESIAN_DAY.search(text)}
