"""Offers and needs of the replication hub: posted, and taken down again."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from innovations.enums import InnovationState
from innovations.exceptions import ReplicationRefused
from innovations.models import Category, Innovation, ReplicationNeed, ReplicationOffer
from innovations.permissions import (
    check_can_end_need,
    check_can_offer_innovation,
    check_can_post_need,
)
from sinovik import audit
from sinovik.audit import clock


@dataclass(frozen=True)
class NeedText:
    """What an agency would like to solve, and for how many (`size`, a ServiceSize)."""

    title: str
    text: str
    category: Category
    size: int


@transaction.atomic
def offer_innovation(*, by: User, innovation: Innovation, text: str, size: int) -> ReplicationOffer:
    """Mark a published innovation that has not stopped as ready to be replicated.

    An offer that stands is replaced.
    """
    row = Innovation.objects.locked().get(pk=innovation.pk)
    check_can_offer_innovation(by, row)
    if row.state != InnovationState.PUBLISHED:
        raise ReplicationRefused(_("Hanya inovasi yang terbit dapat ditawarkan."))
    if row.is_stopped:
        raise ReplicationRefused(
            _(
                "Layanan ini dinyatakan berhenti, jadi tidak dapat ditawarkan."
                " Bila sudah berjalan kembali, nyatakan keadaannya lebih dahulu."
            )
        )
    if not text.strip():
        raise ReplicationRefused(_("Tuliskan apa yang ditawarkan."))
    now = clock.now()
    row.offers.filter(ended_at__isnull=True).update(ended_at=now, ended_by=by)
    offer = ReplicationOffer.objects.create(
        innovation=row, text=text.strip(), size=size, posted_at=now, posted_by=by
    )
    audit.record(by=by, event="replication_offered", obj=offer, payload={"innovation": row.pk})
    return offer


@transaction.atomic
def end_offer(*, by: User, offer: ReplicationOffer) -> ReplicationOffer:
    """Take an offer down; requests that came of it go on. Raises ReplicationRefused when gone."""
    row = ReplicationOffer.objects.locked().select_related("innovation").get(pk=offer.pk)
    check_can_offer_innovation(by, row.innovation)
    if row.ended_at is not None:
        raise ReplicationRefused(_("Tawaran ini sudah diakhiri."))
    row.ended_at, row.ended_by = clock.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    audit.record(by=by, event="replication_offer_ended", obj=row)
    return row


@transaction.atomic
def post_need(*, by: User, agency: Agency, need: NeedText) -> ReplicationNeed:
    """Let everybody know what the agency would like to solve."""
    held = Agency.objects.locked().get(pk=agency.pk)
    check_can_post_need(by, held)
    title = " ".join(need.title.split())
    if not title or not need.text.strip():
        raise ReplicationRefused(_("Tuliskan masalah dan uraiannya."))
    if ReplicationNeed.objects.standing().filter(agency=held, title=title).exists():
        raise ReplicationRefused(_("Instansi Anda sudah memasang kebutuhan ini."))
    row = ReplicationNeed.objects.create(
        agency=held,
        category=need.category,
        title=title,
        text=need.text.strip(),
        size=need.size,
        posted_at=clock.now(),
        posted_by=by,
    )
    audit.record(by=by, event="replication_need_posted", obj=row)
    return row


@transaction.atomic
def end_need(*, by: User, need: ReplicationNeed) -> ReplicationNeed:
    """Take a need down, met or not. Raises ReplicationRefused when it is gone."""
    row = ReplicationNeed.objects.locked().get(pk=need.pk)
    check_can_end_need(by, row)
    if row.ended_at is not None:
        raise ReplicationRefused(_("Kebutuhan ini sudah ditutup."))
    row.ended_at, row.ended_by = clock.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    audit.record(by=by, event="replication_need_ended", obj=row)
    return row
