"""The way of a proposal: unit -> agency admin -> ministry, back, and out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.enums import Role
from agencies.models import Membership, User
from competitions.actions.moves import check_move
from competitions.actions.places import check_places, hold_places
from competitions.actions.receipts import issue_receipts, repeats_submission
from competitions.actions.sendings import record_sendings
from competitions.actions.stage_entries import enter_stage, leave_stage
from competitions.enums import (
    Arrival,
    AutomaticState,
    CheckState,
    CorrectionOutcome,
    EntryState,
    Outcome,
    SentTo,
    StageKind,
)
from competitions.exceptions import EntryIncomplete, NotEligible, WrongState
from competitions.models import (
    AdministrativeCheck,
    AutomaticSubmission,
    Correction,
    Edition,
    Entry,
    EntryRemark,
    Group,
    Stage,
    StageEntry,
)
from competitions.notifications import in_site_language
from competitions.permissions.entries import (
    check_can_enter,
    check_can_submit_entry,
    check_can_withdraw_entry,
    check_can_write_entry,
)
from competitions.queries.automatic import ordered
from competitions.queries.findings import blocking_findings
from competitions.queries.holders import admins_of
from competitions.queries.locks import share_open_stage, share_registration
from competitions.queries.reading import filled_sections
from competitions.queries.sendings import last_sent_version
from competitions.queries.stages import administrative_stage
from competitions.workflow import ENTRY_MOVES
from innovations.actions.freezing import freeze_innovations
from innovations.models import Innovation, InnovationVersion
from sinovik import audit, notifications
from sinovik.audit import clock
from sinovik.audit.outcome import certain
from sinovik.notifications.kinds import TASK
from sinovik.statements import insert, update
from sinovik.web.prepared import OneOf, Prepared

BATCH = 1000
RELATED = ("edition", "group", "agency", "innovation__unit", "innovation__category", "created_by")


@transaction.atomic
def create_entries(
    *, by: User, edition: Edition, group: Group, innovations: Sequence[Innovation]
) -> list[Entry]:
    """Register innovations for an edition while its registration is open.

    Raises StageClosed outside it, NotEligible where one takes part already.
    """
    agency_ids = {innovation.agency_id for innovation in innovations}
    stage = share_registration(edition, agency_ids).stage
    for innovation in innovations:
        check_can_enter(by, innovation)
    # Of two who register a dossier at once, or one who presses twice, the second is told.
    pks = [innovation.pk for innovation in innovations]
    list(Innovation.objects.locked().filter(pk__in=pks).order_by("pk").only("pk"))
    taken = Entry.objects.filter(edition=edition, innovation__in=innovations)
    if group.edition_id != edition.pk or taken.exists():
        raise NotEligible(_("Inovasi ini sudah terdaftar di edisi tersebut."))
    now = clock.now()
    entries = insert(
        [
            Entry(
                edition=edition,
                innovation=innovation,
                agency_id=innovation.agency_id,
                group=group,
                state_changed_at=now,
                created_at=now,
                created_by=by,
            )
            for innovation in innovations
        ]
    )
    enter_stage(by=by, stage=stage, entry_ids=[entry.pk for entry in entries])
    audit.record_many(by=by, event="entry_created", objs=entries)
    return entries


def create_entry(*, by: User, edition: Edition, group: Group, innovation: Innovation) -> Entry:
    """Register one innovation; see `create_entries`."""
    return create_entries(by=by, edition=edition, group=group, innovations=[innovation])[0]


@transaction.atomic
def send_entries(*, by: User, entries: Sequence[Entry]) -> list[Entry]:
    """Send complete proposals from the unit to the agency's admin, each frozen as a version.

    Raises EntryIncomplete naming what is missing or too long.
    """
    rows = lock_entries(entries)
    for row in rows:
        check_can_write_entry(by, row)
        check_move(ENTRY_MOVES, row, EntryState.WITH_AGENCY)
    check_complete(rows, at_submission=False)
    versions = freeze_innovations(by=by, innovations=[row.innovation for row in rows])
    now = clock.database_now()
    record_sendings(by=by, entries=rows, versions=versions, sent_to=SentTo.AGENCY, at=now)
    _move(rows, EntryState.WITH_AGENCY)
    EntryRemark.objects.filter(entry__in=rows, resolved_at=None).update(resolved_at=clock.now())
    audit.record_many(by=by, event="entry_sent", objs=rows)
    _tell_admins(rows, admins_of({row.agency_id for row in rows}))
    return rows


def send_entry(*, by: User, entry: Entry) -> Entry:
    """Send one proposal; see `send_entries`."""
    return send_entries(by=by, entries=[entry])[0]


@transaction.atomic
def return_entry(*, by: User, entry: Entry, remarks: Sequence[tuple[str, str]]) -> Entry:
    """Give a proposal back to its unit with (section key, text) remarks, at least one.

    The empty key means the whole proposal; remarks name the version read. See `reopen_entry`.
    """
    (row,) = lock_entries([entry])
    check_can_submit_entry(by, row)
    if row.state != EntryState.WITH_AGENCY:
        raise WrongState
    texts = [(key, text.strip()) for key, text in remarks if text.strip()]
    if not texts:
        raise EntryIncomplete(_("Tuliskan paling sedikit satu catatan perbaikan."))
    version = last_sent_version(row)
    _move([row], EntryState.RETURNED)
    _end_orders(by, [row])
    now = clock.now()
    insert(
        [
            EntryRemark(
                entry=row,
                section_key=key,
                version=version,
                text=text,
                written_at=now,
                written_by=by,
            )
            for key, text in texts
        ]
    )
    number = version.number if version else None
    payload = {"remarks": len(texts), "version": number}
    audit.record(by=by, event="entry_returned", obj=row, payload=payload)
    _tell_writers(row, len(texts))
    return row


@certain
@transaction.atomic
def submit_entries(
    *,
    by: User,
    entries: Sequence[Entry],
    request_key: UUID | None = None,
    arrival: str = Arrival.ON_TIME,
) -> list[Entry]:
    """Submit one edition's proposals to the ministry before the close.

    Freezes each dossier as a version, signs a receipt for it, moves the entry into the
    administrative stage and queues its check. The same request sent again, or by the same
    person, changes nothing. What is sent by itself (`arrival` AUTOMATIC) has no grace.
    Raises StageClosed, TooLate, EntryIncomplete, NotEligible (quota, age), OutcomeUnknown
    where the commit may not last.
    """
    rows = lock_entries(entries, EXAMINED)
    for row in rows:
        check_can_submit_entry(by, row)
    if repeats_submission(by=by, entries=rows, request_key=request_key):
        return rows
    hold_places(rows)
    agency_ids = {row.agency_id for row in rows}
    has_grace = arrival != Arrival.AUTOMATIC
    held = share_registration(rows[0].edition, agency_ids, has_grace=has_grace)
    received_at = held.received_at
    if any(row.state != EntryState.WITH_AGENCY for row in rows):
        raise WrongState
    check_places(rows)
    check_complete(rows, at_submission=True)
    versions = freeze_innovations(by=by, innovations=[row.innovation for row in rows])
    for row in rows:
        row.arrival = Arrival.GRACE if received_at >= held.closes_at[row.agency_id] else arrival
    pin_versions(by=by, entries=rows, versions=versions, registration=held.stage, at=received_at)
    issue_receipts(by=by, entries=rows, versions=versions, at=received_at, request_key=request_key)
    return rows


def pin_versions(
    *,
    by: User,
    entries: Sequence[Entry],
    versions: Sequence[InnovationVersion],
    registration: Stage,
    at: datetime,
    submitter: User | None = None,
) -> None:
    """Move locked entries, `arrival` set, to the ministry with their versions, received `at`.

    `submitter` is who sent them, where `by` lets in what came late.
    """
    for entry, version in zip(entries, versions, strict=True):
        entry.version, entry.submitted_at, entry.submitted_by = version, at, submitter or by
    _move(entries, EntryState.SUBMITTED, "version", "submitted_at", "submitted_by", "arrival")
    _queue_checks(by, entries, registration=registration)
    _end_orders(by, entries)
    audit.record_many(
        by=by,
        event="entry_submitted",
        objs=entries,
        payloads=[
            {"content_hash": version.content_hash, "arrival": entry.arrival}
            for entry, version in zip(entries, versions, strict=True)
        ],
    )


def submit_entry(
    *,
    by: User,
    entry: Entry,
    request_key: UUID | None = None,
    arrival: str = Arrival.ON_TIME,
) -> Entry:
    """Submit one proposal; see `submit_entries`."""
    return submit_entries(by=by, entries=[entry], request_key=request_key, arrival=arrival)[0]


@transaction.atomic
def withdraw_entry(*, by: User, entry: Entry) -> Entry:
    """Take a proposal out of the contest while registration is open. The dossier stays."""
    (row,) = lock_entries([entry])
    check_can_withdraw_entry(by, row)
    share_open_stage(registration_stage(row.edition).pk, row.agency_id)
    # Nobody takes or decides the check meanwhile: an entry that left goes no stage further.
    list(AdministrativeCheck.objects.locked().filter(stage_entry__entry=row).order_by("pk"))
    check_move(ENTRY_MOVES, row, EntryState.WITHDRAWN)
    _move([row], EntryState.WITHDRAWN)
    Correction.objects.running().filter(check_of__stage_entry__entry=row).update(
        outcome=CorrectionOutcome.WITHDRAWN, ended_at=clock.database_now()
    )
    stays = StageEntry.objects.filter(entry=row).values_list("pk", flat=True)
    leave_stage(by=by, stay_ids=stays, outcome=Outcome.WITHDRAWN)
    _end_orders(by, [row])
    audit.record(by=by, event="entry_withdrawn", obj=row)
    return row


def registration_stage(edition: Edition) -> Stage:
    """The stage in which an edition takes proposals."""
    return Stage.objects.get(edition=edition, kind=StageKind.REGISTRATION)


def writers_of(entry: Entry) -> list[User]:
    """Who registered the entry, and the innovators of its unit."""
    unit = Membership.objects.active().filter(
        unit=entry.innovation.unit_id, unit__isnull=False, role=Role.INNOVATOR
    )
    colleagues = User.objects.filter(memberships__in=unit, is_active=True)
    return [entry.created_by, *colleagues.exclude(pk=entry.created_by_id).order_by("pk")]


@in_site_language
def _tell_writers(entry: Entry, remarks: int) -> None:
    notifications.notify(
        kind=TASK,
        recipients=writers_of(entry),
        subject=_("Proposal Anda perlu diperbaiki"),
        body=ngettext(
            "“%(title)s” dikembalikan dengan %(count)s catatan.",
            "“%(title)s” dikembalikan dengan %(count)s catatan.",
            remarks,
        )
        % {"title": entry.innovation.title, "count": remarks},
        path=reverse("competitions:entry_tasks", args=[entry.pk]),
    )


@in_site_language
def _tell_admins(entries: Sequence[Entry], admins: Mapping[int, list[User]]) -> None:
    """One message an agency for all that was sent; said in each language, so read `admins` once."""
    for agency_id, people in admins.items():
        sent = [entry for entry in entries if entry.agency_id == agency_id]
        notifications.notify(
            kind=TASK,
            recipients=people,
            subject=_("Proposal menunggu pemeriksaan Anda"),
            body=ngettext(
                "%(count)s proposal dikirim: “%(title)s”. Ajukan atau kembalikan.",
                "%(count)s proposal dikirim, antara lain “%(title)s”. Ajukan atau kembalikan.",
                len(sent),
            )
            % {"count": len(sent), "title": sent[0].innovation.title},
            path=reverse("competitions:entry_tasks", args=[sent[0].pk]),
        )


EXAMINED = ("edition", "group", "innovation__unit", "innovation__category")
"""What a submission reads beside its entry; agencies come locked, origins where there are any."""


@cache
def _locking(related: tuple[str, ...]) -> Prepared[Entry]:
    return Prepared(
        lambda pks: (
            Entry.objects.locked().filter(OneOf("pk", pks)).select_related(*related).order_by("pk")
        ),
        "pks",
    )


def lock_entries(entries: Iterable[Entry], related: Sequence[str] = RELATED) -> list[Entry]:
    """Lock entries with what moving them reads, in the order of their numbers."""
    pks = [entry.pk for entry in entries]
    locked = _locking(tuple(related)).all(pks=pks)
    replicas = [row.innovation for row in locked if row.innovation.replicates_id]
    if replicas:
        prefetch_related_objects(replicas, "replicates__agency")
    return locked


def _queue_checks(by: User, entries: Sequence[Entry], *, registration: Stage) -> None:
    """Move submitted entries on from registration to the administrative selection's queue."""
    (edition_id,) = {entry.edition_id for entry in entries}
    administrative = administrative_stage(edition_id)
    stays = StageEntry.objects.filter(stage=registration, entry__in=entries)
    leave_stage(by=by, stay_ids=stays.values_list("pk", flat=True), outcome=Outcome.PASSED)
    waiting = enter_stage(by=by, stage=administrative, entry_ids=[row.pk for row in entries])
    # Read already, with the rules that let them pass.
    keys = [section.key for section in entries[0].edition.sections.all()]
    insert(
        [
            AdministrativeCheck(
                stage_entry=stay,
                state=CheckState.QUEUED,
                filled_sections=filled_sections(entry.version.content, keys),  # type: ignore[union-attr]
            )
            for stay, entry in zip(waiting, entries, strict=True)
        ]
    )


