"""Writing the pages that everybody reads: news, help, documents of an edition."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.article_drafts import drop_draft
from competitions.actions.contest_files import Incoming, take_file
from competitions.exceptions import WrongState
from competitions.models import Article, ArticleVersion, ContestFile, Edition
from competitions.models.article import ArticleKind, ArticleTheme
from competitions.permissions.articles import check_can_write_articles
from innovations.exceptions import StaleEdit
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.turns import made_just_now, take_turn
from sinovik.files import FileKind

LONGEST_SLUG = 70
CREATING = 7_012_011
"""Taken by whoever writes a new page."""


@dataclass(frozen=True)
class ArticleText:
    """What a page says; both English texts or neither."""

    title: str
    body: str
    title_en: str = ""
    body_en: str = ""


@dataclass(frozen=True)
class Place:
    """What a page is and where it stands: a question has a theme, a document an edition."""

    kind: ArticleKind
    theme: ArticleTheme | str = ""
    edition: Edition | None = None


@transaction.atomic
def create_article(
    *, by: User, place: Place, text: ArticleText, incoming: Incoming | None = None
) -> Article:
    """A draft with its first version; its address follows from the Indonesian title.

    A person who presses twice gets the draft of the first press, while that is as it was and
    not older than PRESSED_AGAIN. Two who write at once wait for each other's address.
    """
    check_can_write_articles(by)
    take_turn(CREATING)
    if written := _written_just_now(by, place, text, has_file=incoming is not None):
        return written
    file = take_file(by=by, incoming=incoming, kinds=[FileKind.PDF]) if incoming else None
    slug = _free_slug(place.kind, text.title)
    drop_draft(by=by, kind=place.kind, article=None)
    return _created(by=by, place=place, slug=slug, text=text, file=file)


@transaction.atomic
def save_article(
    *,
    by: User,
    article: Article,
    version: int,
    text: ArticleText,
    incoming: Incoming | None = None,
    drop_file: bool = False,
) -> Article:
    """A new version over `version`; what changes nothing makes none. A published page shows it.

    Raises StaleEdit when somebody saved in between: nothing is written then.
    """
    row = _locked(by, article)
    old = row.text
    if old.number != version:
        raise StaleEdit
    file = None if drop_file else old.file
    if incoming:
        file = take_file(by=by, incoming=incoming, kinds=[FileKind.PDF])
    if (_text_of(old), old.file) != (text, file):
        _add_version(by, row, text, file)
    drop_draft(by=by, kind=ArticleKind(row.kind), article=row)
    return row


@transaction.atomic
def restore_version(*, by: User, article: Article, number: int, version: int) -> Article:
    """What version `number` said, as a new version over `version`; history only grows."""
    row = _locked(by, article)
    if row.text.number != version:
        raise StaleEdit
    old = row.versions.select_related("file").get(number=number)
    if (_text_of(old), old.file_id) != (_text_of(row.text), row.text.file_id):
        _add_version(by, row, _text_of(old), old.file)
    return row


@transaction.atomic
def publish_article(*, by: User, article: Article, publish_at: datetime | None = None) -> Article:
    """Open a page to everybody now, or from a later instant on; open already it stays so."""
    row = _locked(by, article)
    now = clock.now()
    if row.published_at is not None and row.published_at <= now:
        return row
    if publish_at is not None and publish_at < now:
        raise WrongState(_("Waktu terbit sudah lewat. Kosongkan untuk menerbitkan sekarang."))
    row.published_at = publish_at or now
    row.save(update_fields=["published_at"])
    payload = {"published_at": row.published_at.isoformat()}
    audit.record(by=by, event="article_published", obj=row, payload=payload)
    return row


@transaction.atomic
def withdraw_article(*, by: User, article: Article) -> Article:
    """Make a draft of a page again; a draft stays one."""
    row = _locked(by, article)
    if row.published_at is not None:
        row.published_at = None
        row.save(update_fields=["published_at"])
        audit.record(by=by, event="article_withdrawn", obj=row)
    return row


@transaction.atomic
def load_article(
    *, by: User | None, place: Place, slug: str, text: ArticleText, published_at: datetime
) -> bool:
    """Bring in a shipped page, public at once; one that is there already stays as it is."""
    if by is not None:
        check_can_write_articles(by)
    if Article.objects.filter(kind=place.kind, slug=slug).exists():
        return False
    row = _created(by=by, place=place, slug=slug, text=text, file=None)
    row.published_at = published_at
    row.save(update_fields=["published_at"])
    return True


def _locked(by: User, article: Article) -> Article:
    check_can_write_articles(by)
    # Not joined: the newest version of a page that was waited for is read once it is held.
    return Article.objects.locked().get(pk=article.pk)


def _created(
    *, by: User | None, place: Place, slug: str, text: ArticleText, file: ContestFile | None
) -> Article:
    row = Article.objects.create(
        kind=place.kind, theme=place.theme, edition=place.edition, slug=slug
    )
    _add_version(by, row, text, file)
    return row


def _written_just_now(
    by: User, place: Place, text: ArticleText, *, has_file: bool
) -> Article | None:
    drafts = Article.objects.filter(
        published_at=None, current__number=1, current__file__isnull=not has_file
    )
    values = {"kind": place.kind, "theme": place.theme, "edition": place.edition}
    said = {f"current__{name}": words for name, words in asdict(text).items()}
    values |= said | {"current__saved_by": by}
    return made_just_now(drafts, values, at="current__saved_at", now=clock.now())


def _add_version(
    by: User | None, row: Article, text: ArticleText, file: ContestFile | None
) -> None:
    version = ArticleVersion.objects.create(
        article=row,
        number=row.current.number + 1 if row.current else 1,
        title=text.title,
        body=text.body,
        title_en=text.title_en,
        body_en=text.body_en,
        file=file,
        saved_at=clock.now(),
        saved_by=by,
    )
    row.current = version
    row.save(update_fields=["current"])
    audit.record(by=by, event="article_saved", obj=row, payload={"number": version.number})


def _text_of(version: ArticleVersion) -> ArticleText:
    return ArticleText(version.title, version.body, version.title_en, version.body_en)


def _free_slug(kind: ArticleKind, title: str) -> str:
    base = slugify(title)[:LONGEST_SLUG].strip("-") or str(kind)
    taken = set(
        Article.objects.filter(kind=kind, slug__startswith=base).values_list("slug", flat=True)
    )
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
