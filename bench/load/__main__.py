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
import subprocess
import sys
from pathlib import Path

from bench.faults.__main__ import MANAGE
from bench.places import free_ports, own_directory

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
    with own_directory("load", "seed") as directory:
        directory.chmod(0o755)
        sys.exit(run(directory, options))


def run(directory: Path, options: argparse.Namespace) -> int:
    # In a process of its own, after which the server is stopped and its files can be copied.
    subprocess.run([sys.executable, str(MANAGE), "migrate", "-v0"], check=True)
    import django

    django.setup()
    from bench.load import scenes
    from bench.load.place import Place

    place = Place(directory, free_ports())
    settings = "sinovik.settings"
    if options.sabotage:
        os.environ["SINOVIK_SABOTAGE"] = options.sabotage
        settings = "bench.load.sabotaged"
    try:
        place.start(directory / "seed" / "postgres" / "data")
        scene = scenes.SCENES[options.scene]
        report = scene(place, options.share, settings, random.Random(options.seed))
        print("\n".join(report.told()))
    finally:
        place.forget()
    if options.sabotage:
        print("NOT FOUND OUT." if report.is_sound else "The control was found out, as it should.")
        return int(report.is_sound)
    return int(not report.is_kept)


if __name__ == "__main__":
    main()