def _end_orders(by: User, entries: Sequence[Entry]) -> None:
    """Orders to submit at the close end with the move that made them needless."""
    ends: dict[str, list[int]] = {}
    for entry in entries:
        state: str = AutomaticState.CANCELLED
        if entry.state == EntryState.SUBMITTED:
            is_automatic = entry.arrival == Arrival.AUTOMATIC
            state = AutomaticState.SENT if is_automatic else AutomaticState.BY_HAND
        ends.setdefault(state, []).append(entry.pk)
    given = ordered([entry.pk for entry in entries])
    for state, pks in ends.items():
        orders = AutomaticSubmission.objects.pending().filter(entry__in=given.intersection(pks))
        orders.update(state=state, ended_at=clock.now(), ended_by=by)


def check_complete(entries: Sequence[Entry], *, at_submission: bool) -> None:
    """Refuse the first entry that has blocking findings, with all of its sentences."""
    for entry, findings in blocking_findings(entries, at_submission=at_submission):
        sentences = " ".join(finding.sentence for finding in findings)
        if all(finding.section_key for finding in findings):
            raise EntryIncomplete(f"{entry.innovation.title}: {sentences}")
        raise NotEligible(f"{entry.innovation.title}: {sentences}")


def _move(entries: Sequence[Entry], state: str, *fields: str) -> None:
    now = clock.now()
    for entry in entries:
        entry.state, entry.state_changed_at = state, now
    update(entries, "state", "state_changed_at", *fields)
