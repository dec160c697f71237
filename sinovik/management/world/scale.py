"""How big the world is: KIPP 2019 as published, or a small one for tests."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Numbers of one world. Keys are agency types; full figures: domain notes and sources."""

    agencies: Mapping[str, int]
    recorded: Mapping[str, int]
    submitted: Mapping[str, int]
    passed: Mapping[str, int]
    first_band: Mapping[str, int]
    second_band: Mapping[str, int]
    evaluators: int
    panelists: int
    has_invented_winners: bool
    review_agencies: int
    review_recorded: int
    review_submitted: int
    review_passed: int
    open_agencies: int
    open_entries: Mapping[str, int]


FULL = Scale(
    agencies={
        "kementerian": 21,
        "lembaga": 13,
        "provinsi": 28,
        "kabupaten": 206,
        "kota": 62,
        "bumn": 1,
    },
    # By type nobody published these; they follow the ministry's passed figures of 30-04-2019.
    recorded={
        "kementerian": 551,
        "lembaga": 161,
        "provinsi": 382,
        "kabupaten": 1418,
        "kota": 642,
        "bumn": 2,
    },
    submitted={
        "kementerian": 327,
        "lembaga": 96,
        "provinsi": 227,
        "kabupaten": 840,
        "kota": 380,
        "bumn": 2,
    },
    passed={
        "kementerian": 288,
        "lembaga": 84,
        "provinsi": 200,
        "kabupaten": 742,
        "kota": 336,
        "bumn": 1,
    },
    first_band={
        "kementerian": 19,
        "lembaga": 5,
        "provinsi": 12,
        "kabupaten": 41,
        "kota": 21,
        "bumn": 1,
    },
    second_band={
        "kementerian": 9,
        "lembaga": 4,
        "provinsi": 5,
        "kabupaten": 17,
        "kota": 9,
        "bumn": 1,
    },
    evaluators=11,
    panelists=12,
    has_invented_winners=True,
    review_agencies=120,
    review_recorded=740,
    review_submitted=640,
    review_passed=600,
    open_agencies=48,
    open_entries={
        "empty": 16,
        "half": 22,
        "complete": 16,
        "waiting": 22,
        "returned": 8,
        "submitted": 25,
    },
)
"""KIPP 2019 as published; the two later editions are of a size that shows every screen."""

SMALL = Scale(
    agencies={"kementerian": 3, "lembaga": 2, "provinsi": 5, "kabupaten": 13, "kota": 6, "bumn": 1},
    recorded={
        "kementerian": 6,
        "lembaga": 4,
        "provinsi": 11,
        "kabupaten": 24,
        "kota": 12,
        "bumn": 2,
    },
    submitted={
        "kementerian": 4,
        "lembaga": 3,
        "provinsi": 8,
        "kabupaten": 18,
        "kota": 8,
        "bumn": 2,
    },
    passed={"kementerian": 4, "lembaga": 2, "provinsi": 7, "kabupaten": 16, "kota": 7, "bumn": 1},
    first_band={"kementerian": 2, "lembaga": 1, "provinsi": 6, "kabupaten": 10, "kota": 5},
    second_band={"kementerian": 1, "lembaga": 1, "provinsi": 1, "kabupaten": 7, "kota": 3},
    evaluators=4,
    panelists=4,
    has_invented_winners=False,
    review_agencies=6,
    review_recorded=14,
    review_submitted=12,
    review_passed=10,
    open_agencies=4,
    open_entries={
        "empty": 2,
        "half": 2,
        "complete": 2,
        "waiting": 2,
        "returned": 1,
        "submitted": 9,
    },
)
"""The real winners and little else; for tests."""

SCALES = {"full": FULL, "small": SMALL}
