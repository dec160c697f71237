"""Crawl the whole demo site as a stranger and as each demo role, in both languages.

    python -m bench.site [--base-url http://localhost:8000]

Without an address a demo world is built for this and forgotten (some minutes). With one, the
environment names the password of its accounts as SINOVIK_DEMO_PASSWORD. Ends with status 1 when
anything is wrong. Needs Java and `npm ci` in frontend/ for the Nu checker.
"""

import argparse
import os
import sys


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base-url", help="a running demo")
    given = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "sinovik.settings"
    import django

    django.setup()
    from bench.site import nu
    from bench.site.demo import demo
    from bench.site.report import crawl

    if reason := nu.missing():
        sys.exit(f"The Nu checker can't run: {reason}.")
    with demo(given.base_url) as (base, password):
        is_sound = crawl(base, password)
    sys.exit(not is_sound)


if __name__ == "__main__":
    main()
