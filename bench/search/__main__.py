"""Judge the search and time it, on a cluster of its own that is forgotten.

    python -m bench.search [--dossiers 100000 1000000]

3,156 dossiers are judged and timed, then as many as are named, in growing numbers.
"""

import argparse
from collections.abc import Sequence

from bench.places import own_directory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, nargs="*", default=[], help="time over so many")
    given = parser.parse_args()
    with own_directory("search"):
        run(given.dossiers)


def run(sizes: Sequence[int]) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from bench.search import dossiers, judging, timing
    from sinovik.management.databases import as_owner

    cluster = settings.EMBEDDED_CLUSTER
    assert cluster is not None  # main() took DATABASE_URL away
    cluster.throwaway = True
    cluster.hold()
    try:
        call_command("migrate", verbosity=0, interactive=False)
        # Rows are copied past triggers, which only the owner may.
        with as_owner():
            topics = dossiers.write()
            judging.report(topics)
            timing.report()
            for size in sorted(sizes):
                dossiers.multiply(size)
                timing.report()
    finally:
        cluster.release()
        cluster.stop()


if __name__ == "__main__":
    main()
