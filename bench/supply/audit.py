"""Known vulnerabilities of what is delivered, by a gate that proves it is awake.

    python -m bench.supply.audit [--lock requirements.txt] [--osv-url ADDRESS]

pip-audit says "No known vulnerabilities found" of a package that its service doesn't know, so
it runs strictly, and first on a canary: an old release with well-known holes. Where the canary
passes, or the service can't be reached, the gate fails.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.supply.packages import RUN_LOCK

CANARY = "urllib3==1.24.1\n"
FOUND = 1
SECONDS = 900


def audit(requirements: Path, service: list[str], cache: str) -> subprocess.CompletedProcess[str]:
    """Ask the service about every pinned package; exit code 1 also stands for "can't ask"."""
    return subprocess.run(
        [
            sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--no-deps",
            "--progress-spinner", "off", "--cache-dir", cache, *service, "-r", str(requirements),
        ],
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Print what was found; 0 only if the canary was caught and the lock is clean."""
    parser = argparse.ArgumentParser(prog="python -m bench.supply.audit")
    parser.add_argument("--lock", type=Path, default=RUN_LOCK)
    parser.add_argument("--osv-url", help="a vulnerability service that speaks OSV's protocol")
    options = parser.parse_args(arguments)
    service = ["-s", "osv", "--osv-url", options.osv_url] if options.osv_url else []
    with tempfile.TemporaryDirectory() as directory:
        canary = Path(directory) / "canary.txt"
        canary.write_text(CANARY)
        woken = audit(canary, service, directory)
        if woken.returncode != FOUND or "urllib3" not in woken.stdout:
            print(f"The gate is asleep: {CANARY.strip()} was not refused.\n{woken.stderr[-1000:]}")
            return 1
        print(f"Canary caught: {CANARY.strip()}")
        done = audit(options.lock, service, directory)
    print(done.stdout[-4000:], done.stderr[-2000:], sep="\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
