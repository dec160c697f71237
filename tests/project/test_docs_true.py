"""What README and docs name exists: commands, files, links, addresses, settings."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import BaseCommand, get_commands, load_command_class
from django.urls import Resolver404, resolve
from django.utils.translation import override

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
MAKE = re.compile(r"(?:^|[\s`;&])make ([a-z][a-z-]*)")
MANAGE = re.compile(r"manage\.py ([a-z_]+)([^\n`;|]*)")
MODULE = re.compile(r"python3? -m ([a-z_.]+)([^\n`;|]*)")
OPTION = re.compile(r"(?<= )--[a-z-]+")
FILE = re.compile(r"(?:^|[\s`(,])((?:[\w.-]+/)+[\w.*-]*)(?:::(\w+))?")
ADDRESS = re.compile(r"^`(/[a-z0-9][\w/-]*/)(?:\?[^`]*)?`$")
SETTING = re.compile(r"\b(?:SINOVIK|DATABASE)_[A-Z_]*[A-Z]\b")
PLACES = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"var", ".venv"}
RUN = ("agencies", "bench", "competitions", "deploy", "innovations", "sinovik", "verify", ".ci")
PROGRAMS = (".py", ".sh", ".toml", ".yml", ".example", ".service", "Makefile", "run")


@pytest.fixture(scope="module")
def code() -> str:
    """Every program but the tests, whatever its language."""
    places = [path for name in RUN for path in (ROOT / name).rglob("*")]
    files = [path for path in [*ROOT.iterdir(), *places] if path.name.endswith(PROGRAMS)]
    return "\n".join(path.read_text() for path in files if path.is_file())


def unknown_commands(span: str) -> Iterator[str]:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    yield from (f"make {one}" for one in MAKE.findall(span) if one not in targets)
    for name, rest in MANAGE.findall(span):
        if name not in get_commands():
            yield f"manage.py {name}"
            continue
        app = get_commands()[name]
        command = app if isinstance(app, BaseCommand) else load_command_class(app, name)
        known = command.create_parser("manage.py", name)._option_string_actions
        yield from (f"{name} {one}" for one in OPTION.findall(rest) if one not in known)
    for name, rest in MODULE.findall(span):
        found = find_spec(name)
        if not found:
            yield f"-m {name}"
        elif name.startswith("bench"):
            place = Path(str(found.origin))
            said = place.read_text()
            if place.name == "__init__.py":
                said = (place.parent / "__main__.py").read_text()
            yield from (f"{name} {one}" for one in OPTION.findall(rest) if f'"{one}"' not in said)


def unknown_places(span: str) -> Iterator[str]:
    for name, test in FILE.findall(span):
        if name.split("/")[0] in PLACES:
            there = list(ROOT.glob(name.rstrip("/")))
            if not there or (test and f"def {test}(" not in there[0].read_text()):
                yield name
    for address in ADDRESS.findall(span):
        with override("en" if address.startswith("/en/") else "id"):
            try:
                resolve(address)
            except Resolver404:
                yield address


def untrue(text: str, place: Path, code: str) -> list[str]:
    """What a page names that is not there."""
    found = [one for one in LINK.findall(text) if not (place / one).exists()]
    for match in CODE.finditer(text):
        span = match.group(0)
        found += [*unknown_commands(span), *unknown_places(span)]
        found += [one for one in SETTING.findall(span) if one not in code]
    return found


def test_every_page_names_what_there_is(code: str) -> None:
    bad = {
        str(page.relative_to(ROOT)): untrue(page.read_text(), page.parent, code) for page in PAGES
    }
    assert {page: found for page, found in bad.items() if found} == {}


@pytest.mark.parametrize(
    "text",
    [
        "`make tests`",
        "`manage.py restore_all`",
        "`manage.py restore --backwards`",
        "`python -m bench.nothing`",
        "`python -m bench.faults --gently`",
        "`tests/unit/test_nothing.py`",
        "`tests/project/test_docs_true.py::test_nothing`",
        "`/kerja/tidak-ada/`",
        "`SINOVIK_NOTHING`",
        "[there](nothing.md)",
    ],
)
def test_control_what_is_not_there_is_noticed(text: str, code: str) -> None:
    assert len(untrue(text, ROOT, code)) == 1
    assert untrue("`make test`, `manage.py restore`, [this](README.md)", ROOT, code) == []
