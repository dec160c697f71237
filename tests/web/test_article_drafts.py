"""What is typed into a written page waits as its writer's draft until it is saved."""

import json

import pytest
from django.http import HttpResponse
from django.urls import reverse

from agencies.enums import Role
from competitions.actions.articles import ArticleText, Place, create_article, save_article
from competitions.models import Article, ArticleDraft
from competitions.models.article import ArticleKind
from tests.factories import make_person
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
NEW = reverse("competitions:article_create", args=["news"])


def put(client: WatchfulClient, address: str, version: int, **fields: object) -> HttpResponse:
    return client.put(
        address,
        json.dumps(fields),
        content_type="application/json",
        headers={"If-Match": f'"{version}"'},
    )


def shown(client: WatchfulClient, address: str) -> str:
    return client.get(address).content.decode()


def test_a_new_page_waits_for_its_writer_alone(client: WatchfulClient) -> None:
    client.force_login(make_person(Role.SECRETARIAT_OFFICER))
    assert put(client, NEW, 0, title="Kabar kanari", body=["no", "text"]).status_code == 200
    assert put(client, NEW, 0, body="Isi yang panjang").status_code == 200
    assert put(client, NEW, 0, theme="account", owner="1").status_code == 400
    assert put(client, NEW, 3, body="Atas yang tidak ada").status_code == 409
    page = shown(client, NEW)
    assert "belum disimpan" in page
    assert "Kabar kanari" in page
    assert "Isi yang panjang" in page
    assert not Article.objects.exists()
    other = WatchfulClient()
    other.force_login(make_person(Role.SECRETARIAT_OFFICER))
    assert "kanari" not in shown(other, NEW)
    assert put(other, NEW, 0, title="Lain").status_code == 200
    client.post(NEW, {"title": "Kabar kanari", "body": "Isi yang panjang"})
    assert Article.objects.get().text.title == "Kabar kanari"
    assert "kanari" not in shown(client, NEW)
    assert "Lain" in shown(other, NEW)
    other.post(NEW, {"discard": "1"})
    assert "Lain" not in shown(other, NEW)
    stranger = WatchfulClient()
    stranger.force_login(make_person(Role.EVALUATOR))
    assert put(stranger, NEW, 0, title="Asing").status_code == 403
    assert not ArticleDraft.objects.exists()


def test_what_was_typed_over_an_older_version_stands_beside_the_newer(
    client: WatchfulClient,
) -> None:
    rina, budi = (make_person(Role.SECRETARIAT_OFFICER) for _ in range(2))
    text = ArticleText("Judul", "Kata awal")
    row = create_article(by=rina, place=Place(ArticleKind.NEWS), text=text)
    address = reverse("competitions:article_edit", args=[row.pk])
    client.force_login(rina)
    assert put(client, address, 1, body="Kata Rina").status_code == 200
    assert put(client, address, 1, theme="account").status_code == 400
    row.refresh_from_db()
    assert row.text.body == "Kata awal"
    save_article(by=budi, article=row, version=1, text=ArticleText("Judul", "Kata Budi"))
    late = put(client, address, 1, title="Judul Rina")
    assert late.status_code == 409
    told = late.json()
    assert told["version"] == 2
    assert told["fields"] == {"title": "Judul", "body": "Kata Budi"}
    page = client.get(address)
    assert page.status_code == 200
    words = page.content.decode()
    for one in ("Kata Rina", "Budi", 'data-version="2"'):
        assert one in words
    assert put(client, address, 2, body="Kata Rina lagi").status_code == 200
    client.post(address, {"title": "Judul", "body": "Kata Rina lagi", "version": "2"})
    row.refresh_from_db()
    assert (row.text.number, row.text.body) == (3, "Kata Rina lagi")
    assert not ArticleDraft.objects.exists()


def test_a_refused_save_keeps_the_draft_and_sends_it_again(client: WatchfulClient) -> None:
    client.force_login(make_person(Role.SECRETARIAT_OFFICER))
    assert put(client, NEW, 0, title="Kabar").status_code == 200
    refused = client.post(NEW, {"title": "Kabar", "body": "Ada", "title_en": "News"})
    assert refused.status_code == 422
    assert " data-unsent>" in refused.content.decode()
    assert ArticleDraft.objects.get().fields == {"title": "Kabar"}
