"""The event row."""

import hashlib
from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads over events."""

    def about(self, obj: models.Model) -> Self:
        """Events of one object, oldest first."""
        return self.filter(object_type=obj._meta.label_lower, object_id=obj.pk).order_by("pk")

    def named(self, *verbs: str) -> Self:
        """Events with one of these names."""
        return self.filter(verb__in=verbs)


class AuditEvent(models.Model):
    """Who did what to which row, when. A trigger refuses UPDATE, DELETE and TRUNCATE.

    `leaf` is `sealing.leaf_of(event)`, fixed at insert; the salts keep who (`actor_salt`, in
    events of before it came `salt`) and what behind the hashes in it from being guessed. The
    one change that passes: the actor's name and salt go and their hash stays (`erasing`).
    """

    at = models.DateTimeField(_("waktu"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("oleh"),
    )
    actor_label = models.CharField(_("nama pelaku"), max_length=200, blank=True)
    actor_salt = models.CharField(_("garam pelaku"), max_length=32, blank=True)
    actor_hash = models.CharField(_("sidik pelaku yang dihapus"), max_length=64, blank=True)
    verb = models.CharField(_("kejadian"), max_length=64)
    object_type = models.CharField(_("jenis objek"), max_length=64)
    object_id = models.BigIntegerField(_("nomor objek"))
    payload = models.JSONField(_("rincian"), default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(_("nomor permintaan"), max_length=36, blank=True)
    salt = models.CharField(_("garam"), max_length=32)
    leaf = models.CharField(_("sidik kejadian"), max_length=64)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("kejadian")
        verbose_name_plural = _("kejadian")
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="auditevent_object"),
            models.Index(fields=["at"], name="auditevent_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: events come from ``sinovik.audit.record`` alone."""
        raise TypeError("use sinovik.audit.record")


class Leaf(models.Model):
    """The place of an event in the log. A trigger keeps it."""

    index = models.BigIntegerField(_("urutan"), primary_key=True)
    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="leaf_row")

    class Meta:
        ordering = ["index"]
        verbose_name = _("daun buku")
        verbose_name_plural = _("daun buku")

    def __str__(self) -> str:
        return str(self.index)


class Node(models.Model):
    """A complete subtree over `2**level` leaves, kept so that a proof reads few rows."""

    level = models.PositiveSmallIntegerField(_("tingkat"))
    index = models.BigIntegerField(_("urutan"))
    hash = models.CharField(_("sidik"), max_length=64)

    class Meta:
        ordering = ["level", "index"]
        verbose_name = _("simpul buku")
        verbose_name_plural = _("simpul buku")
        constraints = [models.UniqueConstraint(name="node_once", fields=["level", "index"])]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Seal(models.Model):
    """The log's root over its first `size` events at an instant, chained and signed.

    `payload` is the text that was signed, byte for byte; `previous` is the SHA-256 of the
    seal before it. A trigger keeps it.
    """

    number = models.PositiveIntegerField(_("nomor"), primary_key=True)
    size = models.BigIntegerField(_("jumlah kejadian"))
    root = models.CharField(_("akar"), max_length=64)
    previous = models.CharField(_("segel sebelumnya"), max_length=64)
    sealed_at = models.DateTimeField(_("disegel"))
    payload = models.TextField(_("isi yang ditandatangani"))
    signature = models.CharField(_("tanda tangan"), max_length=88)
    key = models.CharField(_("nomor kunci"), max_length=16)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("segel")
        verbose_name_plural = _("segel")
        constraints = [
            models.CheckConstraint(name="seal_is_over_something", condition=models.Q(size__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.size}"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the signed text: what the next seal names."""
        return hashlib.sha256(self.payload.encode()).hexdigest()

    @property
    def envelope(self) -> dict[str, str]:
        """The seal as strangers get it: signed text, signature, number of the key."""
        return {"key": self.key, "payload": self.payload, "signature": self.signature}


class RowChange(models.Model):
    """What stood in a row before it was changed or deleted, kept by triggers (ADR 56).

    `before` and `after` hold the columns that differ; `after` is empty for a deleted row. The
    web role may read it and nothing else.
    """

    changed_at = models.DateTimeField(_("diubah"))
    source = models.CharField(_("tabel"), max_length=63)
    row_id = models.BigIntegerField(_("nomor baris"))
    act = models.CharField(_("perbuatan"), max_length=8)
    before = models.JSONField(_("sebelum"))
    after = models.JSONField(_("sesudah"), null=True)
    login = models.CharField(_("akun basis data"), max_length=63)
    role = models.CharField(_("peran basis data"), max_length=63)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("riwayat baris")
        verbose_name_plural = _("riwayat baris")
        indexes = [models.Index(name="rowchange_of_row", fields=["source", "row_id"])]

    def __str__(self) -> str:
        return f"{self.act} {self.source} {self.row_id}"

    @property
    def hand(self) -> str:
        """The role that wrote: the one put on, or the one that signed in."""
        return self.login if self.role == "none" else self.role


class OwnerWrite(models.Model):
    """A table that somebody wrote past the site: one row for a transaction, table and act.

    Triggers that `manage.py migrate` sets write it, for every role but the site's (ADR 56).
    """

    written_at = models.DateTimeField(_("ditulis"))
    source = models.CharField(_("tabel"), max_length=63)
    act = models.CharField(_("perbuatan"), max_length=8)
    login = models.CharField(_("akun basis data"), max_length=63)
    role = models.CharField(_("peran basis data"), max_length=63)
    program = models.CharField(_("program"), max_length=63)
    transaction = models.BigIntegerField(_("nomor transaksi"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("penulisan pemilik basis data")
        verbose_name_plural = _("penulisan pemilik basis data")
        indexes = [models.Index(name="ownerwrite_of", fields=["transaction", "source", "act"])]

    def __str__(self) -> str:
        return f"{self.login} {self.act} {self.source}"
