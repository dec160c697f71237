"""Lighthouse over the six kinds of public page, as a phone and as a desktop.

    python -m bench.lighthouse [--base-url http://localhost:8000]

Prints the table; ends with status 1 when a score is below its target. Lighthouse is npm's
(`npm ci` in frontend/), Chromium the system's. The phone is Lighthouse's own: slow 4G and a
processor four times slower, simulated; each score is the median of three runs.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from bench.site.demo import ROOT, demo
from bench.site.visiting import Visitor

PROGRAM = ROOT / "frontend" / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TARGETS = (95, 100, 100, 100)
RUNS = 3
TRIES = 3
"""Lighthouse loses a recording now and then (NO_NAVSTART) and asks to be run again."""
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"
WINNER = re.compile(r'href="(/inovasi/[a-z0-9-]+/)"')
AGENCY = re.compile(r'href="(/instansi/[a-z0-9-]+/)"')


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base-url", help="a running demo")
    given = parser.parse_args()
    chromium = shutil.which("chromium")
    if not PROGRAM.exists() or not chromium or not shutil.which("node"):
        sys.exit("Lighthouse needs node, chromium, and `npm ci` in frontend/.")
    os.environ["CHROME_PATH"] = chromium
    with demo(given.base_url) as (base, _password):
        sys.exit(not measure(base))


def wanted(base: str) -> list[tuple[str, str]]:
    """The six kinds. Searches are no pages of search engines (robots.txt), so none has a query."""
    visitor = Visitor(base)
    innovation = WINNER.search(visitor.get("/pemenang/?tahun=2019").body.decode())
    assert innovation, "no winner"
    agency = AGENCY.search(visitor.get(innovation[1]).body.decode())
    assert agency, "no agency"
    return [
        ("home", "/"),
        ("search", "/inovasi/"),
        ("innovation", innovation[1]),
        ("winners", "/pemenang/"),
        ("statistics", "/statistik/"),
        ("agency", agency[1]),
        ("province", "/provinsi/33/"),
    ]


def measure(base: str) -> bool:
    """Print the table and every audit that failed; whether all targets are met."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, median of {RUNS} runs\n")
    print("| page | as | perf. | access. | best pr. | SEO | LCP s | TBT ms | CLS | kB |")
    print("| --- | --- " + "| ---: " * 8 + "|")
    is_right, failed = True, set()
    for name, address in wanted(base):
        for form in ("mobile", "desktop"):
            reports = [_report(base + address, form) for _ in range(RUNS)]
            scores = [_score(reports, category) for category in CATEGORIES]
            is_right &= all(map(int.__ge__, scores, TARGETS))
            figures = " | ".join(str(score) for score in scores)
            print(
                f"| {name} | {form} | {figures}"
                f" | {_value(reports, 'largest-contentful-paint') / 1000:.1f}"
                f" | {_value(reports, 'total-blocking-time'):.0f}"
                f" | {_value(reports, 'cumulative-layout-shift'):.3f}"
                f" | {_value(reports, 'total-byte-weight') / 1000:.0f} |",
                flush=True,
            )
            failed |= {f"{name} {form}: {fault}" for fault in _faults(reports[0])}
    print()
    print("\n".join(sorted(failed)))
    return is_right


def _report(address: str, form: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="sinovik-lighthouse-") as name:
        path = Path(name) / "report.json"
        command = ["node", str(PROGRAM), address, "--quiet", "--output=json"]
        command += [f"--output-path={path}", f"--chrome-flags={FLAGS}"]
        command += [f"--only-categories={','.join(CATEGORIES)}"]
        if form == "desktop":
            command.append("--preset=desktop")
        for left in reversed(range(TRIES)):
            if not subprocess.run(command, check=not left, capture_output=True).returncode:
                break
        report: dict[str, Any] = json.loads(path.read_text())
    assert not report.get("runtimeError"), report["runtimeError"]
    return report


def _score(reports: list[dict[str, Any]], category: str) -> int:
    return round(median(float(one["categories"][category]["score"]) for one in reports) * 100)


def _value(reports: list[dict[str, Any]], audit: str) -> float:
    return median(float(one["audits"][audit]["numericValue"]) for one in reports)


def _faults(report: dict[str, Any]) -> list[str]:
    """Audits outside the speed that a page doesn't pass."""
    counted = {
        one["id"]
        for category in CATEGORIES[1:]
        for one in report["categories"][category]["auditRefs"]
        if one["weight"]
    }
    audits = report["audits"]
    return [
        f"{name}: {audits[name]['title']}"
        for name in sorted(counted)
        if audits[name]["score"] is not None and audits[name]["score"] < 1
    ]


if __name__ == "__main__":
    main()
