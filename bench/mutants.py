"""Would the tests notice? Change the rules of judging one place at a time and see.

    python -m bench.mutants [scoring ranking calibration allocation eligibility receipts ...]

mutmut makes every change it knows (`<` to `<=`, 1 to 2, a text to another) in the modules
named, all of them by default, and runs the tests that reach it; a change that no test notices
has survived. Questions to the database are changed too (`closes_at__gt` to `closes_at__gte`,
`bench/mutmut_lookups.py`). The policy steps are part of `ranking`, the proofs of the log of
`receipts`, what writes and reads one `issuing`; this and `deadlines` need a database, so that no
two changes are tried at a time.
Printed are a line a module and the survivors; the program fails where a module keeps more than
one in ten.
"""

import ast
import difflib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sinovik.postgres.cluster import DATABASE, SUPERUSER, Cluster

LEAST_KILLED = 0.9
ROOT = Path(__file__).parent.parent
MUTATED = ["competitions", "sinovik"]
COPIED = (
    *("agencies", "bench", "competitions", "innovations", "locale", "sinovik", "static"),
    *("docs", "templates", "tests", "verify"),
)
AREAS = {
    "scoring": ("competitions/scoring.py", "unit/test_scoring"),
    "ranking": ("competitions/ranking.py", "unit/test_ranking unit/test_policy_steps"),
    "calibration": ("competitions/calibration.py", "unit/test_calibration"),
    "allocation": ("competitions/allocation.py", "unit/test_allocation"),
    "eligibility": (
        "competitions/eligibility/*.py",
        "unit/test_eligibility unit/test_junk unit/test_rule_texts",
    ),
    "receipts": (
        "sinovik/audit/codes.py sinovik/audit/merkle.py",
        "unit/test_receipt_codes unit/test_merkle",
    ),
    "issuing": (
        "sinovik/audit/canonical.py sinovik/audit/signing.py competitions/actions/receipts.py"
        " competitions/queries/receipts.py",
        "unit/test_receipt_codes rules/test_receipts rules/test_late",
    ),
    "deadlines": (
        "competitions/queries/deadlines.py competitions/queries/windows.py"
        " competitions/queries/locks.py competitions/queries/corrections.py"
        " competitions/queries/objections.py competitions/queries/automatic.py"
        " competitions/models/stage.py competitions/models/deadline.py"
        " competitions/models/objection.py sinovik/audit/clock.py",
        "rules/test_in_time",
    ),
}
"""Modules of an area, and their tests."""
ON_ROWS = {"issuing", "deadlines"}
"""Areas whose tests keep rows: one change at a time."""
DECIDING = {
    "competitions/queries/receipts.py": (
        "standing standing_of standings_of find_receipt statement_of receipt_file examine envelope"
    ),
    "competitions/queries/corrections.py": "hold_correction_window is_unmended",
    "competitions/queries/objections.py": "check_in_time close_of",
    "competitions/models/deadline.py": "confirmed reaching",
    "competitions/models/objection.py": "is_running",
    "competitions/models/stage.py": "of_kind open with_deadline before_deadline taking",
}
"""What decides in modules that do other things besides; the rest of them stays as it is."""
FAILED = (1, 3)
ENDLESS = (24, -24, 36, 152, 255)
"""Exit codes that mutmut keeps where a test failed, and where none came to an end in time."""
LONG = "not a_season"
"""Tests too long to be run for each change."""


@dataclass(frozen=True)
class Outcome:
    """How a module fared; `survivors` are the changes that no test noticed, by name."""

    module: str
    total: int
    endless: int
    survivors: Mapping[str, str]

    @property
    def killed(self) -> int:
        return self.total - len(self.survivors)

    @property
    def is_enough(self) -> bool:
        return self.killed >= LEAST_KILLED * self.total


def main() -> None:
    areas = sys.argv[1:] or list(AREAS)
    directory = Path(tempfile.mkdtemp(prefix="sinovik-mutants-"))
    try:
        with database() as address:
            run_mutmut(directory, areas, address)
        outcomes = list(outcomes_in(directory / "mutants"))
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    report(outcomes)
    sys.exit(not all(one.is_enough for one in outcomes))


