"""The generated documents say what the code says."""

from pathlib import Path

import pytest

from sinovik.management.documents import permissions_document, states_document
from sinovik.management.inventory import personal_document

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "render"),
    [
        ("states.md", states_document),
        ("permissions.md", permissions_document),
        ("personal-data.md", lambda root: personal_document()),
    ],
)
def test_generated_document_is_fresh(name: str, render: object) -> None:
    assert callable(render)
    assert (ROOT / "docs" / name).read_text() == render(ROOT), "run make docs"
