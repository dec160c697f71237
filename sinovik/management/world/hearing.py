"""The panel of 2019 hears its entries and has some of them visited.

When and where that was is not known: rooms and reports say that they are simulated.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from agencies.models import User
from competitions.actions.contest_files import Incoming
from competitions.actions.field_visits import (
    VisitReport,
    add_photo,
    assign_visit,
    file_visit,
    save_visit,
)
from competitions.actions.presentation_clock import advance_presentation
from competitions.actions.presentations import (
    Timetable,
    confirm_presentation,
    draw_schedule,
    publish_schedule,
)
from competitions.enums import PresentationState, VisitVerdict
from competitions.models import Entry, FieldVisit, Presentation, Stage
from competitions.queries.conflicts import conflicted_pairs
from competitions.queries.stages import still_in
from competitions.queries.timetables import break_of
from sinovik.audit import clock
from sinovik.management.world.stagehands import Task, World

TIMETABLE = Timetable(
    days=[date(2019, 8, 5), date(2019, 8, 6)],
    starts=time(9, 0),
    ends=time(16, 0),
    rooms=[("Ruang A (simulasi)", ""), ("Ruang B (simulasi)", ""), ("Ruang C (simulasi)", "")],
    breaks=[break_of("12.00–13.00")],
)
STEPS = (
    (timedelta(), PresentationState.PRESENTING),
    (timedelta(minutes=7), PresentationState.QUESTIONS),
    (timedelta(minutes=19, seconds=30), PresentationState.DONE),
)
Finding = tuple[VisitVerdict, str]
VISITS = 3
FINDINGS: tuple[Finding, ...] = (
    (VisitVerdict.YES, "Laporan simulasi. Layanan berjalan dan catatannya cocok dengan proposal."),
    (VisitVerdict.PARTLY, "Laporan simulasi. Berjalan di loket utama, belum di semua cabang."),
    (VisitVerdict.YES, "Laporan simulasi. Pengguna yang ditemui mengenal layanan ini."),
)


def hear(world: World, stage: Stage) -> datetime:
    """The schedule, who presented, the presses on each room's clock, three visits.

    Returns when it was over: the panel sends its sheets afterwards.
    """
    with clock.at(stage.opens_at + timedelta(days=1)):
        schedule = draw_schedule(by=world.head, stage=stage, timetable=TIMETABLE, seed=2019)
    with clock.at(stage.opens_at + timedelta(days=2)):
        publish_schedule(by=world.head, schedule=schedule)
    officer = world.officers[0]
    tasks: list[Task] = []
    turns = schedule.presentations.select_related("slot", "entry")
    for turn in turns.order_by("slot__starts_at", "slot"):
        confirmed_at = schedule.drawn_at + timedelta(days=3, minutes=turn.pk % 600)
        tasks.append((confirmed_at, _confirming(world, turn)))
        tasks += [
            (turn.slot.starts_at + after, _pressing(officer, turn, target))
            for after, target in STEPS
        ]
    world.run("Presentasi di depan panel 2019", tasks)
    _visit(world, stage)
    return stage.opens_at + timedelta(days=28)


def _confirming(world: World, turn: Presentation) -> Callable[[], object]:
    team = world.teams[turn.entry.agency_id]
    return lambda: confirm_presentation(
        by=team.admin, presentation=turn, presenters=team.innovator.name
    )


def _pressing(by: User, turn: Presentation, target: str) -> Callable[[], object]:
    return lambda: advance_presentation(by=by, presentation=turn, target=target)


def _visit(world: World, stage: Stage) -> None:
    """Officers visit simulated entries; one report is the demo panelist's."""
    stays = still_in(stage).filter(entry__innovation__is_simulated=True)
    entries = list(
        Entry.objects.filter(pk__in=stays.values("entry"))
        .select_related("agency__region", "innovation")
        .order_by("pk")[: VISITS * 8]
    )
    people = [*world.officers[:2], world.accounts["panelis"]]
    barred = conflicted_pairs([*people, world.head], entries)
    asked_at = stage.opens_at + timedelta(days=20)
    asked: list[tuple[FieldVisit, Finding]] = []
    with world.progress.step("Kunjungan lapangan 2019"):
        for verifier, finding in zip(people, FINDINGS, strict=True):
            free = (
                one
                for one in entries
                if (verifier.pk, one.pk) not in barred and (world.head.pk, one.pk) not in barred
            )
            # A small world may have nobody left whom this person may visit.
            if (entry := next(free, None)) is None:
                continue
            entries.remove(entry)
            with clock.at(asked_at):
                visit = assign_visit(by=world.head, stage=stage, entry=entry, verifier=verifier)
            asked.append((visit, finding))
        with clock.at(asked_at + timedelta(days=7)):
            for visit, finding in asked:
                _report(world, visit, finding)


def _report(world: World, visit: FieldVisit, finding: Finding) -> None:
    verdict, text = finding
    octets = world.papers.photo.path.read_bytes()
    report = VisitReport(
        visited_on=clock.today(),
        place=f"{visit.entry.agency.name} (simulasi)",
        met="Kepala unit pelayanan dan dua pengguna",
        finding=text,
        answers=dict.fromkeys(range(1, visit.answers.count() + 1), (verdict, "")),
    )
    by = visit.verifier
    save_visit(by=by, visit=visit, edit_number=visit.edit_number, report=report)
    photo = Incoming("Kunjungan (simulasi).jpg", len(octets), [octets])
    add_photo(by=by, visit=visit, incoming=photo, caption="Loket layanan (simulasi)")
    file_visit(by=by, visit=visit)
