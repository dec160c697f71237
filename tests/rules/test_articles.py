"""Pages of the secretariat: versions, two editors, publishing by the clock, rights."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction

from agencies.enums import Role
from agencies.models import User
from competitions.actions import articles
from competitions.actions.articles import (
    ArticleText,
    Place,
    create_article,
    load_article,
    publish_article,
    restore_version,
    save_article,
    withdraw_article,
)
from competitions.actions.shipped_articles import load_shipped_articles
from competitions.exceptions import WrongState
from competitions.forms.objections import incoming
from competitions.models import Article
from competitions.models.article import ArticleKind
from competitions.permissions.articles import can_write_articles
from competitions.queries.articles import latest_news, public_articles
from innovations.exceptions import StaleEdit
from sinovik.audit import clock
from sinovik.audit.turns import PRESSED_AGAIN
from sinovik.web.access import Forbidden
from tests.documents import pdf
from tests.factories import make_person
from tests.owner import as_owner
from tests.races import during, same

pytestmark = pytest.mark.django_db
FIRST = ArticleText("Kabar baru", "Isi pertama")
SECOND = ArticleText("Kabar baru", "Isi kedua", "News", "Second text")
NEWS = Place(ArticleKind.NEWS)


@pytest.fixture
def officer() -> User:
    return make_person(Role.SECRETARIAT_OFFICER)


def test_text_grows_in_versions_and_an_old_one_comes_back_as_a_new_one(officer: User) -> None:
    row = create_article(by=officer, place=NEWS, text=FIRST)
    assert row.slug == "kabar-baru"
    assert create_article(by=officer, place=NEWS, text=SECOND).slug == "kabar-baru-2"
    saved = save_article(by=officer, article=row, version=1, text=SECOND)
    again = save_article(by=officer, article=row, version=2, text=SECOND)
    assert saved.text.number == again.text.number == 2
    back = restore_version(by=officer, article=row, number=1, version=2)
    assert (back.text.number, back.text.body, back.text.title_en) == (3, "Isi pertama", "")
    assert restore_version(by=officer, article=row, number=1, version=3).text.number == 3
    assert row.versions.count() == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.create(kind=ArticleKind.NEWS, slug="kabar-baru")


def test_second_editor_over_an_older_version_is_refused_and_writes_nothing(officer: User) -> None:
    row = create_article(by=officer, place=NEWS, text=FIRST)
    save_article(by=officer, article=row, version=1, text=SECOND)
    late = ArticleText("Kabar baru", "Isi lain")
    with pytest.raises(StaleEdit):
        save_article(by=officer, article=row, version=1, text=late)
    with pytest.raises(StaleEdit):
        restore_version(by=officer, article=row, number=1, version=1)
    row.refresh_from_db()
    assert row.text.body == "Isi kedua"


def test_file_stays_with_the_page_until_it_is_taken_off(officer: User) -> None:
    upload = incoming(SimpleUploadedFile("pedoman.pdf", pdf()))
    row = create_article(by=officer, place=NEWS, text=FIRST, incoming=upload)
    row = save_article(by=officer, article=row, version=1, text=SECOND)
    assert row.text.file is not None
    other = incoming(SimpleUploadedFile("baru.pdf", pdf()))
    row = save_article(by=officer, article=row, version=2, text=SECOND, incoming=other)
    assert row.text.file is not None
    assert row.text.file.name == "baru.pdf"
    row = save_article(by=officer, article=row, version=3, text=SECOND, drop_file=True)
    assert row.text.file is None


def test_page_is_public_from_its_instant_on_and_until_it_is_withdrawn(officer: User) -> None:
    row = create_article(by=officer, place=NEWS, text=FIRST)
    assert not latest_news(3)
    now = clock.now()
    with pytest.raises(WrongState):
        publish_article(by=officer, article=row, publish_at=now - timedelta(minutes=1))
    publish_article(by=officer, article=row, publish_at=now + timedelta(hours=1))
    assert not latest_news(3)
    with clock.at(now + timedelta(hours=1)):
        assert latest_news(3) == [row]
        publish_article(by=officer, article=row)
    row.refresh_from_db()
    assert row.published_at == now + timedelta(hours=1)
    withdraw_article(by=officer, article=row)
    withdraw_article(by=officer, article=row)
    publish_article(by=officer, article=row)
    assert public_articles(ArticleKind.NEWS).get() == row


@pytest.mark.parametrize("role", [Role.AGENCY_ADMIN, Role.OBSERVER, Role.EVALUATOR])
def test_nobody_outside_the_secretariat_writes(officer: User, role: str) -> None:
    row = create_article(by=officer, place=NEWS, text=FIRST)
    stranger = make_person(role)
    assert can_write_articles(officer)
    assert not can_write_articles(stranger)
    with pytest.raises(Forbidden):
        create_article(by=stranger, place=NEWS, text=FIRST)
    with pytest.raises(Forbidden):
        save_article(by=stranger, article=row, version=1, text=SECOND)
    with pytest.raises(Forbidden):
        publish_article(by=stranger, article=row)
    with pytest.raises(Forbidden):
        load_article(by=stranger, place=NEWS, slug="x", text=FIRST, published_at=clock.now())


def test_shipped_pages_load_once_and_never_over_an_edit(officer: User) -> None:
    new = load_shipped_articles(by=officer)
    assert new == Article.objects.published(clock.now()).count() > 8
    row = Article.objects.get(slug="kipp-2019-dalam-angka")
    save_article(by=officer, article=row, version=1, text=FIRST)
    assert load_shipped_articles(by=None) == 0
    row.refresh_from_db()
    assert row.text.body == "Isi pertama"


def test_saved_version_can_not_be_changed_by_raw_sql(officer: User) -> None:
    create_article(by=officer, place=NEWS, text=FIRST)
    for statement in (
        "UPDATE competitions_articleversion SET body = 'x'",
        "DELETE FROM competitions_articleversion",
    ):
        with (
            pytest.raises(DatabaseError, match="is final"),
            transaction.atomic(),
            as_owner() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_the_second_is_stale() -> None:
    """A joined row is as old as the question: the newest version is read once the page is held."""
    officer = make_person(Role.SECRETARIAT_OFFICER)
    row = create_article(by=officer, place=NEWS, text=FIRST)

    def save() -> Article:
        return save_article(by=same(officer), article=row, version=1, text=SECOND)

    saved, refused = during(save, save)
    assert isinstance(saved, Article)
    assert isinstance(refused, StaleEdit)
    assert Article.objects.get().text.number == 2


def write_at_once(*writers: User) -> tuple[Any, Any]:
    def write(by: User) -> Article:
        return create_article(by=same(by), place=NEWS, text=FIRST)

    return during(lambda: write(writers[0]), lambda: write(writers[1]))


@pytest.mark.django_db(transaction=True)
def test_who_presses_twice_writes_one_page() -> None:
    officer = make_person(Role.SECRETARIAT_OFFICER)
    first, second = write_at_once(officer, officer)
    assert first == second == Article.objects.get()
    # Once it is published, or later, the same words are another page.
    publish_article(by=officer, article=first)
    again = create_article(by=officer, place=NEWS, text=FIRST)
    with clock.at(clock.now() + PRESSED_AGAIN):
        later = create_article(by=officer, place=NEWS, text=FIRST)
    upload = incoming(SimpleUploadedFile("pedoman.pdf", pdf()))
    with_file = create_article(by=officer, place=NEWS, text=FIRST, incoming=upload)
    slugs = [row.slug for row in (first, again, later, with_file)]
    assert slugs == ["kabar-baru", "kabar-baru-2", "kabar-baru-3", "kabar-baru-4"]


@pytest.mark.django_db(transaction=True)
def test_two_who_write_one_title_at_once_get_an_address_each() -> None:
    writers = [make_person(Role.SECRETARIAT_OFFICER) for _ in range(2)]
    first, second = write_at_once(*writers)
    assert (first.slug, second.slug) == ("kabar-baru", "kabar-baru-2")


@pytest.mark.django_db(transaction=True)
def test_control_without_a_turn_the_second_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "take_turn", lambda _number: None)
    officer = make_person(Role.SECRETARIAT_OFFICER)
    _first, second = write_at_once(officer, officer)
    assert isinstance(second, IntegrityError)
