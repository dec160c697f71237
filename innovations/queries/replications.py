"""Replications as pages show them: lists by whose turn it is, and the way of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from innovations.enums import ReplicationState
from innovations.models import Innovation, Replication
from innovations.models.replication import ENDED, WITH_REPORT, ReplicationQuerySet
from sinovik.audit.models import AuditEvent
from sinovik.web.prepared import OneOf


def awaited_from(user: User) -> Q:
    """Replications in which it is this person's turn."""
    return awaited_by(
        user.pk,
        sorted(user.agency_ids(Role.AGENCY_ADMIN)),
        is_innovator=user.has_role(Role.INNOVATOR),
        is_secretariat=user.is_secretariat,
    )


def awaited_by(person: Any, admin_of: Any, *, is_innovator: bool, is_secretariat: bool) -> Q:
    """The same by what it depends on; the first two may be blanks of a prepared statement."""
    turn = Q(OneOf("origin__agency_id", admin_of)) & Q(state__in=["requested", "reported"])
    turn |= Q(OneOf("agency_id", admin_of)) & Q(state__in=["accepted", "agreed"])
    if is_innovator:
        turn |= Q(requested_by=person, state="agreed")
    if is_secretariat:
        turn |= Q(state="confirmed")
    return turn


def replication_list(user: User) -> ReplicationQuerySet:
    """What the person may open, `turn` 0 where they are awaited, ended ones last."""
    rank = Case(
        When(awaited_from(user), then=Value(0)),
        When(state__in=ENDED, then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rows = Replication.objects.visible_to(user).for_page().annotate(turn=rank)
    return rows.order_by("turn", "-pk")


@dataclass(frozen=True)
class Step:
    """One step of the way as the timeline shows it."""

    title: str
    state: str
    when: datetime | None = None
    who: str = ""


def way_of(replication: Replication) -> list[Step]:
    """The five steps to a verified replica; what ended the way stands where it ended.

    `replication` needs `for_page` and the people who acted.
    """
    steps = [
        (_("Permintaan"), replication.requested_at, replication.requested_by),
        (_("Jawaban instansi asal"), replication.answered_at, replication.answered_by),
        (_("Kesepakatan"), replication.agreed_at, replication.agreed_by),
        (
            _("Laporan replika"),
            _if(replication.has_report, replication.reported_at),
            replication.reported_by,
        ),
        (_("Dibenarkan instansi asal"), replication.confirmed_at, replication.confirmed_by),
        (_("Verifikasi sekretariat"), replication.verified_at, replication.verified_by),
    ]
    shown = []
    is_next = replication.is_open
    for title, instant, person in steps:
        if instant is not None:
            shown.append(Step(title, "done", instant, person.name if person else ""))
        elif replication.is_open:
            shown.append(Step(title, "current" if is_next else "upcoming"))
            is_next = False
    return shown + _ending(replication)


def _if(condition: bool, instant: datetime | None) -> datetime | None:
    return instant if condition else None


def _ending(replication: Replication) -> list[Step]:
    if replication.state == ReplicationState.WITHDRAWN:
        person = replication.withdrawn_by
        name = person.name if person else ""
        return [Step(_("Ditarik"), "stopped", replication.withdrawn_at, name)]
    if replication.state == ReplicationState.REFUSED:
        return [Step(_("Ditolak"), "stopped", replication.answered_at)]
    return []


def replication_of(user: User, pk: int) -> ReplicationQuerySet:
    """One replication with everybody who acted, where the person may open it."""
    people = ("answered_by", "agreed_by", "reported_by", "confirmed_by", "verified_by")
    rows = Replication.objects.visible_to(user).for_page().filter(pk=pk)
    return rows.select_related(
        "origin__agency",
        "agency",
        "unit",
        "replica",
        "requested_by",
        "withdrawn_by",
        *people,
    )


def open_request(user: Any, origin: Innovation) -> Replication | None:
    """The request of the person's agency that is under way for this innovation."""
    rows = Replication.objects.visible_to(user).filter(origin=origin).exclude(state__in=ENDED)
    agencies = [one.agency_id for one in user.active_memberships]
    return rows.filter(agency__in=agencies).first()


def report_naming(innovation: Innovation) -> Replication | None:
    """The replication whose report, waiting or proven, names this dossier as its replica."""
    rows = Replication.objects.filter(replica=innovation, state__in=WITH_REPORT)
    return rows.select_related("origin").defer("origin__sections").first()


def wrote_origin(replication: Replication, replica: Innovation) -> bool:
    """Whether a report of this replication wrote the origin that its replica names now.

    By the ledger, where each report tells the edit by which it did. What the agency wrote by
    itself, before or since, is its own; so is what a report wrote before they told.
    """
    reports = AuditEvent.objects.about(replication).named("replication_reported")
    written = {
        event.payload.get("origin_edit")
        for event in reports
        if event.payload["replica"] == replica.pk
    }
    edits = AuditEvent.objects.about(replica).named("innovation_edited").order_by("-pk")
    last = next((edit for edit in edits if "replicates" in edit.payload["fields"]), None)
    return last is not None and last.payload["edit_number"] in written


def replications_behind(innovations: Iterable[Innovation]) -> tuple[set[int], set[int]]:
    """Which innovations stem from a verified replication, and which from one agreed on.

    Before its report names the replica, an agreement stands behind the dossiers of the agency
    that declare the same origin. One query.
    """
    rows = list(innovations)
    wanted = Q(replica__in=[row.pk for row in rows]) | Q(
        state=ReplicationState.AGREED,
        agency__in={row.agency_id for row in rows},
        origin__in={row.replicates_id for row in rows if row.replicates_id},
    )
    verified: set[int] = set()
    named: set[int] = set()
    pairs: set[tuple[int, int]] = set()
    found = Replication.objects.agreed_on().filter(wanted)
    for state, replica, agency, origin in found.values_list("state", "replica", "agency", "origin"):
        if state == ReplicationState.VERIFIED:
            verified.add(replica)
        elif state == ReplicationState.AGREED:
            pairs.add((agency, origin))
        else:
            named.add(replica)
    agreed = named | {row.pk for row in rows if (row.agency_id, row.replicates_id) in pairs}
    return verified, agreed - verified
