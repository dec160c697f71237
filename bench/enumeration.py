"""Does the time of an answer tell whether an address is known? ``python -m bench.enumeration``.

Signs in with a wrong password, in turn for a known and an unknown address, with the production
hash, and compares both by Mann-Whitney. Writes into a transaction that is rolled back.
"""

import os
import sys
import time
from statistics import median

import django

SAMPLES = 200
WARM_UP = 10


def main() -> int:
    """Print both medians and the test; 1 when the times tell them apart."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sinovik.settings")
    django.setup()
    from django.conf import settings
    from django.core.cache import cache
    from django.db import transaction
    from django.test import Client
    from scipy.stats import mannwhitneyu

    from agencies.models import User

    if settings.EMBEDDED_CLUSTER:
        settings.EMBEDDED_CLUSTER.hold()
    times: dict[str, list[float]] = {"dikenal": [], "asing": []}
    with transaction.atomic():
        known = User.objects.create_user("ukur@contoh.example", "kopi pagi di Sleman", name="U")
        emails = {"dikenal": known.email, "asing": "akun@contoh.example"}
        for number in range(WARM_UP + SAMPLES):
            for kind in sorted(times, reverse=bool(number % 2)):
                cache.clear()
                began = time.perf_counter()
                Client().post("/akun/masuk/", {"login": emails[kind], "password": "salah sekali"})
                if number >= WARM_UP:
                    times[kind].append(time.perf_counter() - began)
        transaction.set_rollback(True)
    found = mannwhitneyu(times["dikenal"], times["asing"])
    share = found.statistic / SAMPLES**2
    for kind, seconds in times.items():
        print(f"{kind}: median {median(seconds) * 1000:.1f} ms, {len(seconds)} contoh")
    print(f"Mann-Whitney: p = {found.pvalue:.3f}, P(dikenal lebih lambat) = {share:.3f}")
    return int(found.pvalue < 0.01)


if __name__ == "__main__":
    sys.exit(main())
