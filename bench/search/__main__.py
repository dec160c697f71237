"""`python -m bench.search`: judge the search on a cluster of its own, forget it."""

import os
import shutil
import tempfile
from pathlib import Path


def main() -> None:
    directory = Path(tempfile.mkdtemp(prefix="sinovik-search-"))
    os.environ["SINOVIK_VAR"] = str(directory)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sinovik.settings"
    os.environ.pop("DATABASE_URL", None)
    try:
        run()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def run() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from bench.search import dossiers, judging

    cluster = settings.EMBEDDED_CLUSTER
    assert cluster is not None  # main() took DATABASE_URL away
    cluster.throwaway = True
    cluster.hold()
    try:
        call_command("migrate", verbosity=0, interactive=False)
        topics = dossiers.write()
        judging.report(topics)
    finally:
        cluster.release()
        cluster.stop()


if __name__ == "__main__":
    main()
