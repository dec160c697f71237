"""The import contracts hold, and each of them catches what it is there for."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["agencies", "competitions", "innovations", "sinovik"]
EDGE = ["views", "forms", "filters", "api", "admin", "exports", "tasks"]
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
}

# contract, file that is changed or made, line added to it
VIOLATIONS = [
    ("packages", "agencies/enums.py", "import innovations.enums"),
    ("packages", "innovations/enums.py", "import competitions.enums"),
    ("packages", "sinovik/web/access.py", "import agencies.enums"),
    ("packages", "sinovik/audit/clock.py", "import sinovik.notifications"),
    ("packages", "competitions/enums.py", "import sinovik.home.health"),
    ("floor", "sinovik/exports/tables.py", "import sinovik.api"),
    ("floor", "sinovik/utils.py", ""),
    ("apps", "competitions/utils.py", ""),
    ("apps", "agencies/models/user.py", "import agencies.permissions"),
    ("apps", "competitions/scoring.py", "import competitions.ranking"),
    ("pure", "competitions/scoring.py", "import django.db"),
    ("floor", "sinovik/cleaning/pdf.py", "import sinovik.files"),
    ("postgres", "sinovik/postgres/cluster.py", "import django.conf"),
    ("postgres", "sinovik/cleaning/pdf.py", "import django.conf"),
    ("agencies-edge", "competitions/apps.py", "import agencies.views"),
    ("innovations-edge", "sinovik/home/health.py", "import innovations.api"),
    ("competitions-edge", "sinovik/home/health.py", "import competitions.api"),
]


def lint(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, so that no test touches the real one."""
    copy = tmp_path_factory.mktemp("original")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            copy / package,
            ignore=lambda directory, names: {
                name
                for name in names
                if not (name.endswith(".py") or (Path(directory) / name).is_dir())
                or name == "__pycache__"
            },
        )
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def test_contracts_hold(original: Path) -> None:
    done = lint(original)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(" KEPT") == len(CONTRACTS)


@pytest.mark.parametrize(
    ("contract", "file", "line"), VIOLATIONS, ids=[f"{v[0]}-{v[1]}" for v in VIOLATIONS]
)
def test_contract_broken_is_caught(
    original: Path, tmp_path: Path, contract: str, file: str, line: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(original, copy)
    with (copy / file).open("a") as changed:
        changed.write(f"\n{line}\n")
    done = lint(copy)
    assert done.returncode != 0
    assert f"{CONTRACTS[contract]['name']} BROKEN" in done.stdout


def test_every_contract_is_broken_by_a_test() -> None:
    assert {violation[0] for violation in VIOLATIONS} == set(CONTRACTS)


@pytest.mark.parametrize("app", ["agencies", "competitions", "innovations"])
def test_web_edge_is_protected_whole(app: str) -> None:
    present = {
        f"{app}.{name}"
        for name in EDGE
        if (ROOT / app / f"{name}.py").exists() or (ROOT / app / name / "__init__.py").exists()
    }
    assert present == set(CONTRACTS[f"{app}-edge"]["protected_modules"])
