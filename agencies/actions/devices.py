"""Ending sessions: one's own on another device, or everybody's of a person whose rights changed."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F

from agencies.models import User
from sinovik import audit


@transaction.atomic
def end_device(*, by: User, device: UserSession) -> None:
    """Sign one device of the person out; its cookie is dead at once."""
    Session.objects.filter(session_key=device.session_key).delete()
    device.delete()
    audit.record(by=by, event="session_ended", obj=by)


@transaction.atomic
def end_sessions(*, by: User | None, user: User, keep: str = "") -> None:
    """Kill every session of `user`, also those that stand in no list, and drop their rows.

    The one whose key is `keep` stays in the list, and lives if its page then takes over
    `user.get_session_auth_hash()`, which has changed.
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    devices = UserSession.objects.filter(user=user).exclude(session_key=keep)
    keys = list(devices.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    devices.delete()
    audit.record(by=by, event="sessions_ended", obj=user, payload={"listed": len(keys)})
