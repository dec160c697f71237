"""The site's settings for tests: a throwaway cluster and a fast password hash."""

import os
import tempfile
from pathlib import Path

# One directory a run: the first process makes it, workers of pytest-xdist inherit it.
RUN_VARIABLE = "SINOVIK_TEST_RUN"
if RUN_VARIABLE not in os.environ:
    os.environ[RUN_VARIABLE] = tempfile.mkdtemp(prefix="sinovik-test-")
    RUN_OWNER = True
else:
    RUN_OWNER = False
RUN_DIR = Path(os.environ[RUN_VARIABLE])

os.environ["SINOVIK_VAR"] = str(RUN_DIR)
os.environ["SINOVIK_ENV"] = "test"
os.environ.pop("DATABASE_URL", None)
if url := os.environ.get("SINOVIK_TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = url

from sinovik.postgres import WEB_ROLE  # noqa: E402
from sinovik.settings import *  # noqa: E402, F403
from sinovik.settings import DATABASE_OWNER, DATABASES, EMBEDDED_CLUSTER, STORAGES  # noqa: E402

if EMBEDDED_CLUSTER:
    EMBEDDED_CLUSTER.throwaway = True
# Each test holds one connection; a pool would only keep it from being closed.
DATABASES["default"]["OPTIONS"].pop("pool")
# Tests have the web role's rights on a line of the owner's, so that one transaction can show
# what the first may not and the second can (tests/owner.py).
DATABASE_OWNER = {**DATABASES["default"], **(DATABASE_OWNER or {})}
DATABASE_WEB_ROLE = WEB_ROLE
DATABASES["default"] = DATABASE_OWNER | {
    "OPTIONS": DATABASE_OWNER["OPTIONS"] | {"options": f"-c role={WEB_ROLE}"}
}

# Workers share the cluster and nothing else: some tests count files or sweep them away.
OWN_DIR = RUN_DIR / os.environ.get("PYTEST_XDIST_WORKER", "alone")
STAGE_DIR = OWN_DIR / "stage"
DUMPS_DIR = OWN_DIR / "dumps"
STORAGES["uploads"]["OPTIONS"]["location"] = OWN_DIR / "uploads"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAIL_CARRIER = "django.core.mail.backends.locmem.EmailBackend"
# Both in one place, so that a test forgets every count at once.
CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    for name in ("default", "brakes")
}
