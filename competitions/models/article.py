"""Written pages: news, help, questions and answers, documents of an edition."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sinovik.web.querysets import Immutable, ImmutableQuerySet, LockableQuerySet

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

LONGEST_TITLE = 160
LONGEST_BODY = 40_000


class ArticleKind(models.TextChoices):
    """What a written page is, and so where it stands."""

    NEWS = "news", _("Berita")
    HELP = "help", _("Halaman bantuan")
    QUESTION = "question", _("Tanya jawab")
    DOCUMENT = "document", _("Dokumen kompetisi")


class ArticleTheme(models.TextChoices):
    """What a question is about, in the order of the help page."""

    ACCOUNT = "account", _("Akun dan peran")
    WRITING = "writing", _("Menulis proposal")
    SUBMITTING = "submitting", _("Mengajukan dan tenggat")
    JUDGING = "judging", _("Seleksi dan penilaian")
    RESULT = "result", _("Hasil dan setelahnya")


class Said(NamedTuple):
    """A page in one language; `language` is that of the words, which may not be the asked one."""

    title: str
    body: str
    language: str


class ArticleQuerySet(LockableQuerySet["Article"]):
    """Reads over written pages."""

    def published(self, now: datetime | Value) -> "ArticleQuerySet":
        """Pages that everybody may read at `now`, with their text."""
        open_editions = Q(edition=None) | Q(edition__is_published=True)
        rows = self.filter(open_editions, published_at__lte=now, current__isnull=False)
        return rows.select_related("current", "edition")

    def of_kind(self, kind: ArticleKind) -> "ArticleQuerySet":
        """Pages of one kind."""
        return self.filter(kind=kind)

    def newest(self) -> "ArticleQuerySet":
        """The newest first."""
        return self.order_by("-published_at", "-pk")


class Article(models.Model):
    """A page that the secretariat writes. Its text is its newest version.

    Public from `published_at` on, by the clock of whoever reads; empty: a draft. Its address
    never changes.
    """

    kind = models.CharField(_("jenis"), max_length=8, choices=ArticleKind)
    slug = models.SlugField(_("alamat"), max_length=80)
    theme = models.CharField(_("pokok"), max_length=12, choices=ArticleTheme, blank=True)
    edition = models.ForeignKey(
        "competitions.Edition", models.PROTECT, null=True, blank=True, related_name="articles"
    )
    current = models.OneToOneField(
        "competitions.ArticleVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(_("terbit"), null=True, blank=True)

    if TYPE_CHECKING:
        versions: RelatedManager["ArticleVersion"]
        edition_id: int | None
        current_id: int | None

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("halaman")
        verbose_name_plural = _("halaman")
        constraints = [
            models.UniqueConstraint(
                name="article_address_once",
                fields=["kind", "slug"],
                violation_error_message=_("Alamat ini sudah dipakai halaman lain."),
            ),
            models.CheckConstraint(
                name="article_document_has_edition",
                condition=Q(kind="document", edition__isnull=False)
                | ~Q(kind="document") & Q(edition__isnull=True),
            ),
            models.CheckConstraint(
                name="article_question_has_theme",
                condition=Q(kind="question") & ~Q(theme="") | ~Q(kind="question") & Q(theme=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.slug}"

    def get_absolute_url(self) -> str:
        """Where the public reads it; a question stands on the help page."""
        if self.kind == ArticleKind.NEWS:
            return reverse("competitions:news_detail", args=[self.slug])
        if self.kind == ArticleKind.HELP:
            return reverse("competitions:help_article", args=[self.slug])
        if self.edition is not None:
            return reverse("competitions:edition_document", args=[self.edition.year, self.slug])
        return f"{reverse('home:help')}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """Where a question stands on the help page, whose own places have other names."""
        return f"tanya-{self.slug}"

    @property
    def text(self) -> "ArticleVersion":
        """The newest version; every page has one from its first instant on."""
        assert self.current is not None  # noqa: S101 (written with its first version)
        return self.current


class ArticleVersion(Immutable):
    """The text of a page as somebody saved it; a trigger keeps it. English may be missing.

    `saved_by` is empty for what was shipped. `file` comes along, such as a PDF of guidelines.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("nomor"))
    title = models.CharField(_("judul"), max_length=LONGEST_TITLE)
    body = models.TextField(_("isi"), max_length=LONGEST_BODY)
    title_en = models.CharField(_("judul (Inggris)"), max_length=LONGEST_TITLE, blank=True)
    body_en = models.TextField(_("isi (Inggris)"), max_length=LONGEST_BODY, blank=True)
    file = models.ForeignKey(
        "competitions.ContestFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    saved_at = models.DateTimeField(_("disimpan"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    if TYPE_CHECKING:
        article_id: int
        file_id: int | None

    objects = ImmutableQuerySet["ArticleVersion"].as_manager()

    class Meta:
        ordering = ["article", "-number"]
        verbose_name = _("versi halaman")
        verbose_name_plural = _("versi halaman")
        constraints = [
            models.UniqueConstraint(name="articleversion_once", fields=["article", "number"]),
            models.CheckConstraint(
                name="articleversion_says_something", condition=~Q(title="") & ~Q(body="")
            ),
            models.CheckConstraint(
                name="articleversion_english_whole",
                condition=Q(title_en="", body_en="") | ~Q(title_en="") & ~Q(body_en=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.number}"

    def said(self, language: str) -> Said:
        """Title and body for a reader of `language`, in Indonesian where there is no other."""
        if language == "en" and self.title_en:
            return Said(self.title_en, self.body_en, "en")
        return Said(self.title, self.body, "id")
