"""The devices on which a person is signed in."""

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from agencies.models import User
from sinovik.audit import clock

# In this order: each later name stands in the strings of the earlier ones too.
BROWSERS = (
    ("Edge", r"Edg"), ("Opera", r"OPR/"), ("Samsung Internet", r"SamsungBrowser"),
    ("Firefox", r"Firefox|FxiOS"), ("Chrome", r"Chrome|CriOS"), ("Safari", r"Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", r"Android"), ("iPhone", r"iPhone"), ("iPad", r"iPad"), ("Windows", r"Windows"),
    ("macOS", r"Mac OS"), ("ChromeOS", r"CrOS"), ("Linux", r"Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class Device:
    """One place where somebody is signed in; browser and system empty where unknown."""

    pk: int
    browser: str
    system: str
    address: str
    since: datetime
    seen_at: datetime
    is_this: bool


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, text)), "")


def devices_of(user: User, session_key: str) -> list[Device]:
    """Live sessions, this one first, then the one used last. Two queries."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    live = Session.objects.filter(
        session_key__in=[row.session_key for row in rows], expire_date__gt=clock.now()
    )
    keys = set(live.values_list("session_key", flat=True))
    devices = [
        Device(
            row.pk,
            _first(BROWSERS, row.user_agent),
            _first(SYSTEMS, row.user_agent),
            row.ip,
            row.created_at,
            row.last_seen_at,
            row.session_key == session_key,
        )
        for row in rows
        if row.session_key in keys
    ]
    return sorted(devices, key=lambda device: not device.is_this)
