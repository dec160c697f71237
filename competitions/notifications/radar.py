"""Messages that people ask us to send to those who hold an entry."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from agencies.models import User
from competitions.models import Entry
from competitions.notifications import WORK_HOME, in_site_language
from sinovik import notifications
from sinovik.notifications.kinds import NUDGE
from sinovik.web.templatetags.web import moment


def tell_nudged(
    by: User,
    entries: Sequence[Entry],
    people: Mapping[int, Sequence[User]],
    closes: Mapping[int, datetime],
) -> int:
    """Holders are reminded, each by one message; returns how many people were told.

    `people` and `closes` go by entry id.
    """
    mine: dict[int, tuple[User, list[Entry]]] = {}
    for entry in entries:
        for person in people[entry.pk]:
            mine.setdefault(person.pk, (person, []))[1].append(entry)
    alike: dict[tuple[int, ...], list[User]] = {}
    for person, held in mine.values():
        alike.setdefault(tuple(entry.pk for entry in held), []).append(person)
    by_pk = {entry.pk: entry for entry in entries}
    for pks, recipients in alike.items():
        held = [by_pk[pk] for pk in pks]
        _tell_holders(by, held, recipients, closes[held[0].pk])
    return len(mine)


@in_site_language
def _tell_holders(
    by: User, held: Sequence[Entry], recipients: Sequence[User], closes: datetime
) -> None:
    first, closes_at = held[0], moment(closes)
    sender = _("Sekretariat") if by.is_secretariat else by.agency_label
    if len(held) == 1:
        subject = _("Proposal “%(title)s” menunggu Anda") % {"title": first.innovation.title}
        body = _(
            "%(sender)s mengingatkan: %(number)s “%(title)s” masih menunggu Anda. Pendaftaran"
            " ditutup %(moment)s."
        ) % {
            "sender": sender,
            "number": first.number,
            "title": first.innovation.title,
            "moment": closes_at,
        }
    else:
        subject = _("%(count)s proposal menunggu Anda") % {"count": len(held)}
        listed = "\n".join(f"- {entry.number} {entry.innovation.title}" for entry in held)
        body = _(
            "%(sender)s mengingatkan: proposal berikut masih menunggu Anda. Pendaftaran ditutup"
            " %(moment)s.\n%(list)s"
        ) % {"sender": sender, "moment": closes_at, "list": listed}
    notifications.notify(
        kind=NUDGE,
        recipients=recipients,
        subject=subject,
        body=body,
        path=f"/kerja/peserta/{first.pk}/" if len(held) == 1 else WORK_HOME,
    )
