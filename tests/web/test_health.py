import pytest

from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def test_livez_anonymous_answers(client: WatchfulClient) -> None:
    assert client.get("/livez").status_code == 200


def test_readyz_migrated_answers_ok(client: WatchfulClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {"database": True, "migrations": True, "jobs": True},
        # No worker runs beside the tests.
        "warnings": ["scheduler"],
    }
