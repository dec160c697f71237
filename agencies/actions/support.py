"""Looking at the site as somebody else sees it, to help them: told, written, never acting."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.exceptions import SupportRefused
from agencies.models import SupportLook, User
from agencies.permissions import check_can_support
from sinovik import audit, notifications
from sinovik.audit import clock
from sinovik.notifications import in_each_language
from sinovik.notifications.kinds import ACCOUNT

LONGEST = timedelta(minutes=30)


@transaction.atomic
def start_support(*, by: User, person: User, reason: str) -> datetime:
    """Write down and tell the person that `by` looks; returns the instant it is over."""
    check_can_support(by, person)
    if len(reason.strip()) < 10:
        raise SupportRefused
    until = clock.now() + LONGEST
    audit.record(by=by, event="support_started", obj=person, payload={"reason": reason.strip()})
    _tell(person, by, reason.strip())
    return until


@transaction.atomic
def end_support(*, by: User, person: User) -> None:
    """Write down that `by` has stopped looking."""
    audit.record(by=by, event="support_ended", obj=person)


def note_look(*, by: User, person: User, path: str) -> None:
    """Write down which page `by` is about to see; one statement, in no transaction of a page."""
    most = SupportLook._meta.get_field("path").max_length
    SupportLook.objects.create(person=person, seen_by=by, at=clock.now(), path=path[:most])


@in_each_language
def _tell(person: User, by: User, reason: str) -> None:
    notifications.notify(
        recipients=[person],
        subject=_("Sekretariat melihat akun Anda untuk membantu"),
        body=_(
            "%(name)s melihat SINOVIK seperti Anda melihatnya, paling lama 30 menit, tanpa dapat"
            " mengubah apa pun. Alasannya: %(reason)s"
        )
        % {"name": by.name, "reason": reason},
        path=reverse("mfa_index"),
        kind=ACCOUNT,
    )
