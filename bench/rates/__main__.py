"""`python -m bench.rates`: sheets opened, scores saved and proposals submitted a second.

    python -m bench.rates                          all over HTTP, as `performance.md` asks
    python -m bench.rates --seconds 60 --only score

nginx, two web workers, the job worker and PostgreSQL (which keeps what it is told) on one machine,
eight clients in threads of this process. Leaves with 1 where an acknowledged write is lost or
there twice; a rate that was missed is told.
"""

import argparse
import sys
from pathlib import Path

from bench.places import migrated_directory


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30.0, help="of opening, of saving")
    parser.add_argument("--proposals", type=int, default=1500)
    parser.add_argument("--only", choices=("open", "score", "submit"))
    options = parser.parse_args()
    with migrated_directory("rates") as (directory, seed):
        sys.exit(run(directory, seed, options))


def run(directory: Path, seed: Path, options: argparse.Namespace) -> int:
    from bench.load import judges, registration
    from bench.load.place import placed
    from bench.rates.writing import CLIENTS, openings, scores, submissions

    wrong = []
    with placed(directory, seed) as place:
        with place.inside():
            panel = judges.build(judges=CLIENTS, sheets=12)
            if options.only in (None, "submit"):
                people = registration.build(submitters=options.proposals, writers=0, late=0)
        with place.line() as line:
            line.execute("ANALYZE")
        with place.site():
            if options.only in (None, "open"):
                wrong += openings(place, panel, options.seconds)
            if options.only in (None, "score"):
                wrong += scores(place, panel, options.seconds)
            if options.only in (None, "submit"):
                wrong += submissions(place, people.submitters)
    print("\n".join(wrong) or "nothing lost, nothing doubled")
    return int(bool(wrong))


if __name__ == "__main__":
    main()
