"""Pages of the edition designer with somebody who opens them."""

from collections.abc import Iterator

from django.urls import reverse

from competitions.actions.allocation_plans import request_plan
from competitions.actions.assignments import declare_conflict
from competitions.actions.design import clone_edition, save_part
from competitions.actions.edition_changes import propose_change
from competitions.actions.rehearsals import make_rehearsal, request_rehearsal
from competitions.blueprints import Part
from competitions.queries.allocation_plans import planned_pairs
from competitions.queries.design import (
    Place,
    blueprint_of,
    mark_of,
    places_of,
    present_content,
)
from tests.browser.visits import Visit, visits_of
from tests.editions import REVIEW
from tests.factories import make_contest


def design_visits() -> Iterator[Visit]:
    """A draft with faults, every part of it, a locked part, a change to decide."""
    contest = make_contest(entries=0)
    yield Visit(reverse("competitions:design_clone"), contest.head)
    draft = clone_edition(
        by=contest.head, source=contest.edition, year=2198, name="KIPP 2198", theme="Dekat"
    )
    place = Place(Part.THEME)
    rows = present_content(blueprint_of(draft), place)
    content = [rows[0] | {"theme": ""}]
    save_part(by=contest.head, edition=draft, place=place, content=content, seen=mark_of(rows))
    overview = reverse("competitions:design_overview", args=[draft.year])
    yield from visits_of(contest.head, overview)
    sound = clone_edition(
        by=contest.head, source=contest.edition, year=2197, name="KIPP 2197", theme="Dekat"
    )
    rehearsal = request_rehearsal(by=contest.head, edition=sound)
    report = reverse("competitions:rehearsal_detail", args=[rehearsal.pk])
    yield Visit(report, contest.head)
    make_rehearsal(rehearsal_id=rehearsal.pk)
    screens = [
        reverse("competitions:rehearsal_screen", args=[rehearsal.pk, number]) for number in (2, 8)
    ]
    yield from visits_of(
        contest.head, report, *screens, reverse("competitions:design_overview", args=[2197])
    )
    for part in places_of(blueprint_of(draft)):
        address = reverse("competitions:design_part", args=[draft.year, part.address])
        yield Visit(address, contest.head)
    previews = [("entrant",), ("section", "novelty"), ("documents",), ("sheet", REVIEW)]
    for name, *more in previews:
        address = reverse(f"competitions:preview_{name}", args=[draft.year, *more])
        yield Visit(address, contest.officer)
    groups = Place(Part.GROUPS)
    row = present_content(blueprint_of(contest.edition), groups)[0]
    locked = reverse("competitions:design_part", args=[contest.edition.year, groups.address])
    yield Visit(locked, contest.head)
    change = propose_change(
        by=contest.head,
        edition=contest.edition,
        place=groups,
        content=[row | {"quota": 9}],
        reason="Surat edaran B/7 menetapkan kuota.",
    )
    yield from visits_of(
        contest.officer,
        reverse("competitions:design_overview", args=[contest.edition.year]),
        locked,
        reverse("competitions:change_decide", args=[change.pk]),
        reverse("competitions:stage_list", args=[contest.edition.year]),
    )
    review = make_contest(REVIEW, entries=2)
    gap = review.assignments(REVIEW)[0]
    declare_conflict(by=gap.evaluator, entry=gap.entry, reason="Pernah membimbing.")
    plan = request_plan(by=review.head, stage=review.stage(REVIEW), seed=1)
    reader = next(judge for judge, shelf in planned_pairs(plan).items() if shelf)
    page = reverse("competitions:allocation_detail", args=[plan.pk])
    yield Visit(f"{page}?penilai={reader}", review.head)
    yield Visit(reverse("competitions:expertise_edit", args=[review.stage(REVIEW).pk]), review.head)
