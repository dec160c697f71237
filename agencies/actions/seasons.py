"""Roles that end with a season: when, with which warning, and how the end moves."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.actions.devices import end_sessions
from agencies.enums import Role
from agencies.exceptions import EndRefused, RoleEnded
from agencies.models import Membership, User
from agencies.permissions import check_can_extend_role
from sinovik import audit, notifications
from sinovik.audit import clock
from sinovik.notifications import in_each_language
from sinovik.notifications.kinds import ACCOUNT
from sinovik.web.templatetags.web import day

WARNING = timedelta(days=14)
LONGEST = timedelta(days=550)


@transaction.atomic
def extend_role(*, by: User, membership: Membership, ends_on: date) -> Membership:
    """Set the last day of a role by hand; from then on it follows no edition.

    Raises EndRefused for a day that has passed or lies further than a season and a half,
    RoleEnded where the role has ended.
    """
    check_can_extend_role(by, membership)
    row = Membership.objects.locked().get(pk=membership.pk)
    if row.ended_at:
        raise RoleEnded
    if not clock.today() < ends_on <= clock.today() + LONGEST:
        raise EndRefused
    before = row.ends_on
    _move_end(row, ends_on, by)
    payload = {"before": before, "after": ends_on}
    audit.record(by=by, event="membership_extended", obj=row, payload=payload)
    _tell_extended(row)
    return row


@transaction.atomic
def follow_editions(*, by: User | None, end_of: Callable[[date], date | None]) -> int:
    """Let each role that nobody set by hand end with the edition it serves.

    `end_of(day)` tells the end of the edition that a role begun on `day` serves. A role that
    had no end gets at least the time of a warning. Returns how many moved.
    """
    moved = 0
    for row in Membership.objects.of_season().locked().filter(ends_set_by__isnull=True):
        end = end_of(row.started_at.date())
        if end and row.ends_on is None:
            end = max(end, clock.today() + WARNING)
        if end and end >= clock.today() and end != row.ends_on:
            audit.record(
                by=by,
                event="membership_end_moved",
                obj=row,
                payload={"before": row.ends_on, "after": end},
            )
            _move_end(row, end, None)
            moved += 1
    return moved


@transaction.atomic
def warn_of_ends(*, by: User | None) -> int:
    """Tell each person once that a role ends within fourteen days."""
    rows = (
        Membership.objects.of_season()
        .locked()
        .filter(
            end_told_at__isnull=True,
            ends_on__gte=clock.today(),
            ends_on__lte=clock.today() + WARNING,
        )
    )
    for row in rows:
        row.end_told_at = clock.now()
        row.save(update_fields=["end_told_at"])
        _tell_ending(row)
    return len(rows)


@transaction.atomic
def end_overdue_roles(*, by: User | None, person: User | None = None) -> int:
    """End roles whose last day has passed, with every session of the person; tell them."""
    rows = Membership.objects.of_season().locked().filter(ends_on__lt=clock.today())
    if person:
        rows = rows.filter(user=person)
    for row in rows:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        end_sessions(by=by, user=row.user)
        audit.record(by=by, event="membership_ended", obj=row, payload={"ends_on": row.ends_on})
        _tell_ended(row)
    return len(rows)


def _move_end(row: Membership, ends_on: date, by: User | None) -> None:
    """A later end is warned of anew."""
    row.ends_on, row.ends_set_by, row.end_told_at = ends_on, by, None
    row.save(update_fields=["ends_on", "ends_set_by", "end_told_at"])


@in_each_language
def _tell_ending(row: Membership) -> None:
    _tell(
        row,
        _("Peran Anda berakhir %(day)s"),
        _(
            "Peran %(role)s Anda di %(agency)s berakhir sesudah %(day)s. Yang belum selesai"
            " diselesaikan sebelumnya; kepala sekretariat dapat memperpanjangnya."
        ),
    )


@in_each_language
def _tell_ended(row: Membership) -> None:
    _tell(
        row,
        _("Peran Anda sudah berakhir"),
        _(
            "Peran %(role)s Anda di %(agency)s berakhir pada %(day)s. Yang Anda tulis tetap"
            " tersimpan. Terima kasih."
        ),
    )


@in_each_language
def _tell_extended(row: Membership) -> None:
    _tell(
        row,
        _("Peran Anda diperpanjang sampai %(day)s"),
        _("Peran %(role)s Anda di %(agency)s kini berakhir sesudah %(day)s."),
    )


def _tell(row: Membership, subject: str, body: str) -> None:
    words = {
        "role": str(Role(row.role).label),
        "agency": row.agency.name,
        "day": day(row.ends_on),
    }
    notifications.notify(
        recipients=[row.user],
        subject=subject % words,
        body=body % words,
        path=reverse("mfa_index"),
        kind=ACCOUNT,
    )
