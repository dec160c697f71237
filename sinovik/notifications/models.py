"""Messages, the mails that carry them, and how people want to get them."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sinovik.notifications.kinds import Rhythm
from sinovik.web.ways import own_path

ZONES = [
    ("Asia/Jakarta", _("WIB: Sumatra, Jawa, Kalimantan Barat dan Tengah")),
    ("Asia/Makassar", _("WITA: Bali, Nusa Tenggara, Sulawesi, Kalimantan lainnya")),
    ("Asia/Jayapura", _("WIT: Maluku dan Papua")),
]


class Fault(models.TextChoices):
    """Why a mail has not gone out."""

    NO_ANSWER = "no_answer", _("server surel tidak menjawab")
    PUT_OFF = "put_off", _("server surel meminta dicoba lagi")
    REFUSED = "refused", _("alamat ditolak server surel")
    OTHER = "other", _("gangguan pengiriman")


class MailQuerySet(models.QuerySet["Mail"]):
    """Reads over mails."""

    def waiting(self) -> Self:
        """Mails that are still to go out."""
        return self.filter(sent_at__isnull=True, given_up_at__isnull=True)

    def failed(self) -> Self:
        """Mails that did not go out at the last attempt, or never will."""
        return self.filter(sent_at__isnull=True).exclude(fault="")


class Mail(models.Model):
    """One e-mail to one address, and how far it came.

    `digest_on` is the day of a digest. The text of a letter about an account is erased once
    it has gone out: it holds a key.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="mails"
    )
    address = models.EmailField(_("alamat"))
    kind = models.SlugField(_("jenis"), max_length=30)
    language = models.CharField(_("bahasa"), max_length=5, default="id")
    subject = models.CharField(_("perihal"), max_length=200)
    text = models.TextField(_("isi"), blank=True)
    path = models.CharField(_("alamat halaman"), max_length=300, blank=True)
    digest_on = models.DateField(_("hari ringkasan"), null=True, blank=True)
    queued_at = models.DateTimeField(_("diantre"))
    attempts = models.PositiveSmallIntegerField(_("percobaan"), default=0)
    failed_at = models.DateTimeField(_("gagal terakhir"), null=True, blank=True)
    fault = models.CharField(_("sebab"), max_length=10, choices=Fault, blank=True)
    answer = models.CharField(_("jawaban server"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("terkirim"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("dihentikan"), null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("surel")
        verbose_name_plural = _("surel")
        indexes = [
            models.Index(fields=["recipient", "-id"], name="mail_recipient"),
            models.Index(
                fields=["failed_at"], name="mail_unsent_failed", condition=Q(sent_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="mail_one_digest_a_day", fields=["recipient", "digest_on"]
            ),
            models.CheckConstraint(
                name="mail_sent_or_given_up",
                condition=Q(sent_at__isnull=True) | Q(given_up_at__isnull=True),
            ),
            models.CheckConstraint(
                name="mail_failure_has_fault",
                condition=Q(failed_at__isnull=True, fault="")
                | Q(failed_at__isnull=False) & ~Q(fault=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Reads over messages."""

    def unread(self) -> Self:
        """Messages the person has not opened."""
        return self.filter(read_at__isnull=True)

    def for_digest(self, until: datetime) -> Self:
        """Unread messages, written until then, that wait for a digest."""
        return self.unread().filter(
            mail__isnull=True, rhythm__in=(Rhythm.DAILY, Rhythm.WEEKLY), created_at__lte=until
        )


class Notification(models.Model):
    """One message to one person; ``path`` leads to where something is to be done.

    Both languages are kept as they were written: what somebody was told does not change with
    the catalogue. Empty English: it was written in Indonesian alone.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications"
    )
    kind = models.SlugField(_("jenis"), max_length=30, default="decision")
    rhythm = models.CharField(
        _("lewat surel"), max_length=8, choices=Rhythm, default=Rhythm.APP_ONLY
    )
    subject = models.CharField(_("perihal"), max_length=200)
    body = models.TextField(_("isi"))
    subject_en = models.CharField(_("perihal dalam bahasa Inggris"), max_length=200, blank=True)
    body_en = models.TextField(_("isi dalam bahasa Inggris"), blank=True)
    path = models.CharField(_("alamat"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("dibuat"))
    read_at = models.DateTimeField(_("dibaca"), null=True, blank=True)
    mail = models.ForeignKey(
        Mail, models.SET_NULL, null=True, blank=True, related_name="notifications"
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("pemberitahuan")
        verbose_name_plural = _("pemberitahuan")
        indexes = [
            models.Index(fields=["recipient", "read_at"], name="notification_inbox"),
            models.Index(
                fields=["recipient", "created_at"],
                name="notification_for_digest",
                condition=Q(
                    mail__isnull=True, read_at__isnull=True, rhythm__in=["daily", "weekly"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def said(self, language: str) -> tuple[str, str]:
        """Subject and body in a language."""
        if language == "en" and self.subject_en:
            return self.subject_en, self.body_en
        return self.subject, self.body

    @property
    def language_said(self) -> str:
        """The language in which the reader of this page sees it."""
        return "en" if get_language() == "en" and self.subject_en else "id"

    @property
    def way(self) -> str:
        """Where it leads, in the language of this page."""
        return own_path(self.path)

    @property
    def shown_subject(self) -> str:
        """The subject for the reader of this page."""
        return self.said(self.language_said)[0]

    @property
    def shown_body(self) -> str:
        """The body for the reader of this page."""
        return self.said(self.language_said)[1]


class Preference(models.Model):
    """The language of a person's mails and the zone whose morning brings digests."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preference"
    )
    language = models.CharField(
        _("bahasa surel"), max_length=2, choices=settings.LANGUAGES, default="id"
    )
    zone = models.CharField(_("zona waktu"), max_length=20, choices=ZONES, default="Asia/Jakarta")

    class Meta:
        verbose_name = _("pengaturan pemberitahuan")
        verbose_name_plural = _("pengaturan pemberitahuan")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.language}"


class Subscription(models.Model):
    """How a person wants one kind of message; no row: the kind's own rhythm."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions")
    kind = models.SlugField(_("jenis"), max_length=30)
    rhythm = models.CharField(_("lewat surel"), max_length=8, choices=Rhythm)

    class Meta:
        ordering = ["user", "kind"]
        verbose_name = _("langganan")
        verbose_name_plural = _("langganan")
        constraints = [
            models.UniqueConstraint(name="subscription_once_a_kind", fields=["user", "kind"]),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}: {self.rhythm}"


class Reminder(models.Model):
    """An automatic reminder that was sent: once for each kind, person, object and due day.

    A second reminder about the same object has another due day, so it can't be swallowed.
    """

    kind = models.SlugField(_("jenis"), max_length=40)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders"
    )
    object_type = models.CharField(_("jenis objek"), max_length=64)
    object_id = models.BigIntegerField(_("nomor objek"))
    due_on = models.DateField(_("jatuh tempo"))
    sent_at = models.DateTimeField(_("dikirim"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pengingat otomatis")
        verbose_name_plural = _("pengingat otomatis")
        constraints = [
            models.UniqueConstraint(
                name="reminder_once_a_due_day",
                fields=["kind", "recipient", "object_type", "object_id", "due_on"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_type} {self.object_id} {self.due_on}"


class RootLetter(models.Model):
    """That the log's newest root was mailed to those who keep it: once a day."""

    day = models.DateField(_("hari"), unique=True)
    seal = models.ForeignKey("audit.Seal", models.PROTECT, related_name="letters")
    queued_at = models.DateTimeField(_("diantre"))

    class Meta:
        ordering = ["-day"]
        verbose_name = _("surel akar")
        verbose_name_plural = _("surel akar")

    def __str__(self) -> str:
        return f"{self.day}: {self.seal_id}"
