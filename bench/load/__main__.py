"""`python -m bench.load deadline|season|announcement|evening`: T22, the long form.

    python -m bench.load deadline                      the last minute of a registration
    python -m bench.load season                        its last ten minutes
    python -m bench.load announcement                  strangers around the instant of a result
    python -m bench.load evening                       all evaluators mark at once
    python -m bench.load deadline --sabotage forgets   the control: fails unless it is found out

A server of its own, the site as `make demo` runs it, and a crowd of locust in one more process.
Leaves with 1 where something acknowledged is lost or doubled, or a target was missed.
"""

import argparse
import os
import random
import sys
from pathlib import Path

from bench.places import migrated_directory

NAMES = ("deadline", "season", "announcement", "evening")
FAULTS = ("forgets", "late", "early")
SUBMISSIONS, WRITERS, LATE = 3478, 1500, 100
"""A record season, as `reliability.md` has it."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("scene", choices=NAMES)
    parser.add_argument("--share", type=float, default=1.0, help="of the crowd")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sabotage", choices=FAULTS)
    options = parser.parse_args()
    with migrated_directory("load") as (directory, seed):
        sys.exit(run(directory, seed, options))


def run(directory: Path, seed: Path, options: argparse.Namespace) -> int:
    from bench.load import scenes
    from bench.load.place import placed

    settings = "sinovik.settings"
    if options.sabotage:
        os.environ["SINOVIK_SABOTAGE"] = options.sabotage
        settings = "bench.load.sabotaged"
    with placed(directory, seed) as place:
        scene = scenes.SCENES[options.scene]
        report = scene(place, options.share, settings, random.Random(options.seed))
        print("\n".join(report.told()))
    if options.sabotage:
        print("NOT FOUND OUT." if report.is_sound else "The control was found out, as it should.")
        return int(report.is_sound)
    return int(not report.is_kept)


if __name__ == "__main__":
    main()
