"""What is typed into a written page: kept for its writer, over the version it was typed over."""

import pytest

from agencies.enums import Role
from agencies.models import User
from competitions.actions.article_drafts import drop_draft, keep_draft
from competitions.actions.articles import ArticleText, Place, create_article, save_article
from competitions.models import ArticleDraft
from competitions.models.article import ArticleKind
from innovations.exceptions import StaleEdit
from sinovik.web.access import Forbidden
from tests.factories import make_person

pytestmark = pytest.mark.django_db
NEWS = ArticleKind.NEWS


@pytest.fixture
def writer() -> User:
    return make_person(Role.SECRETARIAT_OFFICER)


def test_draft_grows_beside_what_was_typed_before_and_is_dropped(writer: User) -> None:
    keep_draft(by=writer, kind=NEWS, article=None, over=0, fields={"title": "Satu"})
    draft = keep_draft(by=writer, kind=NEWS, article=None, over=0, fields={"body": "Isi"})
    assert draft.fields == {"title": "Satu", "body": "Isi"}
    assert ArticleDraft.objects.get() == draft
    drop_draft(by=make_person(Role.SECRETARIAT_OFFICER), kind=NEWS, article=None)
    assert ArticleDraft.objects.exists()
    drop_draft(by=writer, kind=NEWS, article=None)
    assert not ArticleDraft.objects.exists()


def test_draft_over_an_older_version_is_refused(writer: User) -> None:
    text = ArticleText("Kabar", "Isi.")
    row = create_article(by=writer, place=Place(NEWS), text=text)
    keep_draft(by=writer, kind=NEWS, article=row, over=1, fields={"title": "Kabar lama"})
    save_article(by=writer, article=row, version=1, text=ArticleText("Kabar", "Isi baru."))
    with pytest.raises(StaleEdit):
        keep_draft(by=writer, kind=NEWS, article=row, over=1, fields={"title": "Kabar lain"})
    with pytest.raises(StaleEdit):
        keep_draft(by=writer, kind=NEWS, article=None, over=1, fields={})
    with pytest.raises(Forbidden):
        keep_draft(by=make_person(Role.OBSERVER), kind=NEWS, article=row, over=2, fields={})
