"""Facts about the whole repository that a reader may rely on."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["agencies", "competitions", "innovations", "sinovik"]
MODULES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
BANNED = re.compile(
    r"(^|_)(utils?|helpers?|common|misc|managers?|services?|handlers?|processors?|data|info)(_|$)"
)
# The token is the right, and accepting makes the account that then acts.
# Whoever is invited has no account yet; the stage's own rule calls a further reader.
ACTS_WITHOUT_ACCOUNT = {"accept_invitation", "sweep_extra_readers"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
LONGEST_TEMPLATE = 150


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_module_is_short_and_well_named(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE
    assert not BANNED.search(path.stem)


def test_each_job_takes_turns_by_a_number_of_its_own() -> None:
    found = [
        number
        for path in MODULES
        for number in re.findall(r"^TURN = (\w+)$", path.read_text(), re.MULTILINE)
    ]
    assert len(found) > 8
    assert len(set(found)) == len(found)


def test_no_day_is_that_of_utc() -> None:
    """Until seven in the morning Jakarta's is the next: `clock.today()`, or `localdate` of now."""
    for path in [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]:
        found = "now().date" + "()" in path.read_text()
        assert not found, short(path)


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_function_is_short(path: Path) -> None:
    for function in functions(path):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= LONGEST_FUNCTION, f"{function.name} has {length} lines"


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_template_is_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_TEMPLATE


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_template_names_existing_static_files(path: Path) -> None:
    for name in re.findall(r"""{%\s*static\s+["']([^"']+)["']""", path.read_text()):
        assert (ROOT / "static" / name).exists(), name


def test_a_table_is_offered_to_excel_too() -> None:
    """An Indonesian Excel shows CSV in one column: a workbook beside each, or what to do."""
    offers = re.compile(r"_xlsx'|(table_files|_part_method|_transparency_rates|_excel)\.html")
    offering = [path for path in TEMPLATES if re.search(r"(?<!template)_csv'", path.read_text())]
    assert len(offering) > 10
    assert [short(path) for path in offering if not offers.search(path.read_text())] == []


def test_template_is_used() -> None:
    sources = [*MODULES, *TEMPLATES, *sorted((ROOT / "templates").rglob("*.txt"))]
    text = "\n".join(path.read_text() for path in sources)
    # These are found by name: by Django, its form renderer and allauth.
    found_by_name = (
        "django/",
        "account/",
        "mfa/",
        "socialaccount/",
        "400",
        "403",
        "404",
        "429",
        "500",
    )
    unused = [
        name
        for path in TEMPLATES
        if not (name := str(path.relative_to(ROOT / "templates"))).startswith(found_by_name)
        and f'"{name}"' not in text
        and f"'{name}'" not in text
    ]
    assert not unused


def test_actions_and_queries_take_the_time_from_the_clock() -> None:
    for path in MODULES:
        if "actions" in path.parts or "queries" in path.parts:
            assert "timezone.now" not in path.read_text(), short(path)


def test_action_names_who_acts() -> None:
    missing = [
        f"{short(path)}: {function.name}"
        for path in MODULES
        if "actions" in path.parts
        for function in ast.parse(path.read_text()).body
        if isinstance(function, ast.FunctionDef)
        and any("atomic" in ast.dump(decorator) for decorator in function.decorator_list)
        and function.name not in ACTS_WITHOUT_ACCOUNT
        and "by" not in [argument.arg for argument in function.args.kwonlyargs]
    ]
    assert not missing


def test_committed_files_name_no_machine_and_no_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    pattern = re.compile(r"/work/main|/root/|--index-url|--extra-index-url|files\.pythonhosted")
    texts = [name for name in listed if name.endswith((".py", ".toml", ".txt", ".md", "Makefile"))]
    guilty = [
        name
        for name in texts
        if (ROOT / name).exists() and name != "tests/project/test_conventions.py"
        if pattern.search((ROOT / name).read_text())
    ]
    assert not guilty