@contextmanager
def database() -> Iterator[str]:
    """Where all runs find the test database that the first of them makes."""
    with tempfile.TemporaryDirectory(prefix="sinovik-mutants-") as place:
        cluster = Cluster(Path(place) / "postgres", throwaway=True)
        cluster.hold()
        try:
            yield f"postgresql://{SUPERUSER}@{quote(str(cluster.socket_dir), safe='')}/{DATABASE}"
        finally:
            cluster.destroy()


def run_mutmut(directory: Path, areas: list[str], address: str) -> None:
    """Let mutmut work on a copy: it writes beside what it changes."""
    for name in COPIED:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, directory / name, ignore=ignored)
    wanted = {
        "source_paths": MUTATED,
        "only_mutate": [path for area in areas for path in AREAS[area][0].split()],
        "also_copy": [name for name in COPIED if name not in MUTATED],
        # Each run begins with no connection that another has used.
        "process_isolation": "forkserver",
        "pytest_add_cli_args": ["--no-cov", "--reuse-db", "-k", LONG],
        "pytest_add_cli_args_test_selection": [
            f"tests/{name}.py" for area in areas for name in AREAS[area][1].split()
        ],
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in wanted.items()]
    terms = (ROOT / "pyproject.toml").read_text()
    (directory / "pyproject.toml").write_text("\n".join([terms, "[tool.mutmut]", *lines, ""]))
    children = 1 if ON_ROWS & set(areas) else len(os.sched_getaffinity(0))
    command = ["bench.mutmut_lookups", "run", "--max-children", str(children)]
    names = [name for path in wanted["only_mutate"] for name in names_in(path)]
    done = subprocess.run(
        [sys.executable, "-m", *command, *names],
        cwd=directory,
        env=os.environ | {"SINOVIK_TEST_DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"mutmut failed:\n{(done.stdout + done.stderr)[-4000:]}")


def names_in(path: str) -> list[str]:
    """The patterns by which mutmut knows what to change in a module."""
    module = path.removesuffix(".py").replace("/", ".")
    return [f"{module}.x*{name}__mutmut_*" for name in DECIDING.get(path, "*").split()]


def outcomes_in(directory: Path) -> Iterator[Outcome]:
    """What mutmut left behind, module by module."""
    for record in sorted(directory.glob("**/*.py.meta")):
        found: dict[str, int | None] = json.loads(record.read_text())["exit_code_by_key"]
        codes = {name: code for name, code in found.items() if code is not None}
        if not codes:
            continue
        source = record.with_suffix("")
        changes = changes_in(source.read_text())
        yield Outcome(
            str(source.relative_to(directory)),
            len(codes),
            sum(code in ENDLESS for code in codes.values()),
            {
                name: changes[name.rpartition(".")[2]]
                for name, code in codes.items()
                if code not in FAILED + ENDLESS
            },
        )


def changes_in(source: str) -> dict[str, str]:
    """Each mutant's name and the lines it differs in; they stand beside the originals."""
    lines = source.splitlines()
    found = {
        node.name: [line.strip() for line in lines[node.lineno - 1 : node.end_lineno]][1:]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name
    }
    return {
        name: "\n".join(
            line
            for line in difflib.unified_diff(
                found[name.rpartition("__mutmut_")[0] + "__mutmut_orig"], body, lineterm="", n=0
            )
            if line[:2] not in ("--", "++", "@@")
        )
        for name, body in found.items()
    }


def report(outcomes: list[Outcome]) -> None:
    """The survivors, then a line a module and one for all."""
    survivors = {name: change for one in outcomes for name, change in one.survivors.items()}
    for name, change in survivors.items():
        print(f"{name}\n{change}\n")
    total, endless = (sum(getattr(one, name) for one in outcomes) for name in ("total", "endless"))
    print("| module | killed | of them by time | of | share |\n| --- | ---: | ---: | ---: | ---: |")
    for one in [*outcomes, Outcome("all", total, endless, survivors)]:
        share = f"{one.killed / one.total:.1%}"
        print(f"| {one.module} | {one.killed:,} | {one.endless:,} | {one.total:,} | {share} |")


if __name__ == "__main__":
    main()
