"""What all answers of the API share."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from agencies.models import Agency
from sinovik.api import MOST
from sinovik.web.limits import WINDOW
from tests.factories import make_agency
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def test_openapi_document_names_the_promised_paths(client: WatchfulClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["info"]["description"].startswith("Public service innovations")
    paths = document["paths"]
    assert {
        "/api/v1/editions/{year}/funnel",
        "/api/v1/editions/{year}/results",
        "/api/v1/innovations",
    } <= set(paths)
    assert all(set(operations) == {"get"} for operations in paths.values())
    gone = [path for path, operations in paths.items() if "410" in operations["get"]["responses"]]
    assert gone == ["/api/v1/innovations/{slug}"]
    told = paths[gone[0]]["get"]["responses"]
    assert told["410"]["content"] == told["404"]["content"]


def test_root_leads_to_the_page_that_explains_it(client: WatchfulClient) -> None:
    answer = client.get("/api/v1/", follow=True)
    assert answer.redirect_chain == [("/data/", 302)]
    assert answer.status_code == 200


def test_answer_known_to_the_caller_is_not_sent_again(client: WatchfulClient) -> None:
    first = client.get("/api/v1/innovations")
    assert first.status_code == 200
    assert "public" in first["Cache-Control"]
    again = client.get("/api/v1/innovations", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "c2x1ZzphYmM", "cGs6", "cGs6LTE", "cGs6OTk5OTk5OTk5OTk5OTk5OTk"]
)
def test_cursor_of_nowhere_is_refused_with_a_sentence(client: WatchfulClient, cursor: str) -> None:
    answer = client.get(f"/api/v1/innovations?cursor={cursor}")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == "cursor"


@pytest.mark.parametrize("limit", ["0", "x", "-1", "101"])
def test_bad_limit_is_refused_by_name(client: WatchfulClient, limit: str) -> None:
    answer = client.get("/api/v1/innovations", {"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "limit"


def test_browsers_language_changes_no_answer_and_none_says_so(client: WatchfulClient) -> None:
    for address in ("/api/v1/agencies", "/api/v1/editions/1999", "/akun/masuk/"):
        answer = client.get(address, headers={"Accept-Language": "en"})
        assert answer.content.count(b"does not exist") == 0, address
        assert answer["Content-Language"] == "id", address
        assert "Accept-Language" not in answer.get("Vary", ""), address


def test_missing_row_is_told_in_json(client: WatchfulClient) -> None:
    for address in ("editions/1999/funnel", "innovations/%00", "editions/99999999999999999999"):
        answer = client.get(f"/api/v1/{address}")
        assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
        assert answer.json()["title"] == "not_found"


def test_head_is_get_without_its_body(client: WatchfulClient) -> None:
    whole, head = client.get("/api/v1/agencies"), client.head("/api/v1/agencies")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(len(whole.content))
    assert head["ETag"] == whole["ETag"]
    assert client.head("/api/v1/innovations/tidak-ada").status_code == 404
    lost = client.get("/api/v1/editions/-1?x=1")
    assert (lost.status_code, lost["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_writing_is_not_offered(client: WatchfulClient, method: str) -> None:
    answer = getattr(client, method)("/api/v1/innovations")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, OPTIONS"
    assert "hanya untuk dibaca" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"halaman": "2"}, "Parameter “halaman” tidak dikenal. Yang ada: q, penghargaan"),
        ({"q": ["a", "b"]}, "hanya boleh disebut sekali"),
        ({"q": "a\x00b"}, "karakter yang tidak dapat dibaca"),
        ({"q": "a" * 10_000}, "paling panjang 500 karakter"),
        ({"kategori": ["a", "b" * 501]}, "paling panjang 500 karakter"),
        ({"limit": "banyak"}, "Nilai “limit” harus bilangan bulat."),
        ({"limit": "9" * 400}, "Nilai “limit” "),
        ({"limit": "0"}, "Nilai “limit” paling kecil 1."),
        ({"limit": "101"}, "Nilai “limit” paling besar 100."),
        ({"limit": ""}, "Nilai “limit” "),
    ],
)
def test_parameter_that_cannot_be_meant_is_refused(
    client: WatchfulClient, query: dict[str, Any], said: str
) -> None:
    answer = client.get("/api/v1/innovations", query)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_pages_of_other_sites_may_read_but_send_nobodys_cookies(client: WatchfulClient) -> None:
    asked = client.options("/api/v1/innovations", headers={"Origin": "https://example.org"})
    assert (asked.status_code, asked.content) == (204, b"")
    for answer in (asked, client.get("/api/v1/agencies"), client.get("/api/v1/agencies?x=1")):
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert not answer.has_header("Access-Control-Allow-Credentials")
    assert not client.get("/").has_header("Access-Control-Allow-Origin")


def test_rows_that_come_meanwhile_move_no_other(client: WatchfulClient) -> None:
    def add(letter: str) -> None:
        agency = make_agency(f"Kabupaten {letter}")
        Agency.objects.filter(pk=agency.pk).update(slug=f"kabupaten-{letter.lower()}")

    for letter in "BDF":
        add(letter)
    seen: list[str] = []
    cursor: Any = ""
    while cursor is not None:
        answer = client.get("/api/v1/agencies", {"limit": 1, "cursor": cursor}).json()
        seen += [row["slug"] for row in answer["items"]]
        cursor = answer["next"]
        if len(seen) == 2:
            add("A")
            add("E")
    assert seen == ["kabupaten-b", "kabupaten-d", "kabupaten-e", "kabupaten-f"]


@pytest.fixture
def still() -> Iterator[None]:
    """The count begins anew each minute, and must not on the way."""
    with time_machine.travel(int(time.time()), tick=False):
        yield


COUNTING = """
import sys, django, time_machine
from django.conf import settings
time_machine.travel(int(sys.argv[5]), tick=False).start()
apps = ["contenttypes", "auth", "sessions", "messages"]
settings.configure(
    INSTALLED_APPS=[f"django.contrib.{app}" for app in apps] + ["allauth", "allauth.account"],
    MIDDLEWARE=["allauth.account.middleware.AccountMiddleware"],
    CACHES={"brakes": {"BACKEND": sys.argv[1], "LOCATION": sys.argv[2]}},
)
django.setup()
from django.test import RequestFactory
from sinovik.web.limits import requests_made
for _ in range(int(sys.argv[3])):
    requests_made(RequestFactory().get("/", REMOTE_ADDR=sys.argv[4]), what="api")
