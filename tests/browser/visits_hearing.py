"""Pages of the panel's hearing: schedule, clock, an agency's slot, reports of field visits."""

from collections.abc import Iterator
from datetime import time, timedelta

from django.urls import reverse

from competitions.actions.assignments import declare_conflict
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
from competitions.models import FieldVisit
from sinovik.audit import clock
from sinovik.web.zones import contest_day
from tests.browser.visits import Visit, visits_of
from tests.factories import SECOND, Contest, make_contest
from tests.uploading import jpeg


def _at(name: str, pk: int) -> str:
    return reverse(f"competitions:{name}", args=[pk])


def hearing_visits() -> Iterator[Visit]:
    """A stage without a schedule, with a draft, published; a clock before and while it runs."""
    contest = make_contest(SECOND, entries=4, judges=2, seats=(4, 1))
    stage, officer = contest.stage(SECOND), contest.officer
    board, drawing = (
        _at(name, stage.pk) for name in ("presentation_schedule", "presentation_draw")
    )
    yield from visits_of(officer, board, drawing)
    plan = Timetable(
        days=[contest_day(clock.now()) + timedelta(days=1)],
        starts=time(9),
        ends=time(11),
        rooms=[("Ruang A", "https://rapat.example/a")],
    )
    schedule = draw_schedule(by=officer, stage=stage, timetable=plan, seed=1)
    publish_schedule(by=contest.head, schedule=schedule)
    first = schedule.presentations.order_by("slot__starts_at")[0]
    confirm_presentation(by=contest.team.admin, presentation=first, presenters="Ibu Sari, kepala")
    yield Visit(_at("entry_presentation", first.entry_id), contest.team.admin)
    room = schedule.rooms.get()
    wall = _at("presentation_clock", room.pk)
    pages = (board, _at("presentation_move", first.pk), _at("presentation_room", room.pk))
    yield from visits_of(officer, *pages)
    advance_presentation(by=officer, presentation=first, target=PresentationState.PRESENTING)
    yield from visits_of(officer, wall)
    masked = contest.panelists[1]
    declare_conflict(by=masked, entry=first.entry, reason="Saudara")
    yield from visits_of(masked, board, wall)
    yield from _field_visits(contest)


def _field_visits(contest: Contest) -> Iterator[Visit]:
    stage, officer = contest.stage(SECOND), contest.officer
    yield Visit(_at("visit_assign", stage.pk), officer)
    visit = assign_visit(by=contest.head, stage=stage, entry=contest.entries[0], verifier=officer)
    edit, detail = _at("visit_edit", visit.pk), _at("visit_detail", visit.pk)
    _write(visit)
    yield from visits_of(officer, edit, reverse("competitions:visit_list"))
    file_visit(by=officer, visit=visit)
    reader = contest.panelists[0]
    sheet = next(
        one for one in contest.assignments(SECOND, reader) if one.entry_id == visit.entry_id
    )
    yield from visits_of(reader, _at("visit_board", stage.pk), detail)
    yield Visit(_at("scoresheet_edit", sheet.pk), reader)


def _write(visit: FieldVisit) -> None:
    """A complete report with a photo."""
    report = VisitReport(
        visited_on=contest_day(clock.now()),
        place="Puskesmas Uji",
        met="Kepala puskesmas dan dua pengguna",
        finding="Berjalan seperti ditulis dalam proposal.",
        answers=dict.fromkeys(range(1, 5), (VisitVerdict.YES, "Dilihat di loket.")),
    )
    save_visit(by=visit.verifier, visit=visit, edit_number=1, report=report)
    octets = jpeg(width=400)
    photo = Incoming("IMG_1.jpg", len(octets), [octets])
    add_photo(by=visit.verifier, visit=visit, incoming=photo, caption="Loket pendaftaran")
