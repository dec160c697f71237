"""The scenes at full size, or at a share of it."""

import random
from dataclasses import replace

from bench.load import announcing, awaited, closing, evening, judges, registration
from bench.load.__main__ import LATE, SUBMISSIONS, WRITERS
from bench.load.announcing import Announcing
from bench.load.closing import Closing
from bench.load.evening import Evening
from bench.load.place import Place
from bench.load.report import Report

MINUTE = Closing("deadline minute", opening=240.0, window=60.0, after=10.0, tail=500.0)
TEN_MINUTES = replace(MINUTE, name="deadline ten minutes", window=600.0, tail=300.0)
ANNOUNCEMENT = Announcing(
    "announcement",
    visitors=440,
    asks_every=0.2,
    a_second=2000,
    opening=15.0,
    before=45.0,
    after=600.0,
)
EVENING = Evening("evaluators' evening", judges=40, sheets=12, thinks=2.0)
PROPOSALS, SEATS = 100, 48
SHORTEST_OPENING = 10.0


def deadline(place: Place, share: float, settings: str, chance: random.Random) -> Report:
    """3,478 submissions in the last 60 s, 1,500 who still write, 100 who come too late."""
    return _close(place, share, settings, chance, MINUTE)


def season(place: Place, share: float, settings: str, chance: random.Random) -> Report:
    """The same crowd over ten minutes."""
    return _close(place, share, settings, chance, TEN_MINUTES)


def announcement(place: Place, share: float, settings: str, _chance: random.Random) -> Report:
    """2,000 requests a second and a tenth more, from before the instant to ten minutes after it."""
    with place.inside():
        contest = awaited.build(entries=PROPOSALS, seats=SEATS)
    scene = replace(
        ANNOUNCEMENT,
        visitors=max(10, round(share * ANNOUNCEMENT.visitors)),
        a_second=max(20.0, share * ANNOUNCEMENT.a_second),
        before=max(5.0, share * ANNOUNCEMENT.before),
        after=max(10.0, share * ANNOUNCEMENT.after),
    )
    with place.site(settings):
        return announcing.run(place, contest, scene)[0]


def evaluators(place: Place, share: float, settings: str, _chance: random.Random) -> Report:
    """40 evaluators, each with twelve sheets, a mark and its note every two seconds."""
    scene = replace(EVENING, judges=max(3, round(share * EVENING.judges)))
    with place.inside():
        people = judges.build(judges=scene.judges, sheets=scene.sheets)
    with place.site(settings):
        return evening.run(place, people, scene)[0]


def _close(
    place: Place, share: float, settings: str, chance: random.Random, scene: Closing
) -> Report:
    submitters, writers, late = (max(5, round(share * n)) for n in (SUBMISSIONS, WRITERS, LATE))
    with place.inside():
        people = registration.build(submitters=submitters, writers=writers, late=late)
    scene = replace(scene, opening=max(SHORTEST_OPENING, share * scene.opening))
    with place.site(settings):
        return closing.run(place, people, scene, chance)[0]


SCENES = {
    "deadline": deadline,
    "season": season,
    "announcement": announcement,
    "evening": evaluators,
}
