"""The scenes at full size, or at a share of it."""

import random
from dataclasses import replace

from bench.load import closing, registration
from bench.load.__main__ import LATE, SUBMISSIONS, WRITERS
from bench.load.closing import Closing
from bench.load.place import Place
from bench.load.report import Report

MINUTE = Closing("deadline minute", opening=150.0, window=60.0, after=10.0, tail=120.0)
TEN_MINUTES = replace(MINUTE, name="deadline ten minutes", window=600.0, tail=60.0)
SHORTEST_OPENING = 10.0


def deadline(place: Place, share: float, settings: str, chance: random.Random) -> Report:
    """3,478 submissions in the last 60 s, 1,500 who still write, 100 who come too late."""
    return _close(place, share, settings, chance, MINUTE)


def season(place: Place, share: float, settings: str, chance: random.Random) -> Report:
    """The same crowd over ten minutes."""
    return _close(place, share, settings, chance, TEN_MINUTES)


def _close(
    place: Place, share: float, settings: str, chance: random.Random, scene: Closing
) -> Report:
    submitters, writers, late = (max(5, round(share * n)) for n in (SUBMISSIONS, WRITERS, LATE))
    with place.inside():
        people = registration.build(submitters=submitters, writers=writers, late=late)
    scene = replace(scene, opening=max(SHORTEST_OPENING, share * scene.opening))
    with place.site(settings):
        return closing.run(place, people, scene, chance)[0]
