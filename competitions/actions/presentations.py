"""The schedule of presentations: drawn, mended by hand, published, confirmed by agencies."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.enums import PresentationState
from competitions.exceptions import ConflictOfInterest, WrongState
from competitions.models import (
    Entry,
    Presentation,
    PresentationRoom,
    PresentationSchedule,
    PresentationSlot,
    Stage,
)
from competitions.notifications import presentations as letters
from competitions.permissions.presentations import (
    check_can_confirm_presentation,
    check_can_schedule_presentations,
)
from competitions.queries.conflicts import is_conflicted
from competitions.queries.locks import share_open_stage
from competitions.queries.presentations import share_panel_stage, with_entries
from competitions.queries.stages import still_in
from competitions.queries.timetables import (
    Break,
    Seat,
    Turn,
    break_text,
    fill,
    seats_of,
    times_of_day,
)
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.turns import take_turn
from sinovik.web.zones import WIB

TURN = 7_012_008
LONGEST_NAMES = 500
MOST_SLOTS = 2000


@dataclass(frozen=True)
class Timetable:
    """What a schedule is drawn from: days, hours (WIB), breaks, rooms with their links."""

    days: Sequence[date]
    starts: time
    ends: time
    rooms: Sequence[tuple[str, str]]
    breaks: Sequence[Break] = field(default_factory=tuple)
    presentation_minutes: int = 7
    question_minutes: int = 13

    def seats(self) -> list[Seat]:
        """Every slot that the plan gives."""
        length = timedelta(minutes=self.presentation_minutes + self.question_minutes)
        times = list(times_of_day(self.starts, self.ends, self.breaks, length))
        return seats_of(self.days, len(self.rooms), times)


@transaction.atomic
def draw_schedule(
    *, by: User, stage: Stage, timetable: Timetable, seed: int
) -> PresentationSchedule:
    """Give every entry of a panel's stage a slot; an unpublished schedule is replaced.

    The same entries, plan and seed give the same schedule. Raises WrongState where the
    plan has too few slots, the schedule is published, or the band is not announced yet.
    """
    check_can_schedule_presentations(by)
    held = share_panel_stage(stage)
    # There is no row to lock before the first drawing; of two at once the later one stays.
    take_turn(TURN, held.pk)
    existing = PresentationSchedule.objects.locked().filter(stage=held).first()
    if existing and existing.is_published:
        raise WrongState(_("Jadwal sudah diterbitkan. Pindahkan slot satu per satu."))
    turns = _turns(held)
    seats = timetable.seats()
    _check_size(len(seats), len(turns))
    if existing:
        existing.delete()
    schedule = _create(by, held, timetable, seed)
    _seat(schedule, timetable, seats, fill(turns, seats, seed))
    audit.record(
        by=by,
        event="presentations_drawn",
        obj=schedule,
        payload={"seed": seed, "slots": len(seats), "entries": len(turns)},
    )
    return schedule


def _check_size(slots: int, entries: int) -> None:
    if slots < entries:
        raise WrongState(
            _(
                "Rancangan ini memuat %(slots)s slot untuk %(entries)s peserta. Tambah hari,"
                " ruang, atau jam."
            )
            % {"slots": slots, "entries": entries}
        )
    if slots > MOST_SLOTS:
        raise WrongState(
            _(
                "Rancangan ini memuat %(slots)s slot, paling banyak %(most)s. Kurangi hari atau"
                " ruang."
            )
            % {"slots": slots, "most": MOST_SLOTS}
        )


def _turns(stage: Stage) -> list[Turn]:
    entries = Entry.objects.filter(pk__in=still_in(stage).values("entry"))
    return [
        Turn(row.pk, row.agency_id, row.agency.region.zone if row.agency.region else WIB)
        for row in entries.select_related("agency__region").order_by("pk")
    ]


def _create(by: User, stage: Stage, timetable: Timetable, seed: int) -> PresentationSchedule:
    return PresentationSchedule.objects.create(
        stage=stage,
        presentation_minutes=timetable.presentation_minutes,
        question_minutes=timetable.question_minutes,
        days=sorted(timetable.days),
        day_starts_at=timetable.starts,
        day_ends_at=timetable.ends,
        breaks=[break_text(span) for span in sorted(timetable.breaks)],
        seed=seed,
        drawn_at=clock.now(),
        drawn_by=by,
    )


def _seat(
    schedule: PresentationSchedule,
    timetable: Timetable,
    seats: Sequence[Seat],
    found: dict[int, Seat],
) -> None:
    rooms = PresentationRoom.objects.bulk_create(
        PresentationRoom(schedule=schedule, position=place, name=name, link=link)
        for place, (name, link) in enumerate(timetable.rooms, 1)
    )
    slots = PresentationSlot.objects.bulk_create(
        PresentationSlot(room=rooms[seat.room], starts_at=seat.starts_at) for seat in seats
    )
    by_seat = dict(zip(seats, slots, strict=True))
    Presentation.objects.bulk_create(
        Presentation(schedule=schedule, entry_id=entry, slot=by_seat[seat])
        for entry, seat in found.items()
    )


@transaction.atomic
def publish_schedule(*, by: User, schedule: PresentationSchedule) -> PresentationSchedule:
    """Let agencies know their slots. From then on slots move one by one, and they are told."""
    check_can_schedule_presentations(by)
    stage = share_panel_stage(schedule.stage)
    row = PresentationSchedule.objects.locked().get(pk=schedule.pk)
    if row.is_published:
        raise WrongState
    turns = list(with_entries(Presentation.objects.filter(schedule=row)))
    staying = set(still_in(stage).values_list("entry", flat=True))
    if {turn.entry_id for turn in turns} != staying:
        raise WrongState(_("Peserta tahap ini berubah sejak jadwal disusun. Susun lagi jadwalnya."))
    if any(turn.slot.starts_at <= clock.now() for turn in turns):
        raise WrongState(_("Ada slot yang waktunya sudah lewat. Susun lagi dengan hari mendatang."))
    row.published_at, row.published_by = clock.now(), by
    row.save(update_fields=["published_at", "published_by"])
    audit.record(by=by, event="presentations_published", obj=row, payload={"entries": len(turns)})
    letters.tell_scheduled(turns)
    return row


@transaction.atomic
def move_presentation(
    *,
    by: User,
    presentation: Presentation,
    slot: PresentationSlot,
    swap_with: Presentation | None = None,
) -> Presentation:
    """Move an entry to a free slot of its schedule, or let it change places with `swap_with`.

    Only entries that wait for their turn move. Where the schedule is published the agencies
    are told, and confirm anew. Raises WrongState where somebody else has the slot by now,
    ConflictOfInterest for one closed to the person.
    """
    check_can_schedule_presentations(by)
    schedule = PresentationSchedule.objects.locked().get(pk=presentation.schedule_id)
    share_open_stage(schedule.stage_id)
    target = PresentationSlot.objects.filter(pk=slot.pk, room__schedule=schedule).first()
    rows = Presentation.objects.locked().filter(schedule=schedule)
    moving = list(with_entries(rows.filter(pk=presentation.pk)))
    moving += with_entries(rows.filter(slot=target).exclude(pk=presentation.pk)) if target else []
    _check_movable(by, moving, target)
    if moving[1:] != [one for one in (swap_with,) if one]:
        raise WrongState(_("Slot itu baru saja berubah. Pilih slot lagi."))
    spots = [target, moving[0].slot]
    for turn, spot in zip(moving, spots, strict=False):
        turn.slot = spot  # type: ignore[assignment]
        turn.confirmed_at = turn.confirmed_by = None
        turn.save(update_fields=["slot", "confirmed_at", "confirmed_by"])
        moved = {"starts_at": turn.slot.starts_at, "room": turn.slot.room.name}
        audit.record(by=by, event="presentation_moved", obj=turn, payload=moved)
    if schedule.is_published:
        letters.tell_rescheduled(moving)
    return moving[0]


def _check_movable(
    by: User, moving: Sequence[Presentation], target: PresentationSlot | None
) -> None:
    if target is None or moving[0].slot_id == target.pk:
        raise WrongState(_("Pilih slot lain dari jadwal ini."))
    if is_conflicted(by, [turn.entry_id for turn in moving]):
        raise ConflictOfInterest(
            _("Anda memiliki benturan kepentingan dengan peserta di slot itu. Minta rekan Anda.")
        )
    if any(turn.state != PresentationState.WAITING for turn in moving):
        raise WrongState(_("Presentasi yang sudah dimulai tidak dapat dipindahkan."))


@transaction.atomic
def change_room(*, by: User, room: PresentationRoom, name: str, link: str) -> PresentationRoom:
    """Rename a room or change its link; agencies whose turn is to come are told."""
    check_can_schedule_presentations(by)
    share_open_stage(room.schedule.stage_id)
    row = PresentationRoom.objects.locked().select_related("schedule").get(pk=room.pk)
    if (row.name, row.link) == (name, link):
        return row
    row.name, row.link = name, link
    row.save(update_fields=["name", "link"])
    audit.record(by=by, event="presentation_room_changed", obj=row, payload={"name": name})
    if row.schedule.is_published:
        turns = Presentation.objects.filter(slot__room=row, state=PresentationState.WAITING)
        letters.tell_rescheduled(list(with_entries(turns)))
    return row


@transaction.atomic
def confirm_presentation(*, by: User, presentation: Presentation, presenters: str) -> Presentation:
    """Say as the agency that somebody comes, and who speaks; may be said anew until the turn."""
    row = Presentation.objects.locked().select_related("schedule").get(pk=presentation.pk)
    entry = Entry.objects.select_related("innovation").get(pk=row.entry_id)
    check_can_confirm_presentation(by, entry)
    if not row.schedule.is_published or row.state != PresentationState.WAITING:
        raise WrongState
    if not presenters.strip():
        raise WrongState(_("Tulis nama penyaji."))
    row.presenters = presenters.strip()[:LONGEST_NAMES]
    row.confirmed_at, row.confirmed_by = clock.now(), by
    row.save(update_fields=["presenters", "confirmed_at", "confirmed_by"])
    audit.record(by=by, event="presentation_confirmed", obj=row)
    return row
