"""Telling people that their personal data was seen or changed (UU 27/2022, article 46)."""

from collections.abc import Collection

from django.db import transaction
from django.urls import reverse

from agencies.models import User
from agencies.permissions import check_is_secretariat_head
from sinovik import audit, notifications
from sinovik.notifications.kinds import ACCOUNT


@transaction.atomic
def tell_affected(*, by: User, people: Collection[User], subject: str, text: str) -> None:
    """Mail and message to each, in the head's own words; the log says who was told and when."""
    check_is_secretariat_head(by)
    told = list(people)
    audit.record_many(by=by, event="incident_told", objs=told)
    notifications.notify(
        recipients=told, subject=subject, body=text, path=reverse("home:own_data"), kind=ACCOUNT
    )