"""


@pytest.mark.usefixtures("still")
def test_limit_is_one_for_all_processes(
    client: WatchfulClient, settings: Any, tmp_path: Path
) -> None:
    shared = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = settings.CACHES | {"brakes": {"BACKEND": shared, "LOCATION": str(tmp_path)}}
    address = "203.0.113.9"
    arguments = [shared, str(tmp_path), str(MOST - 2), address, str(int(time.time()))]
    subprocess.run([sys.executable, "-c", COUNTING, *arguments], check=True)
    first = client.get("/api/v1/agencies", REMOTE_ADDR=address)
    assert (first.status_code, first["RateLimit-Remaining"]) == (200, "1")
    assert client.get("/api/v1/agencies", REMOTE_ADDR=address).status_code == 200
    refused = client.get("/api/v1/agencies", REMOTE_ADDR=address)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= WINDOW
    assert refused["RateLimit-Limit"] == str(MOST)
    assert "Tunggu sebentar" in refused.json()["detail"]
    # Whoever claims another address is still the same, and another one is free.
    claimed = {"X-Forwarded-For": "198.51.100.7"}
    again = client.get("/api/v1/agencies", headers=claimed, REMOTE_ADDR=address)
    assert again.status_code == 429
    assert client.get("/api/v1/agencies", REMOTE_ADDR="198.51.100.8").status_code == 200
