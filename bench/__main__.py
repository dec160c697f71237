"""`make bench`: build a world in a cluster of its own, measure, forget it."""

import sys
import time

from bench.places import own_directory


def main() -> None:
    with own_directory("bench"):
        run()


def run() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from bench import forecasts, judging, pages, world
    from sinovik.management.databases import as_owner

    cluster = settings.EMBEDDED_CLUSTER
    assert cluster is not None  # main() took DATABASE_URL away
    cluster.throwaway = True
    cluster.hold()
    began = time.monotonic()
    try:
        call_command("migrate", verbosity=0, interactive=False)
        world.build()
        print(f"\nDunia uji selesai dalam {time.monotonic() - began:.0f} detik.\n")
        is_quick = pages.measure()
        with as_owner():
            judging.report()
        forecasts.report()
    finally:
        cluster.release()
        cluster.stop()
    print(f"\nSemuanya {time.monotonic() - began:.0f} detik.")
    sys.exit(not is_quick)


if __name__ == "__main__":
    main()
