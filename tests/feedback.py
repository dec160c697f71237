"""A list that will be announced, with comments behind it: some of them tell a person."""

from dataclasses import replace
from datetime import datetime, timedelta

from competitions.actions.announcements import schedule_announcement
from competitions.actions.scoresheets import score_assignments
from competitions.actions.stages import close_stage
from competitions.models import Announcement, CutOff
from sinovik.audit import clock
from tests.factories import (
    FIRST,
    REVIEW,
    Contest,
    lock,
    make_contest,
    make_person,
    sheet_for,
    start,
)

PLAIN = "Bukti dampaknya rapi dan dapat diperiksa."
NAMED = "Paparan Bu Gayatri meyakinkan."
NUMBERED = "Hubungi 0812-3456-7890 untuk data mentah."
JUDGE = "Gayatri Paramitha"
SECRET = "Kenari tiga puluh dua"
"""What only the entry at the end of the list was told."""


def scheduled(*, hours: int = 2, entries: int = 6) -> Contest:
    """The first list, locked, to be announced in `hours`; earlier entries score higher."""
    contest = judged(entries=entries)
    with clock.at(contest.moment(FIRST)):
        start(contest, FIRST)
        announce_in(contest, timedelta(hours=hours))
    return contest


def judged(*, entries: int) -> Contest:
    """A closed review with comments, before the first list; earlier entries score higher."""
    contest = make_contest(REVIEW, entries=entries)
    make_person(name=JUDGE)
    contest.evaluators[0].name = JUDGE
    contest.evaluators[0].save(update_fields=["name"])
    order = {entry.pk: place for place, entry in enumerate(contest.entries)}
    for judge in contest.evaluators:
        sheets = []
        for row in contest.assignments(REVIEW, judge):
            place = order[row.entry_id]
            sheet = sheet_for(row, max(5 - place, 1))
            said = PLAIN if place < entries - 1 else SECRET
            notes = {**sheet.notes, "novelty": NUMBERED}
            sheets.append(replace(sheet, strengths=said, weaknesses=NAMED, notes=notes))
        score_assignments(by=judge, sheets=sheets)
    close_stage(by=contest.head, stage=contest.stage(REVIEW))
    return contest


def announce_in(contest: Contest, after: timedelta) -> Announcement:
    """Lock the first list and schedule it."""
    return schedule_list(contest, lock(contest, FIRST), after)


def schedule_list(contest: Contest, cut_off: CutOff, after: timedelta) -> Announcement:
    """Schedule a locked list."""
    now = clock.now()
    return schedule_announcement(
        by=contest.head,
        cut_off=cut_off,
        decree_number="7/2019",
        decree_dated_on=now.date(),
        announce_at=now + after,
    )


def instant_of(contest: Contest) -> datetime:
    """When the list becomes public."""
    return Announcement.objects.get(cut_off__stage=contest.stage(FIRST)).announce_at
