"""`python -m bench.faults`: T17 and T18, the long form.

    python -m bench.faults --faults 200 --minutes 60
    python -m bench.faults --asynchronous --between 0
                                    the control: fails unless something is missing

A pair of servers in a directory of its own, two workers of the web server, one job worker; writers
save, submit and reopen by HTTP. Leaves with 1 where one acknowledged write is missing or doubled.
"""

import argparse
import random
import sys
import time
from pathlib import Path

from bench.places import free_ports, migrated_directory


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=30.0, help="stop then at the latest")
    parser.add_argument("--writers", type=int, default=12)
    parser.add_argument("--saves", type=int, default=30, help="autosaves a submission")
    parser.add_argument("--between", type=int, default=1000, help="writes between two faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--asynchronous", action="store_true")
    options = parser.parse_args()
    with migrated_directory("faults") as (directory, seed):
        sys.exit(run(directory, seed, options))


def run(directory: Path, seed: Path, options: argparse.Namespace) -> int:
    from bench.faults.chain import KINDS, Chain, Report

    kinds = {"cancelled": 1} if options.asynchronous else KINDS
    chain = Chain(directory, free_ports(), is_synchronous=not options.asynchronous)
    latest = time.monotonic() + 60 * options.minutes

    def is_enough(report: Report) -> bool:
        done = sum(report.faults.values())
        return bool(done >= options.faults) or time.monotonic() > latest

    def tell(line: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)

    try:
        report = chain.run(
            seed=seed,
            writers=options.writers,
            saves=options.saves,
            until=is_enough,
            kinds=kinds,
            between=options.between,
            chance=random.Random(options.seed),
            tell=tell,
        )
        print("\n".join(report.lines()))
    finally:
        chain.close()
    if options.asynchronous:
        print("The control lost what it should." if report.missing else "THE CONTROL LOST NOTHING.")
        return int(not report.missing)
    return int(not report.is_kept)


if __name__ == "__main__":
    main()
