"""What stays of `manage.py demo` once everything runs: a program that only watches.

It takes the starter's place, number and children, and knows no Django: a process that has loaded
the site keeps 100 MB of it for as long as the demo runs.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from sinovik.management.processes import ChildEnded, Children, StopAsked, raise_on_signals
from sinovik.postgres import Cluster

STOPPING = "Menghentikan SINOVIK …"
STOPPED = "Semua proses sudah berhenti. Data tersimpan untuk lain kali."
ENDED = "Proses berhenti sendiri: {}. Lihat pesan di atas."
ASKING = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


def go_on_without_django(children: Children, cluster: Cluster | None) -> NoReturn:
    """Become the watcher of `children`, which keeps `cluster` running; never returns."""
    held = (str(cluster.directory), cluster.hand_over()) if cluster else None
    told = {"children": children.running, "cluster": held}
    # Who asks to stop in between is heard as soon as there is somebody to hear.
    signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)
    os.execv(sys.executable, [sys.executable, "-m", __name__, json.dumps(told)])  # noqa: S606


def main() -> int:
    """Watch what the argument tells of until one ends (1) or somebody asks to stop (0)."""
    told = json.loads(sys.argv[1])
    children, cluster = Children(told["children"]), None
    if told["cluster"]:
        directory, hold = told["cluster"]
        cluster = Cluster(Path(directory))
        cluster.take_over(hold)
    code = 0
    try:
        raise_on_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)
        children.watch()
    except StopAsked:
        sys.stdout.write(f"\n{STOPPING}\n")
        sys.stdout.flush()
    except ChildEnded as ended:
        sys.stderr.write(ENDED.format(ended) + "\n")
        code = 1
    finally:
        children.stop()
        if cluster:
            cluster.release()
    sys.stdout.write(f"{STOPPED}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
