"""What all answers of the API share."""

import pytest

from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def test_openapi_document_names_the_promised_paths(client: WatchfulClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {
        "/api/v1/editions/{year}/funnel",
        "/api/v1/editions/{year}/results",
        "/api/v1/innovations",
    } <= set(paths)
    assert all(set(operations) == {"get"} for operations in paths.values())


def test_answer_known_to_the_caller_is_not_sent_again(client: WatchfulClient) -> None:
    first = client.get("/api/v1/innovations")
    assert first.status_code == 200
    assert "public" in first["Cache-Control"]
    again = client.get("/api/v1/innovations", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_page_past_the_end_is_empty(client: WatchfulClient) -> None:
    answer = client.get("/api/v1/innovations", {"page": 99}).json()
    assert answer == {"items": [], "count": 0, "page": 99, "pages": 1}


@pytest.mark.parametrize("page", ["0", "x", "-1", "1000000"])
def test_bad_page_is_refused_by_name(client: WatchfulClient, page: str) -> None:
    response = client.get("/api/v1/innovations", {"page": page})
    assert response.status_code == 422
    assert response.json()["error"]["fields"][0]["field"] == "page"


def test_missing_row_is_told_in_json(client: WatchfulClient) -> None:
    response = client.get("/api/v1/editions/1999/funnel")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_writing_is_not_offered(client: WatchfulClient, method: str) -> None:
    assert getattr(client, method)("/api/v1/innovations").status_code == 405
