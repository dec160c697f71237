from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from agencies.models import User
from sinovik.web.readonly import ReadOnlyMiddleware, WriteInSafeMethod

pytestmark = pytest.mark.django_db


def call(method: str, work: Any) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        work()
        return HttpResponse("ok")

    return ReadOnlyMiddleware(view)(RequestFactory().generic(method, "/"))


def insert() -> None:
    User.objects.create_user("sari@contoh.id", name="Sari")


def update() -> None:
    User.objects.update(name="Lain")


def delete() -> None:
    # The raw form: the ORM reads first and deletes nothing when there is nothing.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM agencies_user WHERE name = 'update x'")


def write_after_cte() -> None:
    with connection.cursor() as cursor:
        cursor.execute("WITH gone AS (DELETE FROM agencies_user RETURNING 1) SELECT * FROM gone")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("work", [insert, update, delete, write_after_cte])
def test_write_in_a_safe_method_is_refused(method: str, work: Any) -> None:
    with pytest.raises(WriteInSafeMethod):
        call(method, work)


@pytest.mark.parametrize("work", [insert, update, delete])
def test_write_in_post_passes(work: Any) -> None:
    assert call("POST", work).status_code == 200


def read_words() -> None:
    assert not User.objects.filter(name="UPDATE agencies_user; DELETE FROM x").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'delete from agencies_user'")


def read_locked() -> None:
    list(User.objects.select_for_update(no_key=True))


def keep_session() -> None:
    Session.objects.create(session_key="x", session_data="", expire_date="2030-01-01T00:00Z")


@pytest.mark.parametrize("work", [read_words, read_locked, keep_session])
def test_read_in_get_passes(work: Any) -> None:
    assert call("GET", work).status_code == 200
