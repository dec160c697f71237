"""`python -m bench.rates`: how many scores are saved and proposals submitted a second, over HTTP.

    python -m bench.rates                          both, as `performance.md` asks
    python -m bench.rates --seconds 60 --only score

nginx, two web workers, the job worker and PostgreSQL (which keeps what it is told) on one machine,
eight clients in threads of this process. Leaves with 1 where an acknowledged write is lost or
there twice; a rate that was missed is told.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from bench.faults.__main__ import MANAGE
from bench.places import free_ports, own_directory


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30.0, help="of saving scores")
    parser.add_argument("--proposals", type=int, default=1500)
    parser.add_argument("--only", choices=("score", "submit"))
    options = parser.parse_args()
    with own_directory("load", "seed") as directory:
        directory.chmod(0o755)
        sys.exit(run(directory, options))


def run(directory: Path, options: argparse.Namespace) -> int:
    # In a process of its own, after which the server is stopped and its files can be copied.
    subprocess.run([sys.executable, str(MANAGE), "migrate", "-v0"], check=True)
    import django

    django.setup()
    from bench.load import judges, registration
    from bench.load.place import Place
    from bench.rates.writing import CLIENTS, scores, submissions

    place, wrong = Place(directory, free_ports()), []
    try:
        place.start(directory / "seed" / "postgres" / "data")
        with place.inside():
            panel = judges.build(judges=CLIENTS, sheets=12)
            if options.only != "score":
                people = registration.build(submitters=options.proposals, writers=0, late=0)
        with place.line() as line:
            line.execute("ANALYZE")
        with place.site() as site:
            if options.only != "submit":
                wrong += scores(place, site, panel, options.seconds)
            if options.only != "score":
                wrong += submissions(place, site, people.submitters)
    finally:
        place.forget()
    print("\n".join(wrong) or "nothing lost, nothing doubled")
    return int(bool(wrong))


if __name__ == "__main__":
    main()
