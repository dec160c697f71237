"""docs/trust.md names tests that exist, every promise has some, and a missing one is noticed."""

from typing import Any

import pytest

from bench import trust


def test_every_test_named_exists() -> None:
    assert trust.faults() == []


@pytest.mark.parametrize(
    "name", ["tests/rules/test_gone.py", "tests/rules/test_audit.py::test_gone", "T26"]
)
def test_control_a_test_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    rows: dict[str, Any] = trust.table()
    rows["bssn"][0]["by"].append(name)
    monkeypatch.setattr(trust, "table", lambda: rows)
    assert trust.faults() == [f"Autentikasi: {name}"]


def test_all_promises_controls_and_functions_are_there() -> None:
    rows = trust.table()
    assert [row["id"] for row in rows["trust"]] == [f"T{number}" for number in range(1, 26)]
    assert [row["row"] for row in rows["asvs"]] == list(range(1, 62))
    assert len(rows["bssn"]) == 13
    # What shows nothing says so.
    assert [row["id"] for row in rows["trust"] if not row["tests"] and "lacking" not in row] == []


def test_document_is_fresh() -> None:
    assert trust.DOCUMENT.read_text() == trust.document(), "run python -m bench.trust"
