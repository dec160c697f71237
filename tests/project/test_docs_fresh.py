"""The generated documents say what the code says."""

from pathlib import Path

import pytest

from sinovik.management.documents import permissions_document, states_document

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "render"),
    [("states.md", states_document), ("permissions.md", permissions_document)],
)
def test_generated_document_is_fresh(name: str, render: object) -> None:
    assert callable(render)
    assert (ROOT / "docs" / name).read_text() == render(ROOT), "run make docs"
