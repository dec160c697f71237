"""One mail for the messages of a day or a week, at seven in the person's own morning."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sinovik.audit import clock
from sinovik.audit.turns import take_turn
from sinovik.notifications.delivery import one_line, queue_mails
from sinovik.notifications.kinds import DIGEST, Rhythm
from sinovik.notifications.models import Mail, Notification, Preference

MORNING = 7
MONDAY = 0
MOST_LINES = 50
TURN = 7_012_001


@transaction.atomic
def send_digests() -> int:
    """Send every digest that is due and was not sent today; returns how many.

    Two runs at once take turns. Weekly messages come on Mondays, with the daily ones.
    """
    take_turn(TURN)
    now = clock.now()
    waiting = Notification.objects.for_digest(now).order_by("pk")
    by_person: dict[int, list[Notification]] = {}
    for row in waiting:
        by_person.setdefault(row.recipient_id, []).append(row)
    people = get_user_model().objects.filter(pk__in=by_person, is_active=True)
    preferences = Preference.objects.in_bulk(by_person)
    done = set(
        Mail.objects.filter(recipient__in=by_person, digest_on__isnull=False).values_list(
            "recipient_id", "digest_on"
        )
    )
    mails = []
    for person in people:
        wanted = preferences.get(person.pk) or Preference(user=person)
        local = now.astimezone(ZoneInfo(wanted.zone))
        rows = _due(by_person[person.pk], local)
        if rows and (person.pk, local.date()) not in done:
            mails.append((_compose(person, wanted.language, local, rows, now), rows))
    queue_mails([mail for mail, _rows in mails])
    for mail, rows in mails:
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mail=mail)
    return len(mails)


def _due(rows: list[Notification], local: datetime) -> list[Notification]:
    if local.hour < MORNING:
        return []
    rhythms = {Rhythm.DAILY} | ({Rhythm.WEEKLY} if local.weekday() == MONDAY else set())
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return [row for row in rows if row.rhythm in rhythms and row.created_at <= morning]


def _compose(
    person: object, language: str, local: datetime, rows: list[Notification], now: datetime
) -> Mail:
    with translation.override(language):
        count = len(rows)
        subject = ngettext(
            "%d pemberitahuan SINOVIK untuk Anda", "%d pemberitahuan SINOVIK untuk Anda", count
        )
        parts = []
        for row in rows[:MOST_LINES]:
            head, body = row.said(language)
            address = f"{settings.SITE_ADDRESS}{row.path}" if row.path else ""
            parts.append("\n".join(filter(None, [head, body, address])))
        if count > MOST_LINES:
            parts.append(_("Dan %d lagi di aplikasi.") % (count - MOST_LINES))
        return Mail(
            recipient_id=person.pk,  # type: ignore[attr-defined]
            address=person.email,  # type: ignore[attr-defined]
            kind=DIGEST.key,
            language=language,
            subject=one_line(subject % count),
            text="\n\n".join(parts),
            path="/kerja/",
            digest_on=local.date(),
            queued_at=now,
        )
